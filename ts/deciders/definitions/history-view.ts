import type { CancelRequested, HistoryEvent, MarkerEvent, ProcessStarted } from '../history/index.js'
import { isSeenByDeciders } from '../history/index.js'
import type { ActivityExecution, OpenExecution } from './activity-execution.js'
import type { ChildExecution, OpenChild } from './child-execution.js'
import { FoldedEvents } from './folded-events.js'
import type { AnyProcessView, EventValue, OpenTimer, ReceivedSignal } from './process-view.js'

type Named = { readonly name: string }

/**
 * A process up to one event of its history. It asks the fold of all events as long as that is where it is itself; once there
 * are newer events, it folds its own, so that what a decider has kept does not change under it (D29).
 */
export class HistoryView implements AnyProcessView {
  readonly id: string
  readonly #started: ProcessStarted
  /** Of the process, and growing: this view is of the first `#length`. */
  readonly #events: readonly HistoryEvent[]
  readonly #length: number
  #current: FoldedEvents
  #history: readonly HistoryEvent[] | undefined

  constructor(id: string, started: ProcessStarted, events: readonly HistoryEvent[], folded: FoldedEvents) {
    this.id = id
    this.#started = started
    this.#events = events
    this.#length = folded.seq
    this.#current = folded
  }

  get #folded(): FoldedEvents {
    if (this.#current.seq === this.#length) return this.#current
    this.#current = new FoldedEvents(this.id)
    for (const event of this.history) this.#current.add(event)
    return this.#current
  }

  get workflow(): string {
    return this.#started.workflow
  }

  get version(): string {
    return this.#started.version
  }

  get input(): unknown {
    return this.#started.input
  }

  get tags(): readonly string[] {
    return this.#started.tags
  }

  get parent(): ProcessStarted['parent'] {
    return this.#started.parent
  }

  get origin(): ProcessStarted['origin'] {
    return this.#started.origin
  }

  get startedAt(): number {
    return this.#started.at
  }

  get now(): number {
    return this.#folded.now
  }

  get seq(): number {
    return this.#length
  }

  since(seq: number): readonly HistoryEvent[] {
    return this.#events.slice(seq, this.#length)
  }

  get history(): readonly HistoryEvent[] {
    this.#history ??= this.#events.slice(0, this.#length)
    return this.#history
  }

  get status(): string | undefined {
    return this.#folded.status
  }

  get cancelRequested(): CancelRequested | undefined {
    return this.#folded.cancelRequested
  }

  get timers(): readonly OpenTimer[] {
    return [...this.#folded.timers.values()]
  }

  get openChildren(): readonly OpenChild[] {
    return [...this.#folded.openChildren]
      .map((scheduled) => this.childAt(scheduled))
      .filter((child) => child?.type === 'open')
  }

  get isSettled(): boolean {
    const { openExecutions, timers, openChildren } = this.#folded
    return openExecutions.size === 0 && timers.size === 0 && openChildren.size === 0
  }

  unseen(): readonly HistoryEvent[] {
    return this.#events.slice(this.#folded.seen, this.#length).filter(isSeenByDeciders)
  }

  latest({ name }: Named): ActivityExecution | undefined {
    const scheduled = this.#folded.executionsOf.get(name)?.at(-1)
    return scheduled === undefined ? undefined : this.executionAt(scheduled)
  }

  all({ name }: Named): readonly ActivityExecution[] {
    return found(this.#folded.executions, this.#folded.executionsOf.get(name))
  }

  unfinished(activity?: Named): readonly OpenExecution[] {
    const { executions, openExecutions, openExecutionsOf } = this.#folded
    const open = activity === undefined ? openExecutions : openExecutionsOf.get(activity.name)
    return found(executions, open).filter(isOpen).reverse()
  }

  children(workflow?: Named): readonly ChildExecution[] {
    const { children, childrenOf } = this.#folded
    return workflow === undefined ? [...children.values()] : found(children, childrenOf.get(workflow.name))
  }

  signals(name: string): readonly ReceivedSignal[] {
    return [...(this.#folded.signals.get(name) ?? [])]
  }

  markers(name?: string): readonly MarkerEvent[] {
    const { markers, markersOf } = this.#folded
    return [...(name === undefined ? markers : (markersOf.get(name) ?? []))]
  }

  hasEvent(event: EventValue): boolean {
    return this.#folded.hasEvent(this.#events, event)
  }

  hasDecision(decision: { readonly type: string }): boolean {
    return this.#folded.hasDecision(this.#events, decision)
  }

  executionAt(scheduled: number): ActivityExecution | undefined {
    return this.#folded.executions.get(scheduled)
  }

  childAt(scheduled: number): ChildExecution | undefined {
    return this.#folded.children.get(scheduled)
  }
}

function isOpen(execution: ActivityExecution): execution is OpenExecution {
  return execution.type === 'scheduled' || execution.type === 'started'
}

function found<T>(items: ReadonlyMap<number, T>, wanted: Iterable<number> = []): T[] {
  return [...wanted].flatMap((scheduled) => items.get(scheduled) ?? [])
}
