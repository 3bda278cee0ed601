import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type {
  ActivityResult,
  ChildPolicy,
  HistoryEvent,
  MadeDecision,
  ProcessResult,
} from '../history/index.js'
import type { ActivityType, WorkflowType } from '../process/index.js'

/** A process, as far as it is known without its history. */
export interface ProcessInfo {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly category: string
  readonly tags: readonly string[]
  readonly parent?: { readonly process: string; readonly scheduled: number }
  readonly childPolicy: ChildPolicy
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The `seq` of its last event. */
  readonly lastSeq: number
  /** What the decider has said it is at. */
  readonly status?: string
  /** How often in a row deciding has failed or timed out, and with what last. */
  readonly failures?: { readonly count: number; readonly error?: ErrorData }
  /** Set once it is closed. */
  readonly closed?: { readonly at: number; readonly result: ProcessResult }
}

/** What a process is started with. */
export interface StartProcess {
  readonly workflow: string
  /** Starting twice under one id gives the process that there is; without one a new id is drawn. */
  readonly id?: string
  readonly input?: Value
  readonly tags?: readonly string[]
}

/** A process that is to be decided on, by whoever has the token. */
export interface DecisionTask {
  readonly type: 'decision'
  /** Opaque. */
  readonly token: string
  readonly process: ProcessInfo
  /** Up to this `seq` all events have been seen by a decision that was completed. */
  readonly seen: number
  /** The events after `seen`, the last of them the start of this decision; those before it are in the history. */
  readonly events: readonly HistoryEvent[]
}

/** An activity that is to be done, by whoever has the token. */
export interface ActivityTask {
  readonly type: 'activity'
  /** Opaque. */
  readonly token: string
  readonly process: string
  readonly workflow: string
  readonly activity: string
  readonly id: string
  readonly input: Value
  /** Counted from 1. */
  readonly attempt: number
  /** Stays the same over all attempts (D82). */
  readonly idempotencyKey: string
  /** Of the last heartbeat of an attempt before. */
  readonly details?: Value
  readonly scheduledAt: number
  /** When it will have taken too long (ms since 1970), whatever signs of life there are. */
  readonly deadline: number
}

/** Who polls, and for what. */
export interface Poll {
  /** The queue, or several: what is in the first comes first. @default 'default' */
  readonly category?: string | readonly string[]
  /** Who works, for people. */
  readonly identity?: string
  /** So many at most. @default 1 */
  readonly limit?: number
  /** Where there is nothing, how long (ms) is waited for something. @default 0 */
  readonly wait?: number
  /** Ends the waiting: the poll resolves, with what it has taken. */
  readonly signal?: AbortSignal
}

/** What of a process is waited for. */
export interface ProcessWait {
  /** Events behind this `seq`, or that it is closed. */
  readonly until: number | 'closed'
  /** How long (ms) at most. */
  readonly wait: number
  /** Ends the waiting: what there is now is given. */
  readonly signal?: AbortSignal
}

/** Which processes, in the order in which they were started, the open ones first; all of them where nothing is said. */
export interface ProcessFilter {
  readonly status?: 'open' | 'closed'
  readonly workflow?: string
  readonly tag?: string
  /** The other way round: the newest first, of the closed ones and then of the open ones. */
  readonly reverse?: boolean
  /** What a page before has given as `next`. */
  readonly after?: string
  /** @default 100 */
  readonly limit?: number
}

export interface ProcessPage {
  readonly processes: readonly ProcessInfo[]
  /** Where the next page begins; missing after the last one. */
  readonly next?: string
}

/** An activity that is open. */
export interface WaitingActivity {
  readonly process: string
  readonly workflow: string
  readonly activity: string
  readonly id: string
  readonly input: Value
  readonly status: 'waiting' | 'delayed' | 'running'
  readonly scheduledAt: number
  readonly attempt: number
  /** Somebody outside is to end it. */
  readonly manual?: true
  /** When the worker that runs it has begun. */
  readonly startedAt?: number
  /** Of one that runs: with it anybody ends it. */
  readonly token?: string
}

/** Which of the activities that somebody outside is to end (D81). */
export interface WaitingFilter {
  readonly activity?: string
  /** What a page before has given as `next`. */
  readonly after?: string
  /** @default 100 */
  readonly limit?: number
}

export interface WaitingPage {
  readonly activities: readonly WaitingActivity[]
  /** Where the next page begins; missing after the last one. */
  readonly next?: string
}

/** What is behind another process (D83). */
export interface ForkProcess {
  /** The `seq` of the last event that both have in common; a decision that is not complete there is left out. */
  readonly at: number
  /** Of the new process. @default drawn */
  readonly id?: string
}

/**
 * What keeps processes and hands out their work: the model of Amazon SWF (D19-D53). Every call is atomic and durable when
 * it resolves.
 */
export interface WorkflowBackend {
  /** Makes a kind of process known, or changes its settings (D19). */
  registerWorkflow(type: WorkflowType): Promise<void>
  /** Makes a kind of activity known, or changes its settings (D19). */
  registerActivity(type: ActivityType): Promise<void>
  /**
   * Starts a process (D20).
   *
   * @returns its id
   * @throws `unknown-type`, `process-exists`, `bad-argument` for an id or a tag that is no name
   */
  startProcess(start: StartProcess): Promise<string>
  /** @throws `no-such-process`, `process-closed`, `bad-argument` */
  signalProcess(id: string, signal: { readonly name: string; readonly data?: Value }): Promise<void>
  /**
   * Closes a process as canceled (D48); with `request` it is asked to cancel itself.
   *
   * @throws `no-such-process`, `process-closed`
   */
  cancelProcess(
    id: string,
    options?: { readonly reason?: string; readonly details?: Value; readonly request?: boolean },
  ): Promise<void>
  /**
   * Starts a process that goes on from an earlier point of another's history (D83): its decider decides anew. What was open
   * there is scheduled again; children stay the other's, and are told as canceled.
   *
   * @returns its id
   * @throws `no-such-process`, `process-exists`, `bad-argument`
   */
  forkProcess(id: string, fork: ForkProcess): Promise<string>
  /** Takes what is to be decided, in the order in which it came (D24, D27, D28). None where nothing is. */
  pollDecisionTasks(poll?: Poll): Promise<readonly DecisionTask[]>
  /**
   * Applies what was decided, all or none (D30-D33).
   *
   * @throws `unknown-decision`, `bad-token`, and what refuses decisions: `malformed-decision`, `unknown-type`, `id-in-use`,
   * `unknown-activity`, `unknown-timer`, `close-not-last`, `close-with-new-work`, `unhandled-events`
   */
  completeDecisionTask(
    token: string,
    decisions: Iterable<MadeDecision>,
    options?: { readonly status?: string },
  ): Promise<void>
  /** The decider threw: it is asked again after `delay` ms. @throws `unknown-decision`, `bad-token` */
  failDecisionTask(
    token: string,
    failure: { readonly error: ErrorData; readonly delay?: number },
  ): Promise<void>
  /** Takes activities that wait, by priority, then in the order in which they came (D34). */
  pollActivityTasks(poll?: Poll): Promise<readonly ActivityTask[]>
  /**
   * Ends an activity (D35); one that has failed is tried again where its policy says so, unless `retry` is false.
   *
   * @throws `unknown-activity`, `bad-token`
   */
  completeActivityTask(
    token: string,
    result: ActivityResult,
    options?: { readonly retry?: boolean },
  ): Promise<void>
  /**
   * Gives an activity back that was not done, because its worker is to end: it waits again, and its retry policy does not
   * count that.
   *
   * @throws `unknown-activity`, `bad-token`
   */
  releaseActivityTask(token: string): Promise<void>
  /** A sign of life (D40, D41). @throws `unknown-activity`, `bad-token` */
  heartbeat(token: string, details?: Value): Promise<{ readonly cancelRequested: boolean }>
  /** Also of a closed process (D23); nothing where there is none. With `wait` it is waited for what is yet to happen (D80). */
  process(id: string, wait?: ProcessWait): Promise<ProcessInfo | undefined>
  /** Events from `after` (exclusive), in order. @throws `no-such-process` */
  history(
    id: string,
    page?: { readonly after?: number; readonly limit?: number },
  ): Promise<readonly HistoryEvent[]>
  processes(filter?: ProcessFilter): Promise<ProcessPage>
  /** The activities of a process that are open, in the order in which they were scheduled. @throws `no-such-process` */
  openActivities(id: string): Promise<readonly WaitingActivity[]>
  /** Activities that somebody outside is to end, of all processes: of each kind the oldest first (D81). */
  waitingActivities(filter?: WaitingFilter): Promise<WaitingPage>
  /** Deletes a closed process and its history. @throws `no-such-process`, `process-open` */
  deleteProcess(id: string): Promise<void>
  /** Does what is due: timers, limits, what was put off (D43). Gives how many processes it has touched. */
  tick(): Promise<number>
  /**
   * The first time (ms since 1970) at which `tick` has something to do; nothing where it never will by itself. With
   * `exact: false` it may be too early, and nothing is written to find it.
   */
  nextDeadline(options?: { readonly exact?: boolean }): Promise<number | undefined>
  close(): Promise<void>
}

/** What a commit has appended to the history of one process. */
export interface CommittedEvents {
  /** As it is after them. */
  readonly process: ProcessInfo
  readonly events: readonly HistoryEvent[]
}

/** A backend that tells of what is done through it. */
export interface ObservableBackend extends WorkflowBackend {
  /**
   * Calls back after each commit of this object, whoever's call it was: timeouts and children included (D79).
   *
   * @returns ends it
   */
  onEvents(listener: (committed: CommittedEvents) => void): () => void
}
