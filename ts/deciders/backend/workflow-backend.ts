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
}

/** Who polls, and for what. */
export interface Poll {
  /** The queue. @default 'default' */
  readonly category?: string
  /** Who works, for people. */
  readonly identity?: string
  /** So many at most. @default 1 */
  readonly limit?: number
}

/** Which processes, newest last; all of them where nothing is said. */
export interface ProcessFilter {
  readonly status?: 'open' | 'closed'
  readonly workflow?: string
  readonly tag?: string
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
  readonly activity: string
  readonly id: string
  readonly input: Value
  readonly status: 'waiting' | 'delayed' | 'running'
  readonly scheduledAt: number
  readonly attempt: number
  /** Of one that runs: with it anybody ends it. */
  readonly token?: string
}

/** What may have changed, as far as is known: what is not false may have. A wake-up, and never the truth. */
export interface BackendChange {
  /** There may be something to decide. */
  readonly decisions?: false
  /** There may be an activity to do. */
  readonly activities?: false
  /** A process may have been started or closed. */
  readonly processes?: false
  /** Something may be due earlier, or later. */
  readonly deadlines?: false
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
  /** A sign of life (D40, D41). @throws `unknown-activity`, `bad-token` */
  heartbeat(token: string, details?: Value): Promise<{ readonly cancelRequested: boolean }>
  /** Also of a closed process (D23); nothing where there is none. */
  process(id: string): Promise<ProcessInfo | undefined>
  /** Events from `after` (exclusive), in order. @throws `no-such-process` */
  history(
    id: string,
    page?: { readonly after?: number; readonly limit?: number },
  ): Promise<readonly HistoryEvent[]>
  processes(filter?: ProcessFilter): Promise<ProcessPage>
  /** The activities of a process that are open, in the order in which they were scheduled. @throws `no-such-process` */
  openActivities(id: string): Promise<readonly WaitingActivity[]>
  /** Deletes a closed process and its history. @throws `no-such-process`, `process-open` */
  deleteProcess(id: string): Promise<void>
  /** Does what is due: timers, limits, what was put off (D43). Gives how many processes it has touched. */
  tick(): Promise<number>
  /**
   * The first time (ms since 1970) at which `tick` has something to do; nothing where it never will by itself. With
   * `exact: false` it may be too early, and costs less: for those who look again and again.
   */
  nextDeadline(options?: { readonly exact?: boolean }): Promise<number | undefined>
  /** Calls back when there may be something new to poll or to read. */
  onChange(listener: (change: BackendChange) => void): () => void
  close(): Promise<void>
}
