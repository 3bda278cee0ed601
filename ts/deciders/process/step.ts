import type { Value } from '../../values/index.js'
import type { ChildPolicy, HistoryEvent, ProcessResult } from '../history/index.js'
import type { OpenActivity, OpenChild, OpenTimer, OpenWork, Place, ProcessState } from './process-state.js'

/** What a process asks of others: done in the transaction of the step that asks for it. */
export type Message =
  /** Starts another one: a child, or what goes on in its place. */
  | {
      readonly type: 'start'
      readonly id: string
      readonly workflow: string
      readonly version?: string
      readonly input: Value
      readonly tags: readonly string[]
      readonly childPolicy: ChildPolicy
      readonly parent?: ProcessState['parent']
      readonly origin?: { readonly type: 'continued'; readonly process: string; readonly seq: number }
    }
  | { readonly type: 'signal'; readonly process: string; readonly name: string; readonly data: Value }
  | { readonly type: 'request-cancel'; readonly process: string; readonly reason?: string }
  | { readonly type: 'terminate'; readonly process: string; readonly reason: string }
  /** Tells a parent. */
  | {
      readonly type: 'child-closed'
      readonly process: string
      readonly scheduled: number
      readonly child: string
      readonly workflow: string
      readonly tags: readonly string[]
      readonly result: ProcessResult
    }

/** What one step came to: what is to be written, and what others are to be told. `undefined` takes something away. */
export interface StepResult {
  readonly state: ProcessState
  readonly events: readonly HistoryEvent[]
  readonly activities: ReadonlyMap<string, OpenActivity | undefined>
  readonly timers: ReadonlyMap<string, OpenTimer | undefined>
  readonly children: ReadonlyMap<string, OpenChild | undefined>
  readonly messages: readonly Message[]
}

/** When a step is made. Nothing in here reads a clock or draws an id. */
export interface StepTime {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Grows with every call. */
  readonly order: () => number
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>()

type New<E extends HistoryEvent> = E extends HistoryEvent ? Omit<E, 'seq' | 'at'> : never

/** One step of a process: events are appended, and what is open changes. The same input gives the same result. */
export class Step {
  readonly now: number
  readonly #order: () => number
  #state: ProcessState
  readonly #open: OpenWork
  readonly #events: HistoryEvent[] = []
  // Most steps change nothing of a kind: then there is no map of it.
  #activities: Map<string, OpenActivity | undefined> | undefined
  #timers: Map<string, OpenTimer | undefined> | undefined
  #children: Map<string, OpenChild | undefined> | undefined
  readonly #messages: Message[] = []

  constructor(state: ProcessState, open: OpenWork, { now, order }: StepTime) {
    this.#state = state
    this.#open = open
    this.now = now
    this.#order = order
  }

  get state(): ProcessState {
    return this.#state
  }

  change(changed: Partial<ProcessState>): void {
    this.#state = { ...this.#state, ...changed }
  }

  replace(state: ProcessState): void {
    this.#state = state
  }

  /** Takes over what has happened to another process. */
  take(events: readonly HistoryEvent[]): void {
    this.#events.push(...events)
    this.change({ lastSeq: events.length })
  }

  /** @returns its `seq` */
  append(event: New<HistoryEvent>): number {
    const seq = this.#state.lastSeq + 1
    this.#state = { ...this.#state, lastSeq: seq }
    this.#events.push({ ...event, seq, at: this.now })
    return seq
  }

  /** Appends what has to be decided on, and sees to it that it is; `at` is when it came. */
  appendNews(event: New<HistoryEvent>, at: number = this.now): void {
    this.change({ newest: this.append(event) })
    const { decision } = this.#state
    // At most one decision is pending, in the place of what came first (D15, D27).
    if (decision.status === 'none') this.change({ decision: { status: 'queued', place: this.place(at) } })
    if (decision.status === 'running' && decision.again === undefined)
      this.change({ decision: { ...decision, again: this.place(at) } })
  }

  /** A place behind all that have one of the same time. */
  place(at: number = this.now): Place {
    return { at, n: this.#order() }
  }

  activity(id: string): OpenActivity | undefined {
    return this.#activities?.has(id) === true ? this.#activities.get(id) : this.#open.activities.get(id)
  }

  timer(id: string): OpenTimer | undefined {
    return this.#timers?.has(id) === true ? this.#timers.get(id) : this.#open.timers.get(id)
  }

  child(id: string): OpenChild | undefined {
    return this.#children?.has(id) === true ? this.#children.get(id) : this.#open.children.get(id)
  }

  setActivity(id: string, activity: OpenActivity | undefined): void {
    this.#activities ??= new Map()
    this.#activities.set(id, activity)
  }

  setTimer(id: string, timer: OpenTimer | undefined): void {
    this.#timers ??= new Map()
    this.#timers.set(id, timer)
  }

  setChild(id: string, child: OpenChild | undefined): void {
    this.#children ??= new Map()
    this.#children.set(id, child)
  }

  tell(message: Message): void {
    this.#messages.push(message)
  }

  /** All activities that are open now, in the order in which they were scheduled. */
  openActivities(): readonly OpenActivity[] {
    return inOrder(this.#open.activities, this.#activities ?? NONE)
  }

  openTimers(): readonly OpenTimer[] {
    return inOrder(this.#open.timers, this.#timers ?? NONE)
  }

  openChildren(): readonly OpenChild[] {
    return inOrder(this.#open.children, this.#children ?? NONE)
  }

  result(): StepResult {
    return {
      state: this.#state,
      events: this.#events,
      activities: this.#activities ?? NONE,
      timers: this.#timers ?? NONE,
      children: this.#children ?? NONE,
      messages: this.#messages,
    }
  }
}

function inOrder<T extends { readonly scheduled: number }>(
  before: ReadonlyMap<string, T>,
  changed: ReadonlyMap<string, T | undefined>,
): readonly T[] {
  const now = new Map<string, T | undefined>([...before, ...changed])
  return [...now.values()]
    .filter((thing): thing is T => thing !== undefined)
    .sort((a, b) => a.scheduled - b.scheduled)
}
