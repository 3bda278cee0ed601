import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'

/** Which limit an activity went over, or a process (`start-to-close`). */
export type TimeoutKind = 'schedule-to-start' | 'start-to-close' | 'schedule-to-close' | 'heartbeat'

/** It has given a result. */
export interface CompletedResult {
  readonly type: 'completed'
  readonly result: Value
}

/** It could not do its work; where something was thrown, `error` is that. */
export interface FailedResult {
  readonly type: 'failed'
  readonly reason?: string
  readonly details?: Value
  readonly error?: ErrorData
}

/** It was called off. */
export interface CanceledResult {
  readonly type: 'canceled'
  readonly reason?: string
  readonly details?: Value
}

/** It took too long; `details` are those of its last heartbeat. */
export interface TimedOutResult {
  readonly type: 'timed-out'
  readonly timeout: TimeoutKind
  readonly details?: Value
}

/** What an activity came to (D6). */
export type ActivityResult = CompletedResult | FailedResult | CanceledResult | TimedOutResult

/** What an attempt that is tried again came to. */
export interface LastAttempt {
  /** When it ended, in milliseconds since 1970. */
  readonly at: number
  readonly result: ActivityResult
}

/** Another process goes on in its place. */
export interface ContinuedResult {
  readonly type: 'continued'
  /** The id of the process that goes on. */
  readonly process: string
}

/** What a process came to (D7). */
export type ProcessResult = ActivityResult | ContinuedResult
