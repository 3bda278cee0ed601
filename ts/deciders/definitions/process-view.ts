import type { SchemaOutput } from '../../schema/index.js'
import type { CancelRequested, HistoryEvent, MarkerEvent, ProcessStarted } from '../history/index.js'
import type { ActivityExecution, ExecutionOf, OpenExecution, OpenExecutionOf } from './activity-execution.js'
import type { AnyActivity } from './activity.js'
import type { ChildExecution, ChildOf, OpenChild } from './child-execution.js'
import type { AnyWorkflow, SignalSchemas } from './workflow.js'

/** What the compiler knows of a decider. */
export interface DeciderTypes {
  readonly name: string
  readonly given: unknown
  readonly input: unknown
  readonly returned: unknown
  readonly signals: SignalSchemas
  readonly activities: AnyActivity
  readonly children: AnyWorkflow
}

/** A timer that has not fired. */
export interface OpenTimer {
  readonly id: string
  readonly data: unknown
  /** The `seq` of the decision that started it. */
  readonly scheduled: number
  /** ms since 1970. */
  readonly dueAt: number
}

/** A signal that has come. */
export interface ReceivedSignal<Data = unknown> {
  readonly name: string
  readonly data: Data
  /** The process that has sent it. */
  readonly from?: string
  readonly seq: number
  /** ms since 1970. */
  readonly at: number
}

type WithoutPlace<E> = E extends HistoryEvent ? Omit<E, 'seq' | 'at'> : never

/** An event by its value: where it stands and when it happened does not count (D4). */
export type EventValue = WithoutPlace<HistoryEvent>

/** A process as a decider sees it, whatever its types. */
export interface AnyProcessView {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly input: unknown
  readonly tags: readonly string[]
  /** The process that has started this one. */
  readonly parent: ProcessStarted['parent']
  /** The process that this one goes on for, or was forked from. */
  readonly origin: ProcessStarted['origin']
  /** ms since 1970. */
  readonly startedAt: number
  /**
   * When this decision began, in ms since 1970: the only clock that a decider may read. It is of the history, so it is the
   * same whenever the decision is taken again.
   */
  readonly now: number
  /** The `seq` of the last event. */
  readonly seq: number
  /** All events, oldest first. To go through them costs more with each event; all else here does not. */
  readonly history: readonly HistoryEvent[]
  /** What the process is at, for people, as an earlier decision has set it (D80). */
  readonly status: string | undefined
  /** The last time that it was asked to cancel itself. */
  readonly cancelRequested: CancelRequested | undefined
  /** Timers that have neither fired nor been canceled, oldest first (D18). */
  readonly timers: readonly OpenTimer[]
  /** Children that have not closed, oldest first. */
  readonly openChildren: readonly OpenChild[]
  /** The events after the one with this `seq`, oldest first: what is new to whoever has kept what it made of those before. */
  since(seq: number): readonly HistoryEvent[]
  /** Whether nothing is open: no activity, no timer, no child. */
  readonly isSettled: boolean
  /**
   * What has happened since the last decision that was completed, in order, and what that one decided (D13). A decision that
   * was begun and never completed, or refused, has seen nothing (D16).
   */
  unseen(): readonly HistoryEvent[]
  /** The newest execution of an activity. */
  latest(activity: AnyActivity): ActivityExecution | undefined
  /** All executions of an activity, oldest first. */
  all(activity: AnyActivity): readonly ActivityExecution[]
  /** Executions that have not ended, of one activity or of all, newest first (D17). */
  unfinished(activity?: AnyActivity): readonly OpenExecution[]
  /** Children, of one workflow or of all, oldest first. */
  children(workflow?: AnyWorkflow): readonly ChildExecution[]
  /** Signals of a name, oldest first. */
  signals(name: string): readonly ReceivedSignal[]
  /** Notes, of a name or all, oldest first. */
  markers(name?: string): readonly MarkerEvent[]
  /** Whether this has happened, by value (D12). */
  hasEvent(event: EventValue): boolean
  /** Whether this was decided, by value (D12); where it has no id, then with any. */
  hasDecision(decision: { readonly type: string }): boolean
  /** The execution that began with this `seq`. */
  executionAt(scheduled: number): ActivityExecution | undefined
  /** The child that was started with this `seq`. */
  childAt(scheduled: number): ChildExecution | undefined
}

/**
 * What `decide` gets: a process as its history tells it, up to now. It does not change, also when the process goes on (D29).
 * The cost of each question is that of its answer, however long the history is.
 */
export interface ProcessView<T extends DeciderTypes> extends AnyProcessView {
  readonly input: T['input']
  latest<A extends T['activities']>(activity: A): ExecutionOf<A> | undefined
  all<A extends T['activities']>(activity: A): readonly ExecutionOf<A>[]
  unfinished<A extends T['activities'] = T['activities']>(activity?: A): readonly OpenExecutionOf<A>[]
  children<W extends T['children'] = T['children']>(workflow?: W): readonly ChildOf<W>[]
  signals<K extends keyof T['signals'] & string>(
    name: K,
  ): readonly ReceivedSignal<SchemaOutput<T['signals'][K]>>[]
}
