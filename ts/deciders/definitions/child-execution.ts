import type { CanceledResult, FailedResult, TimedOutResult } from '../history/index.js'
import type { AnyWorkflow, Workflow } from './workflow.js'

interface Child<Name extends string> {
  readonly workflow: Name
  /** Its id; where it has continued as new, that of the process that goes on. */
  readonly process: string
  readonly input: unknown
  readonly tags: readonly string[]
  /** The `seq` of the decision that started it. */
  readonly scheduled: number
}

/** A child that has not closed. */
export interface OpenChild<Name extends string = string> extends Child<Name> {
  readonly type: 'open'
}

/** A child that has given a result. */
export interface CompletedChild<Name extends string = string, Result = unknown> extends Child<Name> {
  readonly type: 'completed'
  readonly result: Result
}

/** A child that has closed without a result. */
export type InterruptedChild<Name extends string = string> = Child<Name> &
  (FailedResult | CanceledResult | TimedOutResult)

/** A child that has closed. */
export type ClosedChild<Name extends string = string, Result = unknown> =
  CompletedChild<Name, Result> | InterruptedChild<Name>

/** A process that this one has started, discriminated by `type`. */
export type ChildExecution<Name extends string = string, Result = unknown> =
  OpenChild<Name> | ClosedChild<Name, Result>

/** A child of a workflow, with its types. */
export type ChildOf<W extends AnyWorkflow> =
  W extends Workflow<infer Name, never, infer Result, infer _Signals, unknown, never>
    ? ChildExecution<Name, Result>
    : never

/** A child of a workflow that has closed, with its types. */
export type ClosedChildOf<W extends AnyWorkflow> =
  W extends Workflow<infer Name, never, infer Result, infer _Signals, unknown, never>
    ? ClosedChild<Name, Result>
    : never

/** A child of a workflow that has completed, with its types. */
export type CompletedChildOf<W extends AnyWorkflow> =
  W extends Workflow<infer Name, never, infer Result, infer _Signals, unknown, never>
    ? CompletedChild<Name, Result>
    : never

/** A child of a workflow that has closed without a result, with its types. */
export type InterruptedChildOf<W extends AnyWorkflow> =
  W extends Workflow<infer Name, never, unknown, infer _Signals, unknown, never>
    ? InterruptedChild<Name>
    : never
