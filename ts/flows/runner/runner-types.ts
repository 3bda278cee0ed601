import type { Clock, Duration } from '../../clock/index.js'
import type { PayloadCodec } from '../../codec/index.js'
import type { ErrorData } from '../../errors/index.js'
import type { RecordStore } from '../../records/index.js'
import type { RetryPolicy } from '../../retry/index.js'
import type {
  AnyFlow,
  BareExecutionId,
  ExecutionId,
  FlowGiven,
  FlowResult,
  TaskName,
} from '../definitions/index.js'
import type { Context } from '../execution/index.js'
import type { CommittedFlowEvents, FlowFilter, FlowReader } from '../records/index.js'

/** How a runner is made. */
export interface FlowRunnerOptions {
  /** What keeps the executions. It stays open when the runner is closed. */
  readonly records: RecordStore
  /** The flows that it schedules and runs. What needs no definition (lists, cancel, reschedule, …) goes without. */
  readonly flows: readonly AnyFlow[]
  /** @default the system's */
  readonly clock?: Clock
  /** Encodes what is the user's: inputs, outputs, errors, what tasks say. All who read the store need it. */
  readonly codec?: PayloadCodec
  /** When tasks are tried again that do not say. @default once */
  readonly retry?: RetryPolicy
  /**
   * How long an attempt of a task may take that does not say; `Infinity` for as long as it takes.
   *
   * @default `retry.timeout`, or '1d'
   */
  readonly timeout?: Duration
  /** So many executions at once, in `work` and `runUntilIdle`. @default 1 */
  readonly concurrency?: number
  /**
   * How long a runner keeps an execution that gives no sign of life: it is renewed three times as often, and what has lost
   * its runner is taken by others when it has run out (F26).
   *
   * @default '5m'
   */
  readonly lease?: Duration
  /** Who it is, for people, and for `recover`. @default drawn at random */
  readonly owner?: string
  /**
   * How long what runs may go on when the runner is to end; then its signals are aborted, and what ends by that is given
   * back for others to run.
   *
   * @default '30s'
   */
  readonly grace?: Duration
  /** How long executions are kept after they have ended; `work` deletes older ones. @default for ever */
  readonly retention?: Duration
  /** Told of what goes wrong between it and its store, which it waits out, and of what it refuses to go on with. */
  readonly onError?: (error: unknown) => void
  /** Draws ids. @default sortable ones */
  readonly newId?: () => string
  /** From 0 to 1: the jitter of retries. @default Math.random */
  readonly random?: () => number
}

/** How an execution is scheduled. */
export interface ScheduleOptions {
  /** Under an id that there is, nothing happens: it is the same execution. @default a new one, which sorts by time */
  readonly id?: string
  /** Not before this time: milliseconds since 1970, or a `Date`. */
  readonly at?: number | Date
  /** Not before so long from now. */
  readonly delay?: Duration
  /** Of one key, only so many run at once as `limits.atOncePerKey` of the flow says. */
  readonly key?: string
  /** For lists. */
  readonly tags?: readonly string[]
}

/** Where an execution is when its runner lets it go. */
export type FlowReport<F extends AnyFlow = AnyFlow> = Report<ExecutionId<F>, FlowResult<F>>

/** The same, where the compiler does not know the flow. */
export type PlainReport = Report<string, Context>

type Report<Id extends string, Result> = { readonly id: Id; readonly flow: string } & (
  | { readonly status: 'completed'; readonly result: Result }
  | { readonly status: 'failed' | 'canceled'; readonly task: string; readonly error: ErrorData }
  /** It goes on later, here or elsewhere: `due` is when (ms since 1970). */
  | {
      readonly status: 'scheduled' | 'rescheduled' | 'retrying' | 'running'
      readonly task: string
      readonly due?: number
    }
  | { readonly status: 'paused'; readonly task: string }
)

/** What was done to many executions: each stands for itself, and one that fails holds up no other. */
export interface FlowBulkReport {
  /** In the order in which they were created, as those that failed are. */
  readonly done: readonly string[]
  readonly failed: readonly { readonly id: string; readonly error: ErrorData }[]
}

/** Which executions something is done to: all that the filter lets through, on however many pages. */
export type FlowBulkFilter = Pick<FlowFilter, 'flow' | 'status' | 'tag' | 'since' | 'before'>

/** Schedules and runs flows: any number of runners, in tabs, threads and OS processes, share one store. */
export interface FlowRunner extends FlowReader {
  /** Who it is, in leases. */
  readonly owner: string
  /** The flows that it was given, by name (F9, F33). */
  readonly flows: ReadonlyMap<string, AnyFlow>
  /**
   * Keeps what a flow is to be run with (F10): when this has resolved, some runner will run it.
   *
   * @throws (by rejecting) `invalid-value`, `unsupported-value`, `value-too-large`, `execution-exists`, `unknown-flow`
   */
  schedule<F extends AnyFlow>(
    flow: F,
    input: FlowGiven<F>,
    options?: ScheduleOptions,
  ): Promise<ExecutionId<F>>
  schedule(flow: string, input: Readonly<Record<string, unknown>>, options?: ScheduleOptions): Promise<string>
  /**
   * Runs the execution that has waited longest, until it has ended or is paused (F16); retries are waited for. With a
   * status, of those alone; with an id, this one, unless the limits of its flow make it wait.
   *
   * @returns nothing where none waits (F25)
   * @throws (by rejecting) `definition-changed` where all that wait were scheduled under other definitions, `lease-lost`,
   * and with an id `no-such-execution`, `illegal-transition`, `unknown-flow`
   */
  run<F extends AnyFlow>(options: RunOptions & { readonly id: ExecutionId<F> }): Promise<FlowReport<F>>
  run(options: RunOptions & { readonly id: BareExecutionId }): Promise<PlainReport>
  run(options?: RunOptions): Promise<PlainReport | undefined>
  /** Runs what waits, as many at once as its concurrency says, until the signal is aborted; then what runs may end. */
  work(options: { readonly signal: AbortSignal }): Promise<void>
  /**
   * Runs what waits until nothing does: for hosts that are woken and sleep again.
   *
   * @returns when there is something to do again by itself (ms since 1970); nothing where there never is
   */
  runUntilIdle(options?: { readonly signal?: AbortSignal }): Promise<number | undefined>
  /**
   * Makes an execution that has failed, or was canceled, wait for a runner again (F19): from the task that it ended at, or
   * an earlier one, with the values as they were before that.
   *
   * @throws (by rejecting) `no-such-execution`, `illegal-transition`, `definition-changed`, `bad-argument`
   */
  reschedule<F extends AnyFlow>(id: ExecutionId<F>, options?: { readonly from?: TaskName<F> }): Promise<void>
  reschedule(id: BareExecutionId, options?: { readonly from?: string }): Promise<void>
  /**
   * Reschedules, and runs. With `anew` it is a new execution that begins with the same input and names this one as its
   * origin.
   *
   * @throws (by rejecting) what `reschedule` and `run` throw
   */
  rerun<F extends AnyFlow>(id: ExecutionId<F>, options?: RerunOptions<TaskName<F>>): Promise<FlowReport<F>>
  rerun(id: BareExecutionId, options?: RerunOptions): Promise<PlainReport>
  /**
   * Finds executions whose runners are gone, so that others go on with them (F26): those whose leases have run out, in pages
   * those of closed tabs, and all of an owner who is known to be gone. Runners do the first by themselves.
   *
   * @returns their ids
   */
  recover(options?: { readonly owner?: string }): Promise<readonly string[]>
  /**
   * Cancels an execution. One that runs is told, and canceled when its task has ended.
   *
   * @throws (by rejecting) `no-such-execution`, `illegal-transition`
   */
  cancel(id: string, options?: { readonly reason?: string }): Promise<void>
  /** Stops an execution before its next task. @throws (by rejecting) `no-such-execution`, `illegal-transition` */
  pause(id: string): Promise<void>
  /** Lets a paused one go on. @throws (by rejecting) `no-such-execution`, `illegal-transition` */
  resume(id: string): Promise<void>
  /** Takes one that has ended away. @throws (by rejecting) `no-such-execution`, `illegal-transition` */
  delete(id: string): Promise<void>
  /** Reschedules all that have failed and that a filter lets through. */
  rescheduleAll(filter?: FlowBulkFilter): Promise<FlowBulkReport>
  /** Cancels all that a filter lets through and that have not ended. */
  cancelAll(filter?: FlowBulkFilter, options?: { readonly reason?: string }): Promise<FlowBulkReport>
  /** Takes those away that have ended so long ago. @returns how many */
  prune(options: { readonly olderThan: Duration }): Promise<number>
  /** When there is something to do by itself (ms since 1970), for hosts with alarms. */
  nextDeadline(): Promise<number | undefined>
  /** Calls with what this runner has committed, after it has. @returns ends it */
  onEvents(listener: (committed: CommittedFlowEvents) => void): () => void
  /** Lets go of timers and listeners. What runs goes on. */
  close(): void
}

export interface RunOptions {
  readonly id?: string
  /** Of those that wait, only these (F16). */
  readonly status?: 'scheduled' | 'rescheduled'
  /** The task that runs when it is aborted may end, for as long as `grace` says; the execution waits again then. */
  readonly signal?: AbortSignal
}

export interface RerunOptions<Name extends string = string> {
  /** The task from which it goes on. @default the one that it ended at */
  readonly from?: Name
  readonly anew?: boolean
  readonly signal?: AbortSignal
}
