import type { CanceledResult, FailedResult, TimedOutResult } from '../history/index.js'
import type { Activity, AnyActivity } from './activity.js'

interface Execution<Name extends string, Input> {
  readonly activity: Name
  readonly id: string
  readonly input: Input
  /** The `seq` of the decision that scheduled it: what tells executions of one id apart (D17). */
  readonly scheduled: number
  /** ms since 1970. */
  readonly scheduledAt: number
  /** Whether the process has called it off. */
  readonly cancelRequested: boolean
}

/** It waits for a worker. */
export interface ScheduledExecution<Name extends string = string, Input = unknown> extends Execution<
  Name,
  Input
> {
  readonly type: 'scheduled'
}

/** A worker has it. */
export interface StartedExecution<Name extends string = string, Input = unknown> extends Execution<
  Name,
  Input
> {
  readonly type: 'started'
  /** Counted from 1. */
  readonly attempt: number
  /** Of this attempt; ms since 1970. */
  readonly startedAt: number
}

interface EndedExecution<Name extends string, Input> extends Execution<Name, Input> {
  /** ms since 1970. */
  readonly endedAt: number
}

/** It has given a result. */
export interface CompletedExecution<
  Name extends string = string,
  Input = unknown,
  Result = unknown,
> extends EndedExecution<Name, Input> {
  readonly type: 'completed'
  readonly result: Result
}

/** It has ended without a result. */
export type InterruptedExecution<Name extends string = string, Input = unknown> = EndedExecution<
  Name,
  Input
> &
  (FailedResult | CanceledResult | TimedOutResult)

/** One time that an activity is done, its attempts together, discriminated by `type`. */
export type ActivityExecution<Name extends string = string, Input = unknown, Result = unknown> =
  OpenExecution<Name, Input> | CompletedExecution<Name, Input, Result> | InterruptedExecution<Name, Input>

/** One that has not ended. */
export type OpenExecution<Name extends string = string, Input = unknown> =
  ScheduledExecution<Name, Input> | StartedExecution<Name, Input>

/** An execution of an activity, with its types. */
export type ExecutionOf<A extends AnyActivity> =
  A extends Activity<infer Name, never, infer Result, infer Input, never>
    ? ActivityExecution<Name, Input, Result>
    : never

/** One of an activity that has not ended, with its types. */
export type OpenExecutionOf<A extends AnyActivity> =
  A extends Activity<infer Name, never, unknown, infer Input, never> ? OpenExecution<Name, Input> : never

/** One of an activity that has ended without a result, with its types. */
export type InterruptedExecutionOf<A extends AnyActivity> =
  A extends Activity<infer Name, never, unknown, infer Input, never>
    ? InterruptedExecution<Name, Input>
    : never

/** One of an activity that has completed, with its types. */
export type CompletedExecutionOf<A extends AnyActivity> =
  A extends Activity<infer Name, never, infer Result, infer Input, never>
    ? CompletedExecution<Name, Input, Result>
    : never
