import { UnitflowError } from '../../errors/index.js'
import { canonicalForm } from '../../fingerprint/index.js'
import type {
  ActivityEnded,
  ActivityStarted,
  CancelRequested,
  ChildProcessEvent,
  Decision,
  HistoryEvent,
  MarkerEvent,
  ProcessStarted,
  SignalEvent,
} from '../history/index.js'
import { HISTORY_VERSION } from '../history/index.js'
import type { ActivityExecution } from './activity-execution.js'
import type { ChildExecution } from './child-execution.js'
import type { OpenTimer, ReceivedSignal } from './process-view.js'

/** What the events of a process come to, event by event: each costs the same, and no question goes through them again. */
export class FoldedEvents {
  readonly #id: string
  readonly #forms: ForValues = { events: new Set(), decisions: new Set(), count: 0 }

  /** The `seq` of the last event. */
  seq: number = 0
  started: ProcessStarted | undefined
  /** The `seq` up to which a completed decision has seen (D16). */
  seen: number = 0
  now: number = 0
  status: string | undefined
  cancelRequested: CancelRequested | undefined
  /** By the `seq` of the decision that began it, as all of these. */
  readonly executions: Map<number, ActivityExecution>
  readonly executionsOf: Map<string, number[]>
  readonly openExecutionsOf: Map<string, Set<number>>
  readonly openExecutions: Set<number>
  /** An id is that of one open execution at most. */
  readonly openExecutionById: Map<string, number>
  readonly timers: Map<number, OpenTimer>
  readonly children: Map<number, ChildExecution>
  readonly childrenOf: Map<string, number[]>
  readonly openChildren: Set<number>
  readonly signals: Map<string, ReceivedSignal[]>
  readonly markers: MarkerEvent[] = []
  readonly markersOf: Map<string, MarkerEvent[]>

  constructor(id: string) {
    this.#id = id
    this.executions = new Map()
    this.executionsOf = new Map()
    this.openExecutionsOf = new Map()
    this.openExecutions = new Set()
    this.openExecutionById = new Map()
    this.timers = new Map()
    this.children = new Map()
    this.childrenOf = new Map()
    this.openChildren = new Set()
    this.signals = new Map()
    this.markersOf = new Map()
  }

  /** @throws `bad-history` */
  add(event: HistoryEvent): void {
    if (event.seq !== this.seq + 1) throw this.#bad(event.seq, `the event ${this.seq + 1}`)
    const isFirst = event.type === 'process-started'
    if (isFirst !== (event.seq === 1)) throw this.#bad(event.seq, "'process-started' first, and nowhere else")
    this.#fold(event)
    this.seq = event.seq
  }

  /** Whether an event of this value is among the events. What was compared once is not looked at again. */
  hasEvent(events: readonly HistoryEvent[], value: object): boolean {
    this.#readForms(events)
    return this.#forms.events.has(valueForm(value))
  }

  hasDecision(events: readonly HistoryEvent[], value: object): boolean {
    this.#readForms(events)
    return this.#forms.decisions.has(canonicalForm(value))
  }

  #readForms(events: readonly HistoryEvent[]): void {
    for (; this.#forms.count < this.seq; this.#forms.count++) {
      const event = events[this.#forms.count]
      if (event === undefined) return
      this.#forms.events.add(valueForm(event))
      if (event.type !== 'decision') continue
      for (const form of decisionForms(event.decision)) this.#forms.decisions.add(form)
    }
  }

  #fold(event: HistoryEvent): void {
    switch (event.type) {
      case 'process-started':
        if (event.history > HISTORY_VERSION)
          throw this.#bad(event.seq, `a history of version ${HISTORY_VERSION} or before`)
        this.started = event
        this.now = event.at
        return
      case 'decision-started':
        this.now = event.at
        return
      case 'decision-completed':
        this.seen = event.started
        if (event.status !== undefined) this.status = event.status
        return
      case 'decision':
        this.#decided(event.seq, event.at, event.decision)
        return
      case 'activity-started':
        this.#activityStarted(event)
        return
      case 'activity':
        this.#activityEnded(event)
        return
      case 'signal':
        push(this.signals, event.name, receivedSignal(event))
        return
      case 'timer':
      case 'timer-canceled':
        if (!this.timers.delete(event.scheduled)) throw this.#bad(event.seq, 'a timer that is open')
        return
      case 'child-process':
        this.#childClosed(event)
        return
      case 'marker':
        this.markers.push(event)
        push(this.markersOf, event.name, event)
        return
      case 'cancel-requested':
        this.cancelRequested = event
        return
      // The decision that asked has been folded.
      case 'activity-cancel-requested':
      case 'decision-failed':
      case 'decision-timed-out':
      case 'decision-refused':
      case 'process-closed':
        return
      default:
        throw this.#bad(this.seq + 1, 'an event of a known type')
    }
  }

  #decided(seq: number, at: number, decision: Decision): void {
    switch (decision.type) {
      case 'schedule-activity': {
        const { activity, id, input } = decision
        this.executions.set(seq, {
          type: 'scheduled',
          activity,
          id,
          input,
          scheduled: seq,
          scheduledAt: at,
          cancelRequested: false,
        })
        push(this.executionsOf, activity, seq)
        this.openExecutions.add(seq)
        this.openExecutionById.set(id, seq)
        const open = this.openExecutionsOf.get(activity)
        if (open === undefined) this.openExecutionsOf.set(activity, new Set([seq]))
        else open.add(seq)
        return
      }
      case 'start-timer': {
        const { id, data, delay } = decision
        this.timers.set(seq, { id, data, scheduled: seq, dueAt: at + delay })
        return
      }
      case 'start-child-process': {
        const { workflow, id, input, tags } = decision
        this.children.set(seq, { type: 'open', workflow, process: id, input, tags, scheduled: seq })
        push(this.childrenOf, workflow, seq)
        this.openChildren.add(seq)
        return
      }
      case 'cancel-activity': {
        const scheduled = this.openExecutionById.get(decision.id)
        const execution = scheduled === undefined ? undefined : this.executions.get(scheduled)
        if (execution === undefined) throw this.#bad(seq, 'an execution of an activity that is open')
        this.executions.set(execution.scheduled, { ...execution, cancelRequested: true })
        return
      }
      // What these come to is told by events of their own, or not at all.
      case 'cancel-timer':
      case 'record-marker':
      case 'signal-process':
      case 'request-cancel-process':
      case 'complete-process':
      case 'fail-process':
      case 'cancel-process':
      case 'continue-as-new':
        return
    }
  }

  #activityStarted(event: ActivityStarted): void {
    const { activity, id, input, scheduled, scheduledAt, cancelRequested } = this.#open(event)
    const { attempt, at: startedAt } = event
    this.executions.set(event.scheduled, {
      type: 'started',
      activity,
      id,
      input,
      scheduled,
      scheduledAt,
      cancelRequested,
      attempt,
      startedAt,
    })
  }

  #activityEnded(event: ActivityEnded): void {
    const { activity, id, input, scheduled, scheduledAt, cancelRequested } = this.#open(event)
    this.executions.set(event.scheduled, {
      activity,
      id,
      input,
      scheduled,
      scheduledAt,
      cancelRequested,
      endedAt: event.at,
      ...event.result,
    })
    this.openExecutions.delete(scheduled)
    this.openExecutionById.delete(id)
    this.openExecutionsOf.get(activity)?.delete(scheduled)
  }

  #open({ seq, scheduled }: { readonly seq: number; readonly scheduled: number }): ActivityExecution {
    const execution = this.executions.get(scheduled)
    if (execution === undefined || !this.openExecutions.has(scheduled))
      throw this.#bad(seq, 'an execution of an activity that is open')
    return execution
  }

  /** A child that continues as new is not closed for its parent: the process that goes on is its child now. */
  #childClosed({ seq, scheduled, result }: ChildProcessEvent): void {
    const child = this.children.get(scheduled)
    if (child === undefined || !this.openChildren.has(scheduled)) throw this.#bad(seq, 'a child that is open')
    if (result.type === 'continued') {
      this.children.set(scheduled, { ...child, process: result.process })
      return
    }
    const { workflow, process, input, tags } = child
    this.children.set(scheduled, { workflow, process, input, tags, scheduled, ...result })
    this.openChildren.delete(scheduled)
  }

  #bad(seq: number, expected: string): UnitflowError<'bad-history'> {
    const message = `history of process '${this.#id}': event ${seq}: expected ${expected}`
    return new UnitflowError('bad-history', message, { process: this.#id, seq, expected })
  }
}

/** Canonical forms of the first `count` events. They cost, and most deciders ask for none: made when asked. */
interface ForValues {
  readonly events: Set<string>
  readonly decisions: Set<string>
  count: number
}

/** An event by its value is the same wherever it stands, and whenever it happened (D4). */
function valueForm(event: object): string {
  return canonicalForm({ ...event, seq: 0, at: 0 })
}

/** What it started under an id is found without one too: most deciders leave ids to the backend. */
function* decisionForms(decision: Decision): Generator<string> {
  yield canonicalForm(decision)
  if (
    decision.type !== 'schedule-activity' &&
    decision.type !== 'start-timer' &&
    decision.type !== 'start-child-process'
  )
    return
  const { id: _, ...unnamed } = decision
  yield canonicalForm(unnamed)
}

function receivedSignal({ name, data, from, seq, at }: SignalEvent): ReceivedSignal {
  return { name, data, ...(from !== undefined && { from }), seq, at }
}

function push<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [item])
  else list.push(item)
}
