import type { Schema } from '../../schema/index.js'
import type { CancelRequested, HistoryEvent, ProcessStarted, TimerEvent } from '../history/index.js'
import type {
  CompletedExecution,
  CompletedExecutionOf,
  InterruptedExecution,
  InterruptedExecutionOf,
} from './activity-execution.js'
import type { ActivityResultOf } from './activity.js'
import type {
  ClosedChild,
  ClosedChildOf,
  CompletedChild,
  CompletedChildOf,
  InterruptedChild,
  InterruptedChildOf,
} from './child-execution.js'
import type { Decided } from './decided.js'
import type { Matches } from './match.js'
import type { DeciderTypes, ProcessView, ReceivedSignal } from './process-view.js'
import type { Rule, SeenEventType } from './rule.js'
import type { WorkflowResult } from './workflow.js'

type NoSignal = Rule<never, undefined>

type On<T extends DeciderTypes, Args extends readonly unknown[]> = (...args: Args) => Decided<T>

type Fired = Pick<TimerEvent, 'id' | 'data'>

/**
 * Makes the rules of a rule set. Each fires for every event that it is for and that no decision has seen yet; all that match
 * fire, event by event, and for one event in the order in which they stand (D67, D68).
 *
 * Where a match stands, it narrows what the rule is for, field by field: a value, compared by value, or a function that says
 * yes (D69). Activities and workflows are known by their names (D71).
 */
export interface When<T extends DeciderTypes> {
  /** The process has been started. */
  started(handler: On<T, [process: ProcessView<T>, event: ProcessStarted]>): NoSignal

  /** An activity, or any, has completed. */
  completed(
    handler: On<T, [result: unknown, process: ProcessView<T>, execution: CompletedExecution]>,
  ): NoSignal
  completed<A extends T['activities']>(
    activity: A,
    handler: On<
      T,
      [result: ActivityResultOf<A>, process: ProcessView<T>, execution: CompletedExecutionOf<A>]
    >,
  ): NoSignal
  completed<A extends T['activities']>(
    activity: A,
    match: Matches<CompletedExecutionOf<NoInfer<A>>>,
    handler: On<
      T,
      [result: ActivityResultOf<A>, process: ProcessView<T>, execution: CompletedExecutionOf<A>]
    >,
  ): NoSignal

  /**
   * An activity, or any, has failed, took too long, or was canceled by somebody else: for one that the process has called off
   * itself, it does not fire.
   */
  interrupted(handler: On<T, [failure: InterruptedExecution, process: ProcessView<T>]>): NoSignal
  interrupted<A extends T['activities']>(
    activity: A,
    handler: On<T, [failure: InterruptedExecutionOf<A>, process: ProcessView<T>]>,
  ): NoSignal
  interrupted<A extends T['activities']>(
    activity: A,
    match: Matches<InterruptedExecutionOf<NoInfer<A>>>,
    handler: On<T, [failure: InterruptedExecutionOf<A>, process: ProcessView<T>]>,
  ): NoSignal

  /** A signal has come; the schema is that of its data, checked where it enters. */
  signal<const K extends string, Given, Data>(
    name: K,
    schema: Schema<Given, Data>,
    handler: On<T, [data: Data, process: ProcessView<T>, signal: ReceivedSignal<Data>]>,
  ): Rule<K, Schema<Given, Data>>
  signal<const K extends string, Given, Data>(
    name: K,
    schema: Schema<Given, Data>,
    match: Matches<ReceivedSignal<NoInfer<Data>>>,
    handler: On<T, [data: Data, process: ProcessView<T>, signal: ReceivedSignal<Data>]>,
  ): Rule<K, Schema<Given, Data>>
  signal<const K extends string>(
    name: K,
    handler: On<T, [data: unknown, process: ProcessView<T>, signal: ReceivedSignal]>,
  ): Rule<K, undefined>

  /** A timer was due. */
  timer(handler: On<T, [data: unknown, process: ProcessView<T>, timer: Fired]>): NoSignal
  timer(
    match: Matches<Fired>,
    handler: On<T, [data: unknown, process: ProcessView<T>, timer: Fired]>,
  ): NoSignal

  /** A child has closed, whatever it came to (D72). */
  childClosed(handler: On<T, [child: ClosedChild, process: ProcessView<T>]>): NoSignal
  childClosed<W extends T['children']>(
    workflow: W,
    handler: On<T, [child: ClosedChildOf<W>, process: ProcessView<T>]>,
  ): NoSignal
  childClosed<W extends T['children']>(
    workflow: W,
    match: Matches<ClosedChildOf<NoInfer<W>>>,
    handler: On<T, [child: ClosedChildOf<W>, process: ProcessView<T>]>,
  ): NoSignal

  /** A child has completed. */
  childCompleted(handler: On<T, [result: unknown, process: ProcessView<T>, child: CompletedChild]>): NoSignal
  childCompleted<W extends T['children']>(
    workflow: W,
    handler: On<T, [result: WorkflowResult<W>, process: ProcessView<T>, child: CompletedChildOf<W>]>,
  ): NoSignal
  childCompleted<W extends T['children']>(
    workflow: W,
    match: Matches<CompletedChildOf<NoInfer<W>>>,
    handler: On<T, [result: WorkflowResult<W>, process: ProcessView<T>, child: CompletedChildOf<W>]>,
  ): NoSignal

  /** A child has failed, was canceled, or took too long. */
  childInterrupted(handler: On<T, [child: InterruptedChild, process: ProcessView<T>]>): NoSignal
  childInterrupted<W extends T['children']>(
    workflow: W,
    handler: On<T, [child: InterruptedChildOf<W>, process: ProcessView<T>]>,
  ): NoSignal
  childInterrupted<W extends T['children']>(
    workflow: W,
    match: Matches<InterruptedChildOf<NoInfer<W>>>,
    handler: On<T, [child: InterruptedChildOf<W>, process: ProcessView<T>]>,
  ): NoSignal

  /** Somebody asks the process to cancel itself. */
  cancelRequested(handler: On<T, [request: CancelRequested, process: ProcessView<T>]>): NoSignal

  /** Any event, by its type or by a function that says yes: the general form. */
  event<E extends SeenEventType>(
    type: E,
    handler: On<T, [event: Extract<HistoryEvent, { readonly type: E }>, process: ProcessView<T>]>,
  ): NoSignal
  event(
    match: (event: HistoryEvent, process: ProcessView<T>) => unknown,
    handler: On<T, [event: HistoryEvent, process: ProcessView<T>]>,
  ): NoSignal

  /**
   * Nothing is open (activities, timers, children) but what this decision calls off, and it has started nothing and does not
   * close the process. These come last.
   */
  settled(handler: On<T, [process: ProcessView<T>]>): NoSignal
}
