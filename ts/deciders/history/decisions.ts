import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { CanceledResult, CompletedResult, FailedResult } from './results.js'

/** Limits of an activity, in ms; those that are missing are the activity's own. */
export interface ActivityTimeouts {
  readonly scheduleToStart?: number
  readonly startToClose?: number
  readonly scheduleToClose?: number
  readonly heartbeat?: number
}

/** When an activity that failed or timed out is tried again; times in ms. What `RetryPolicy` says, as plain data. */
export interface RetryData {
  /** How often it is tried in all, from 1; `null` for as often as it takes. */
  readonly attempts: number | null
  readonly initial: number
  readonly factor: number
  readonly maximum: number
  /** 0 to 1. */
  readonly jitter: number
  /** Codes and names of errors that are worth another attempt; missing for all. */
  readonly retryable?: readonly string[]
}

/** What becomes of a child when its parent closes (D50): it goes on, is canceled at once, or is asked to cancel itself. */
export type ChildPolicy = 'abandon' | 'terminate' | 'request-cancel'

/** Has an activity done. Its id is free again when it has ended. */
export interface ScheduleActivity extends ActivityTimeouts {
  readonly type: 'schedule-activity'
  readonly activity: string
  readonly id: string
  readonly input: Value
  /** The queue; missing for the activity's own. */
  readonly category?: string
  /** Higher comes first. */
  readonly priority?: number
  /** Of those that have the same key, so many at once as the activity's limit says. */
  readonly key?: string
  readonly retry?: RetryData
}

/**
 * Calls an open activity off. One that waits ends canceled at once; so does one that runs, whose worker is told with its
 * next heartbeat. With `wait` it stays open until the worker has ended it.
 */
export interface CancelActivity {
  readonly type: 'cancel-activity'
  readonly id: string
  readonly reason?: string
  readonly wait?: true
}

/** Closes the process with a result. */
export interface CompleteProcess {
  readonly type: 'complete-process'
  readonly result: Value
}

/** Closes the process as failed. */
export interface FailProcess {
  readonly type: 'fail-process'
  readonly reason?: string
  readonly details?: Value
  readonly error?: ErrorData
}

/** Closes the process as canceled. */
export interface CancelProcess {
  readonly type: 'cancel-process'
  readonly reason?: string
  readonly details?: Value
}

/** Closes the process, and starts another one of the same name in its place: a history need not grow for ever. */
export interface ContinueAsNew {
  readonly type: 'continue-as-new'
  readonly input: Value
  /** Missing for the same version. */
  readonly version?: string
  /** Missing for the same tags. */
  readonly tags?: readonly string[]
}

/** Starts a process whose end this one is told of. */
export interface StartChildProcess {
  readonly type: 'start-child-process'
  readonly workflow: string
  readonly version?: string
  /** The id of the new process. */
  readonly id: string
  readonly input: Value
  readonly tags: readonly string[]
  readonly childPolicy: ChildPolicy
}

/** Wakes the process later. */
export interface StartTimer {
  readonly type: 'start-timer'
  readonly id: string
  /** Milliseconds from when the decision is applied. */
  readonly delay: number
  readonly data: Value
}

export interface CancelTimer {
  readonly type: 'cancel-timer'
  readonly id: string
}

/** Leaves a note in the history. */
export interface RecordMarker {
  readonly type: 'record-marker'
  readonly name: string
  readonly details: Value
}

/** Signals another process. One that is closed or unknown is not reached, and nothing happens. */
export interface SignalProcess {
  readonly type: 'signal-process'
  readonly process: string
  readonly name: string
  readonly data: Value
}

/** Asks another process to cancel itself. One that is closed or unknown is not reached, and nothing happens. */
export interface RequestCancelProcess {
  readonly type: 'request-cancel-process'
  readonly process: string
  readonly reason?: string
}

/** After one of these a process is closed; it is the last of its batch. */
export type ClosingDecision = CompleteProcess | FailProcess | CancelProcess | ContinueAsNew

/** What a decider may decide (D8, D9): plain JSON, discriminated by `type`. */
export type Decision =
  | ScheduleActivity
  | CancelActivity
  | StartChildProcess
  | StartTimer
  | CancelTimer
  | RecordMarker
  | SignalProcess
  | RequestCancelProcess
  | ClosingDecision

type Unnamed<D extends { readonly id: string }> = Omit<D, 'id'> & { readonly id?: string }

/** A decision as a decider makes it: what it starts without an id gets one when it is applied, `<process>:<seq>` (D8). */
export type MadeDecision =
  | Unnamed<ScheduleActivity>
  | Unnamed<StartChildProcess>
  | Unnamed<StartTimer>
  | Exclude<Decision, ScheduleActivity | StartChildProcess | StartTimer>

/** What a process comes to by a decision that closes it; continuing as new names the process that goes on elsewhere. */
export function resultOfClosing(
  decision: CompleteProcess | FailProcess | CancelProcess,
): CompletedResult | FailedResult | CanceledResult {
  switch (decision.type) {
    case 'complete-process':
      return { type: 'completed', result: decision.result }
    case 'fail-process': {
      const { type: _, ...rest } = decision
      return { type: 'failed', ...rest }
    }
    case 'cancel-process': {
      const { type: _, ...rest } = decision
      return { type: 'canceled', ...rest }
    }
  }
}

export function isClosing(decision: MadeDecision): decision is ClosingDecision {
  return (
    decision.type === 'complete-process' ||
    decision.type === 'fail-process' ||
    decision.type === 'cancel-process' ||
    decision.type === 'continue-as-new'
  )
}
