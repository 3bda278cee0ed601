import type { HistoryEvent, ProcessInfo, WaitingActivity } from '../deciders/index.js'
import type { ActiveElement } from '../units/index.js'
import type { CompletedUnitElement } from '../deciders/units/index.js'
import type { DescribedUnit } from './units-described.js'

/** A timer of an element that has not fired. */
export interface ElementTimer {
  readonly process: string
  readonly element: string
  /** Milliseconds since 1970. */
  readonly due: number
}

/** What a run was started with, as far as its history says. */
export interface StartedUnit {
  readonly processId: string
  readonly version: string
  readonly data: object
}

/** What is known of the start of a run of units; nothing of other processes. */
export function startedUnit(input: unknown): StartedUnit | undefined {
  if (!isRecord(input)) return undefined
  const { processId, version, data, depth } = input
  if (typeof processId !== 'string' || typeof version !== 'string' || typeof depth !== 'number')
    return undefined
  return isRecord(data) ? { processId, version, data } : undefined
}

/** The element that something recorded is about. */
export function elementIn(
  value: unknown,
): { readonly process: string; readonly element: string; readonly name?: string } | undefined {
  if (!isRecord(value)) return undefined
  const { process, element, name } = value
  if (typeof process !== 'string' || typeof element !== 'string') return undefined
  return { process, element, ...(typeof name === 'string' && { name }) }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A process that a run has called, or the run itself: what its history has told so far. */
export class UnitsProcess {
  readonly id: string
  /** Calls around it. */
  readonly depth: number
  readonly parent: UnitsProcess | undefined
  readonly events: HistoryEvent[] = []
  started: StartedUnit | undefined
  described: DescribedUnit | undefined
  info: ProcessInfo | undefined
  completed: readonly CompletedUnitElement[] = []
  active: readonly ActiveElement[] = []
  activities: readonly WaitingActivity[] = []
  /** How many of the completed ones have been told. */
  told = 0
  readonly #called = new Map<number, UnitsProcess>()
  readonly #timers = new Map<number, ElementTimer>()
  /** Who has begun with an activity last. */
  readonly #workers = new Map<string, string>()
  readonly #scheduled = new Set<string>()
  /** Called processes that have completed, in that order. */
  readonly #returned: UnitsProcess[] = []
  #seenTo = 0
  #lastNews = 0

  constructor(id: string, parent?: UnitsProcess) {
    this.id = id
    this.parent = parent
    this.depth = parent === undefined ? 0 : parent.depth + 1
  }

  /** Those that it has called, by the `seq` of the decision. */
  get called(): ReadonlyMap<number, UnitsProcess> {
    return this.#called
  }

  get timers(): readonly ElementTimer[] {
    return [...this.#timers.values()].sort((a, b) => a.due - b.due)
  }

  /** Whether all that has happened has been decided on. */
  get isDecided(): boolean {
    return this.info?.closed !== undefined || this.#lastNews <= this.#seenTo
  }

  /** Who has begun with an activity last. */
  workerOf({ id }: Pick<WaitingActivity, 'id'>): string | undefined {
    return this.#workers.get(id)
  }

  /** Whether its history, as far as it was read, has had an activity done. */
  hasScheduled({ id }: Pick<WaitingActivity, 'id'>): boolean {
    return this.#scheduled.has(id)
  }

  /** The process that the next call of one has come to the end of, where it is known. */
  takeReturned(processId: string): UnitsProcess | undefined {
    const at = this.#returned.findIndex(({ started }) => started?.processId === processId)
    return at < 0 ? undefined : this.#returned.splice(at, 1)[0]
  }

  /** @returns processes that it has called now */
  read(events: readonly HistoryEvent[]): readonly UnitsProcess[] {
    const called: UnitsProcess[] = []
    for (const event of events) {
      this.events.push(event)
      const child = this.#readOne(event)
      if (child !== undefined) called.push(child)
    }
    return called
  }

  #readOne(event: HistoryEvent): UnitsProcess | undefined {
    const { seq } = event
    switch (event.type) {
      case 'process-started':
        this.started = startedUnit(event.input)
        this.#lastNews = seq
        break
      case 'decision-completed':
        this.#seenTo = event.started
        break
      case 'decision':
        return this.#decided(event)
      case 'activity-started':
        if (event.identity !== undefined) this.#workers.set(event.id, event.identity)
        break
      case 'timer':
      case 'timer-canceled':
        this.#timers.delete(event.scheduled)
        if (event.type === 'timer') this.#lastNews = seq
        break
      case 'child-process': {
        const child = this.#called.get(event.scheduled)
        if (child !== undefined && event.result.type === 'completed') this.#returned.push(child)
        this.#lastNews = seq
        break
      }
      case 'activity':
      case 'signal':
      case 'cancel-requested':
        this.#lastNews = seq
        break
      case 'decision-started':
      case 'decision-failed':
      case 'decision-refused':
      case 'decision-timed-out':
      case 'activity-cancel-requested':
      case 'marker':
      case 'process-closed':
        break
    }
    return undefined
  }

  #decided({ seq, at, decision }: HistoryEvent & { readonly type: 'decision' }): UnitsProcess | undefined {
    if (decision.type === 'start-timer') {
      const element = elementIn(decision.data)
      if (element !== undefined) this.#timers.set(seq, { ...element, due: at + decision.delay })
    } else if (decision.type === 'schedule-activity') {
      this.#scheduled.add(decision.id)
    } else if (decision.type === 'start-child-process') {
      const child = new UnitsProcess(decision.id, this)
      this.#called.set(seq, child)
      return child
    }
    return undefined
  }
}
