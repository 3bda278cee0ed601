import type { Clock } from '../../clock/index.js'
import type { Outcome } from '../../outcome/index.js'
import type { Value } from '../../values/index.js'
import type {
  ForkProcess,
  ProcessFilter,
  ProcessInfo,
  ProcessPage,
  WaitingActivity,
  WorkflowBackend,
} from '../backend/index.js'
import type {
  ActiveElement,
  ActivityInput,
  ActivityReturned,
  AnyActivity,
  AnyWorkflow,
  BareProcessId,
  PlainWorkflow,
  ProcessId,
  SignalArguments,
  SignalData,
  SignalName,
  WorkflowGiven,
  WorkflowResult,
} from '../definitions/index.js'
import type { HistoryEvent } from '../history/index.js'
import type { BulkFilter, BulkReport } from './for-all-processes.js'

/** How a manager is made. */
export interface ManagerOptions {
  readonly backend: WorkflowBackend
  /** The workflows that this program starts, decides on or does activities of; their children come with them. */
  readonly workflows: readonly AnyWorkflow[]
  /** What waits go by. @default the system's */
  readonly clock?: Clock
}

/** An activity that somebody outside is to end, with an input of its type. */
export type WaitingFor<A extends AnyActivity> = Omit<WaitingActivity, 'input'> & {
  readonly input: ActivityInput<A>
}

/** What a program talks to: it knows the workflows, and what their types are. */
export interface Manager {
  readonly backend: WorkflowBackend
  readonly clock: Clock
  readonly workflows: ReadonlyMap<string, PlainWorkflow>
  readonly activities: ReadonlyMap<string, AnyActivity>
  /** Resolves when all is registered with the backend (D54); `start` and the workers wait for it by themselves. */
  ready(): Promise<void>
  /**
   * Starts a process. Under an id that there is, nothing happens: it is the same process (D20).
   *
   * @throws (by rejecting) `invalid-value`, `process-exists`, `unsupported-value`, `value-too-large`
   */
  start<W extends AnyWorkflow>(
    workflow: W,
    input: WorkflowGiven<W>,
    options?: { readonly id?: string; readonly tags?: readonly string[] },
  ): Promise<ProcessId<W>>
  /** @throws (by rejecting) `invalid-value`, `no-such-process`, `process-closed` */
  signal<W extends AnyWorkflow, K extends SignalName<W>>(
    id: ProcessId<W>,
    name: K,
    ...data: SignalArguments<SignalData<W, K>>
  ): Promise<void>
  signal(id: BareProcessId, name: string, data?: unknown): Promise<void>
  /**
   * Closes a process as canceled; with `request` it is asked to cancel itself.
   *
   * @throws (by rejecting) `no-such-process`, `process-closed`
   */
  cancel(
    id: string,
    options?: { readonly reason?: string; readonly details?: Value; readonly request?: boolean },
  ): Promise<void>
  /**
   * Completes an activity, also days later and from elsewhere (D58). With the activity, its result is checked.
   *
   * @throws (by rejecting) `invalid-value`, `unknown-activity`, `bad-token`
   */
  complete<A extends AnyActivity>(activity: A, token: string, result: ActivityReturned<A>): Promise<void>
  complete(token: string, result: unknown): Promise<void>
  /** Fails an activity. @throws (by rejecting) `unknown-activity`, `bad-token` */
  fail(token: string, why: Error | { readonly reason?: string; readonly details?: Value }): Promise<void>
  /**
   * Waits for what a process comes to, or the one that goes on in its place (D80).
   *
   * @throws (by rejecting) `no-such-process`, the signal's reason
   */
  result<W extends AnyWorkflow>(
    id: ProcessId<W>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Outcome<WorkflowResult<W>>>
  result(id: BareProcessId, options?: { readonly signal?: AbortSignal }): Promise<Outcome>
  /**
   * The events of a process, those that there are and those that come, until it is closed or the signal is aborted (D80).
   *
   * @throws (by rejecting) `no-such-process`
   */
  watch(
    id: string,
    options?: { readonly signal?: AbortSignal; readonly after?: number },
  ): AsyncGenerator<HistoryEvent>
  /** @throws (by rejecting) `no-such-process` */
  process(id: string): Promise<ProcessInfo>
  /** All events of a process so far. @throws (by rejecting) `no-such-process` */
  history(id: string): Promise<readonly HistoryEvent[]>
  /**
   * The elements that a process is at, over all processes that it has called, where its workflow is made of element units
   * (U37): what `readElementUnit` takes. Nothing where it is closed, or of another kind.
   *
   * @throws (by rejecting) `no-such-process`; as `readElementUnit`
   */
  active(id: string): Promise<readonly ActiveElement[]>
  list(filter?: ProcessFilter): Promise<ProcessPage>
  /** Activities that somebody outside is to end (D81): those that a worker has begun with have the token by which they are. */
  waiting<A extends AnyActivity>(filter: {
    readonly activity: A
    readonly workflow?: AnyWorkflow | string
  }): Promise<readonly WaitingFor<A>[]>
  waiting(filter?: {
    readonly activity?: AnyActivity | string
    readonly workflow?: AnyWorkflow | string
  }): Promise<readonly WaitingActivity[]>
  /**
   * Starts a process that goes on from an earlier point of another's history, which stays as it is (D83): its decider
   * decides anew from there, what was open is done anew.
   *
   * @throws (by rejecting) `no-such-process`, `process-exists`, `bad-argument`
   */
  fork<W extends AnyWorkflow>(id: ProcessId<W>, fork: ForkProcess): Promise<ProcessId<W>>
  fork(id: BareProcessId, fork: ForkProcess): Promise<string>
  /**
   * Forks a closed process from before what went wrong: see `retryPoint`.
   *
   * @throws (by rejecting) `no-such-process`, `process-open`
   */
  retry<W extends AnyWorkflow>(id: ProcessId<W>): Promise<ProcessId<W>>
  retry(id: BareProcessId): Promise<string>
  /** Closes all open processes of a filter as canceled, or asks them to cancel themselves. */
  cancelAll(
    filter: BulkFilter,
    options?: { readonly reason?: string; readonly details?: Value; readonly request?: boolean },
  ): Promise<BulkReport>
  /** Signals all open processes of a filter. */
  signalAll(filter: BulkFilter, name: string, data?: unknown): Promise<BulkReport>
  /** Forks all processes of a filter that have failed or timed out, each from before what went wrong. */
  retryAll(filter: BulkFilter): Promise<BulkReport>
}
