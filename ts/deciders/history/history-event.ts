import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { Decision } from './decisions.js'
import type { ActivityResult, LastAttempt, ProcessResult } from './results.js'

/** The version of the form of histories that is written here. Later ones read it, for ever. */
export const HISTORY_VERSION = 1

interface At {
  /** Its place in the history, from 1, without gaps. */
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The first event of every history. */
export interface ProcessStarted extends At {
  readonly type: 'process-started'
  /** The version of the form of this history, {@link HISTORY_VERSION}. */
  readonly history: number
  readonly workflow: string
  readonly version: string
  readonly input: Value
  readonly tags: readonly string[]
  /** The process that has started this one, and the `seq` of its decision. */
  readonly parent?: { readonly process: string; readonly scheduled: number }
  /** The process that this one goes on for, or was forked from, and the `seq` of the last event that was taken over. */
  readonly origin?: { readonly type: 'continued' | 'forked'; readonly process: string; readonly seq: number }
}

/** A worker has begun to decide. */
export interface DecisionStarted extends At {
  readonly type: 'decision-started'
  readonly identity?: string
}

/** A decision is complete, and what it decided follows. Its events up to `started` have been seen (D13, D16). */
export interface DecisionCompleted extends At {
  readonly type: 'decision-completed'
  /** The `seq` of the decision-started event. */
  readonly started: number
  /** What the process is at, for people. */
  readonly status?: string
}

/** The decider threw, or its worker gave up. */
export interface DecisionFailed extends At {
  readonly type: 'decision-failed'
  readonly started: number
  readonly error: ErrorData
}

/** No decision came in time. */
export interface DecisionTimedOut extends At {
  readonly type: 'decision-timed-out'
  readonly started: number
}

/** A batch of decisions was refused, and nothing of it applied (D14, D32, D33, D36). */
export interface DecisionRefused extends At {
  readonly type: 'decision-refused'
  readonly started: number
  readonly error: ErrorData
}

/** A decision that was applied. */
export interface DecisionEvent extends At {
  readonly type: 'decision'
  readonly decision: Decision
}

/** A worker has begun with an activity. */
export interface ActivityStarted extends At {
  readonly type: 'activity-started'
  /** The `seq` of the decision that scheduled it. */
  readonly scheduled: number
  readonly activity: string
  readonly id: string
  /** Counted from 1. */
  readonly attempt: number
  readonly identity?: string
  /** What the attempt before came to. */
  readonly last?: LastAttempt
}

/** An activity has ended. */
export interface ActivityEnded extends At {
  readonly type: 'activity'
  readonly scheduled: number
  readonly activity: string
  readonly id: string
  readonly result: ActivityResult
}

/** The worker of an activity has been asked to end it. */
export interface ActivityCancelRequested extends At {
  readonly type: 'activity-cancel-requested'
  readonly scheduled: number
  readonly id: string
  readonly reason?: string
}

/** Somebody outside, or another process, has sent something. */
export interface SignalEvent extends At {
  readonly type: 'signal'
  readonly name: string
  readonly data: Value
  /** The process that has sent it. */
  readonly from?: string
}

/** A timer was due. */
export interface TimerEvent extends At {
  readonly type: 'timer'
  readonly scheduled: number
  readonly id: string
  readonly data: Value
}

export interface TimerCanceled extends At {
  readonly type: 'timer-canceled'
  readonly scheduled: number
  readonly id: string
}

/** A child has closed. */
export interface ChildProcessEvent extends At {
  readonly type: 'child-process'
  readonly scheduled: number
  readonly process: string
  readonly workflow: string
  readonly tags: readonly string[]
  readonly result: ProcessResult
}

/** A note. */
export interface MarkerEvent extends At {
  readonly type: 'marker'
  readonly name: string
  readonly details: Value
}

/** The process has been asked to cancel itself. */
export interface CancelRequested extends At {
  readonly type: 'cancel-requested'
  readonly reason?: string
  readonly details?: Value
  /** The process that has asked. */
  readonly from?: string
}

/** The last event of a history. */
export interface ProcessClosed extends At {
  readonly type: 'process-closed'
  readonly result: ProcessResult
}

/** What happens to a process (D5): plain JSON, discriminated by `type`, kept for ever. */
export type HistoryEvent =
  | ProcessStarted
  | DecisionStarted
  | DecisionCompleted
  | DecisionFailed
  | DecisionTimedOut
  | DecisionRefused
  | DecisionEvent
  | ActivityStarted
  | ActivityEnded
  | ActivityCancelRequested
  | SignalEvent
  | TimerEvent
  | TimerCanceled
  | ChildProcessEvent
  | MarkerEvent
  | CancelRequested
  | ProcessClosed

export type HistoryEventType = HistoryEvent['type']

/** Events about how it was decided. Deciders decide on the others: these wake nobody and are never unseen. */
const BOOKKEEPING: ReadonlySet<HistoryEventType> = new Set<HistoryEventType>([
  'decision-started',
  'decision-completed',
  'decision-failed',
  'decision-timed-out',
  'decision-refused',
  'activity-cancel-requested',
  'marker',
  'timer-canceled',
  'process-closed',
])

/** Whether a decider is to see the event (D13): what happened, and what was decided. */
export function isSeenByDeciders({ type }: HistoryEvent): boolean {
  return !BOOKKEEPING.has(type)
}
