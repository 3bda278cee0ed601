import type { ErrorData } from '../../errors/index.js'
import type { PlainRetryPolicy } from '../../retry/index.js'
import type { Fields } from '../../fields/index.js'
import type { Value } from '../../values/index.js'

/** What a task is handed beside its inputs. */
export interface TaskContext {
  /** The execution of the flow. */
  readonly executionId: string
  /** Counted from 1, and from 1 again when the flow was rescheduled. */
  readonly attempt: number
  /** The same over all attempts and re-runs of this task in this execution (F32). */
  readonly idempotencyKey: string
  /** Aborted when the task is to end: the flow was canceled, the task takes too long, its runner stops, or has lost it. */
  readonly signal: AbortSignal
  /**
   * Somebody has asked for a pause: it comes when the task has ended. A long one may end itself by throwing, when it has
   * kept how far it is: it is run again when the flow is resumed.
   */
  readonly isPauseAsked: boolean
  /** The details of the last heartbeat of the attempt before. */
  readonly lastDetails: Value
  /**
   * Says how far it is, for whoever watches; it is a sign of life, too. Returns at once, may be handed on as it is.
   *
   * @param percent 0 to 100
   */
  readonly progress: (percent: number, message?: string) => void
  /** Says that it is alive; the details are handed to the next attempt. Returns at once, may be handed on as it is. */
  readonly heartbeat: (details?: unknown) => void
}

declare const types: unique symbol

/**
 * A part of flows, as {@link defineTask} declares it: frozen, defaults filled in, times in ms. Executions share it, so it
 * keeps nothing between two runs (F1).
 */
export interface Task<
  Name extends string = string,
  Inputs extends Fields = Fields,
  Outputs extends Fields = Fields,
  Replaces extends string = string,
> {
  readonly type: 'task'
  readonly name: Name
  readonly version: string
  readonly inputs: Inputs
  readonly outputs: Outputs
  /** Outputs that take the place of earlier values of the same name (F2). */
  readonly replaces: readonly Replaces[]
  /** How long (ms) an attempt may take; missing where the runner's goes. */
  readonly timeout?: number
  /** How long (ms) it may go without a heartbeat or progress. */
  readonly heartbeat?: number
  /** Missing where the runner's goes. */
  readonly retry?: PlainRetryPolicy
  /** Whether an error is worth another attempt, where the policy leaves that to a function. */
  readonly retryable?: (error: ErrorData) => boolean
  run(inputs: unknown, task: TaskContext): unknown
  /** Never there; it tells the compiler. */
  readonly [types]?: { readonly inputs: Inputs; readonly outputs: Outputs }
}

/** Any task, whatever its types. */
export type AnyTask = Task
