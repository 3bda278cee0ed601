import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'

/** Values by name. */
export type Context = Readonly<Record<string, Value>>

/** What a payload codec has made of something, for whoever reads without that codec. */
export interface Sealed {
  readonly sealed: string
}

export type InputPayload = { readonly input: Context } | Sealed
export type OutputsPayload = { readonly outputs: Context } | Sealed
export type ContextPayload = { readonly context: Context } | Sealed
export type ErrorPayload = { readonly error: ErrorData } | Sealed

/**
 * What happened to an execution, as plain JSON that is kept as long as the execution is. Events are only added (F13); each
 * has a step, counted from 0.
 */
export type FlowEvent = FlowEventBody & {
  readonly step: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What happened, without when. */
export type FlowEventBody =
  | FlowCreated
  /** It waits for a runner, until this time (ms since 1970) at least. */
  | { readonly type: 'flow-scheduled'; readonly due: number }
  /** A runner goes on with it, under a fencing token that counts the runners that have. */
  | { readonly type: 'flow-started'; readonly owner: string; readonly token: number }
  | { readonly type: 'task-started'; readonly task: string; readonly attempt: number }
  | TaskCompleted
  | TaskFailed
  /** The next attempt is made at this time (ms since 1970). */
  | {
      readonly type: 'retry-scheduled'
      readonly task: string
      readonly attempt: number
      readonly due: number
    }
  | { readonly type: 'pause-requested' }
  | { readonly type: 'cancel-requested'; readonly reason: string }
  /** Its runner has given it back: the task that ran is run again. */
  | { readonly type: 'flow-released'; readonly owner: string }
  /** Its runner is gone: the task that ran is run again (F26). */
  | {
      readonly type: 'flow-recovered'
      readonly owner: string
      readonly token: number
      readonly why: RecoveryReason
    }
  | { readonly type: 'flow-paused' }
  | { readonly type: 'flow-resumed'; readonly due: number }
  /** It goes on from this task, which is the one that has failed or an earlier one (F19). */
  | { readonly type: 'flow-rescheduled'; readonly task: string; readonly due: number }
  | FlowMigrated
  | { readonly type: 'flow-completed' }
  | FlowFailed
  | { readonly type: 'flow-canceled'; readonly reason: string }

export type FlowCreated = {
  readonly type: 'flow-created'
  readonly flow: string
  readonly fingerprint: string
  /** The names of its tasks. */
  readonly tasks: readonly string[]
  readonly key?: string
  readonly tags?: readonly string[]
  /** The execution that this one does again. */
  readonly origin?: string
} & InputPayload

export type TaskCompleted = {
  readonly type: 'task-completed'
  readonly task: string
  readonly attempt: number
  /** Milliseconds. */
  readonly duration: number
} & OutputsPayload

export type TaskFailed = {
  readonly type: 'task-failed' | 'task-timed-out' | 'task-canceled'
  readonly task: string
  readonly attempt: number
  /** Milliseconds. */
  readonly duration: number
} & ErrorPayload

/** It goes on under another definition (F28). */
export type FlowMigrated = {
  readonly type: 'flow-migrated'
  readonly from: string
  readonly fingerprint: string
  readonly tasks: readonly string[]
  /** The one that is to run next. */
  readonly task: string
} & ContextPayload

export type FlowFailed = { readonly type: 'flow-failed'; readonly task: string } & ErrorPayload

/** `expired`: nobody has renewed its lease; `gone`: its tab is; `asked`: somebody says so. */
export type RecoveryReason = 'expired' | 'gone' | 'asked'
