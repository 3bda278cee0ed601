import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type {
  LastAttempt,
  ActivityTimeouts,
  ChildPolicy,
  ProcessResult,
  RetryData,
} from '../history/index.js'
import type { Limits } from './types.js'

/** The place in a queue: by time (ms since 1970), then by a number that grows with every entry. */
export interface Place {
  readonly at: number
  readonly n: number
}

/**
 * How far deciding is. There is at most one decision at a time (D28).
 *
 * - `none`: nothing has happened that is not decided on.
 * - `queued`: a worker may take it.
 * - `delayed`: it failed, and is queued again at `until`.
 * - `running`: a worker has it until `deadline`; `again` is set when something has happened meanwhile.
 */
export type DecisionState =
  | { readonly status: 'none' }
  | { readonly status: 'queued'; readonly place: Place }
  | { readonly status: 'delayed'; readonly until: number; readonly place: Place }
  | {
      readonly status: 'running'
      /** The `seq` of the decision-started event. */
      readonly started: number
      /** What a token must have, too: nobody guesses it. */
      readonly lease: string
      readonly deadline: number
      readonly again?: Place
    }

/** What is known of a process beside its history and what is open in it. Bounded, however long it runs. */
export interface ProcessState {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly category: string
  readonly tags: readonly string[]
  /** The process that is told when this one closes; `child` is the id under which it knows this one. */
  readonly parent?: { readonly process: string; readonly scheduled: number; readonly child: string }
  /** What becomes of this one when its parent closes. */
  readonly childPolicy: ChildPolicy
  readonly startedAt: number
  /** The last time at which it may be open. */
  readonly deadline: number
  /** Milliseconds. */
  readonly timeout: number
  /** Milliseconds. */
  readonly decisionTimeout: number
  /** How long it is kept after it has closed, in ms. */
  readonly retention?: number
  /** The `seq` of the last event. */
  readonly lastSeq: number
  /** The `seq` of the decision-started event of the last completed decision: up to it, all has been seen. */
  readonly seen: number
  /** The `seq` of the last event that has to be decided on. */
  readonly newest: number
  readonly decision: DecisionState
  /** How often in a row deciding has failed or timed out, and with what last. */
  readonly failures?: { readonly count: number; readonly error?: ErrorData }
  /** What it is at, for people: what the decider has said last. */
  readonly status?: string
  /** Set once it is closed. */
  readonly closed?: { readonly at: number; readonly result: ProcessResult }
}

/** An activity that has been scheduled and has not ended. */
export interface OpenActivity {
  readonly id: string
  readonly activity: string
  readonly input: Value
  /** The `seq` of the decision. */
  readonly scheduled: number
  readonly scheduledAt: number
  readonly category: string
  readonly priority: number
  readonly key?: string
  /** Milliseconds. */
  readonly timeouts: Required<Omit<ActivityTimeouts, 'scheduleToClose'>> &
    Pick<ActivityTimeouts, 'scheduleToClose'>
  readonly retry?: RetryData
  /** Somebody outside ends it. */
  readonly manual?: true
  readonly limits?: Limits
  /** Counted from 1. */
  readonly attempt: number
  /** Attempts that were given back: the retry policy does not count them. */
  readonly released?: number
  readonly state:
    | { readonly status: 'waiting'; readonly place: Place }
    /** It is tried again later. */
    | { readonly status: 'delayed'; readonly until: number }
    | {
        readonly status: 'running'
        readonly lease: string
        readonly since: number
        readonly beatAt: number
        readonly identity?: string
        readonly cancelRequested?: true
      }
  /** Of the last heartbeat, of whichever attempt. */
  readonly details?: Value
  /** What the attempt before came to. */
  readonly last?: LastAttempt
}

/** A timer that is not due yet. */
export interface OpenTimer {
  readonly id: string
  readonly scheduled: number
  readonly data: Value
  /** Its time is when it is due. */
  readonly place: Place
}

/** A child that has not closed. */
export interface OpenChild {
  readonly id: string
  readonly scheduled: number
  readonly workflow: string
  readonly tags: readonly string[]
  readonly childPolicy: ChildPolicy
}

/** What is open in a process, by id: all of it, or what a step needs (see `neededBy`). */
export interface OpenWork {
  readonly activities: ReadonlyMap<string, OpenActivity>
  readonly timers: ReadonlyMap<string, OpenTimer>
  readonly children: ReadonlyMap<string, OpenChild>
}

export const NOTHING_OPEN: OpenWork = { activities: new Map(), timers: new Map(), children: new Map() }

/** The first time at which the activity has taken too long: its limit, and what it is. */
export function deadlineOf({ state, timeouts, scheduledAt }: OpenActivity): number {
  const whole = timeouts.scheduleToClose === undefined ? Infinity : scheduledAt + timeouts.scheduleToClose
  switch (state.status) {
    case 'waiting':
      return Math.min(state.place.at + timeouts.scheduleToStart, whole)
    case 'delayed':
      return whole
    case 'running':
      return Math.min(state.since + timeouts.startToClose, state.beatAt + timeouts.heartbeat, whole)
  }
}

/** The first time at which something happens to a process by itself, timers aside: Infinity where nothing will. */
export function nextDeadline(state: ProcessState, activities: Iterable<OpenActivity>): number {
  if (state.closed !== undefined) return state.closed.at + (state.retention ?? Infinity)
  const { decision } = state
  // A limit that is just reached is not gone over (D43).
  let next = state.deadline + 1
  if (decision.status === 'running') next = Math.min(next, decision.deadline + 1)
  if (decision.status === 'delayed') next = Math.min(next, decision.until)
  for (const activity of activities) {
    next = Math.min(next, deadlineOf(activity) + 1)
    if (activity.state.status === 'delayed') next = Math.min(next, activity.state.until)
  }
  return next
}
