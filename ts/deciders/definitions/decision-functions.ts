import type { Duration } from '../../clock/index.js'
import { milliseconds } from '../../clock/index.js'
import { errorToData, UnitflowError } from '../../errors/index.js'
import type { CancelActivity, CancelTimer, ChildPolicy, RequestCancelProcess } from '../history/index.js'
import type { InterruptedExecution } from './activity-execution.js'
import type { Activity, ActivitySettings } from './activity.js'
import type {
  CancelDecision,
  CompleteDecision,
  ContinueDecision,
  FailDecision,
  MarkerDecision,
  ScheduleDecision,
  SignalDecision,
  StartChildDecision,
  StartTimerDecision,
  StatusText,
} from './decided.js'
import type { BareProcessId, ProcessId, SignalArguments } from './process-id.js'
import type { RetryPolicy } from '../../retry/index.js'
import { plainRetryPolicy } from '../../retry/index.js'
import type { AnyWorkflow, SignalData, SignalName, SignalSchemas, Workflow } from './workflow.js'

/** For this execution; what is missing is the activity's own. */
export interface ScheduleOptions extends Pick<
  ActivitySettings,
  'category' | 'priority' | 'scheduleToStart' | 'startToClose' | 'scheduleToClose' | 'heartbeat'
> {
  /** Free again when the execution has ended; one that is missing is drawn when the decision is applied (D8). */
  readonly id?: string
  /** Of those with the same key, so many run at once as `limits.atOncePerKey` says. */
  readonly key?: string
  /** A function cannot be written into a history, so `retryable` is a list here. */
  readonly retry?: Omit<RetryPolicy, 'retryable' | 'timeout'> & { readonly retryable?: readonly string[] }
}

/** An input that may be undefined may be left out. */
type InputArguments<Input, Options> = undefined extends Input
  ? [input?: Input, options?: Options]
  : [input: Input, options?: Options]

/**
 * Has an activity done.
 *
 * @throws `bad-argument`
 */
export function scheduleActivity<Name extends string, Given>(
  activity: Activity<Name, Given, unknown, unknown, never>,
  ...args: InputArguments<NoInfer<Given>, ScheduleOptions>
): ScheduleDecision<Name, Given>
export function scheduleActivity(
  activity: { readonly name: string },
  input?: unknown,
  options: ScheduleOptions = {},
): ScheduleDecision<string, unknown> {
  const { id, category, priority, key, retry } = options
  return {
    type: 'schedule-activity',
    activity: activity.name,
    input,
    ...(id !== undefined && { id }),
    ...(category !== undefined && { category }),
    ...(priority !== undefined && { priority }),
    ...(key !== undefined && { key }),
    ...(retry !== undefined && { retry: plainRetryPolicy(retry) }),
    ...inMilliseconds(options, 'scheduleToStart'),
    ...inMilliseconds(options, 'startToClose'),
    ...inMilliseconds(options, 'scheduleToClose'),
    ...inMilliseconds(options, 'heartbeat'),
  }
}

type Limit = 'scheduleToStart' | 'startToClose' | 'scheduleToClose' | 'heartbeat'

function inMilliseconds(options: ScheduleOptions, limit: Limit): Partial<Record<Limit, number>> {
  const duration = options[limit]
  return duration === undefined ? {} : { [limit]: milliseconds(duration, limit) }
}

/**
 * Calls an open activity off (D46). With `wait` it stays open until its worker has ended it.
 *
 * @param execution one of the process's, or its id
 */
export function cancelActivity(
  execution: string | { readonly id: string },
  { reason, wait }: { readonly reason?: string; readonly wait?: boolean } = {},
): CancelActivity {
  return {
    type: 'cancel-activity',
    id: idOf(execution),
    ...(reason !== undefined && { reason }),
    ...(wait === true && { wait }),
  }
}

/** Closes the process with a result. */
export function completeProcess(): CompleteDecision<undefined>
export function completeProcess<Result>(result: Result): CompleteDecision<Result>
export function completeProcess(result?: unknown): CompleteDecision<unknown> {
  return { type: 'complete-process', result }
}

/** Why a process ends without a result. */
export interface EndCause {
  /** For people. */
  readonly reason?: string
  readonly details?: unknown
}

/**
 * Closes the process as failed (D7), with a reason, an error, or as an activity has ended.
 *
 * The stack of an error is left out: it differs from build to build, and a decision is the same whenever it is taken.
 */
export function failProcess(cause: EndCause | Error | InterruptedExecution = {}): FailDecision {
  if (isInterrupted(cause)) {
    const error = cause.type === 'failed' ? cause.error : undefined
    return { type: 'fail-process', ...causeOf(cause), ...(error !== undefined && { error }) }
  }
  if (!isError(cause)) return { type: 'fail-process', ...endCause(cause) }
  const { stack: _, ...error } = errorToData(cause)
  return { type: 'fail-process', reason: cause.message, error }
}

/** Closes the process as canceled, with a reason, or as an activity has ended. */
export function cancelProcess(cause: EndCause | InterruptedExecution = {}): CancelDecision {
  return { type: 'cancel-process', ...(isInterrupted(cause) ? causeOf(cause) : endCause(cause)) }
}

function endCause({ reason, details }: EndCause): EndCause {
  return { ...(reason !== undefined && { reason }), ...(details !== undefined && { details }) }
}

function causeOf(execution: InterruptedExecution): EndCause {
  const { details } = execution
  return { reason: reasonOf(execution), ...(details !== undefined && { details }) }
}

function reasonOf(execution: InterruptedExecution): string {
  const { activity } = execution
  if (execution.type === 'timed-out') return `${activity} timed out (${execution.timeout})`
  const reason = execution.reason ?? (execution.type === 'failed' ? execution.error?.message : undefined)
  return reason ?? `${activity} ${execution.type}`
}

function isInterrupted(cause: EndCause | Error | InterruptedExecution): cause is InterruptedExecution {
  return 'activity' in cause && 'type' in cause
}

/** `instanceof` fails for errors of another realm. */
function isError(cause: EndCause | Error): cause is Error {
  return 'message' in cause && 'name' in cause
}

/** What is not said of a child is said by its workflow, or by this process. */
export interface StartChildOptions {
  /** The id of the new process; one that is missing is drawn when the decision is applied (D8). */
  readonly id?: string
  /** @default [] */
  readonly tags?: readonly string[]
  /** @default the workflow's own; 'abandon' where the workflow is given by name */
  readonly childPolicy?: ChildPolicy
}

/**
 * Starts a process whose end this one is told of (D50).
 *
 * @param workflow one of `children`, or the name of one: the way for a workflow to start another of its own kind
 */
export function startChildProcess<Name extends string, Given>(
  workflow: Workflow<Name, Given, unknown, SignalSchemas, unknown, never>,
  ...args: InputArguments<NoInfer<Given>, StartChildOptions>
): StartChildDecision<Name, Given>
export function startChildProcess<const Name extends string, Given>(
  workflow: Name,
  input: Given,
  options?: StartChildOptions,
): StartChildDecision<Name, Given>
export function startChildProcess(
  workflow: string | Pick<AnyWorkflow, 'name' | 'version' | 'childPolicy'>,
  input?: unknown,
  { id, tags = [], childPolicy }: StartChildOptions = {},
): StartChildDecision<string, unknown> {
  const isName = typeof workflow === 'string'
  return {
    type: 'start-child-process',
    workflow: isName ? workflow : workflow.name,
    ...(!isName && { version: workflow.version }),
    ...(id !== undefined && { id }),
    input,
    tags,
    childPolicy: childPolicy ?? (isName ? 'abandon' : workflow.childPolicy),
  }
}

/**
 * Wakes the process later.
 *
 * @param data any JSON, handed back when the timer fires (D10)
 * @throws `bad-argument`
 */
export function startTimer(
  delay: Duration,
  data?: unknown,
  { id }: { readonly id?: string } = {},
): StartTimerDecision {
  return { type: 'start-timer', ...(id !== undefined && { id }), delay: milliseconds(delay, 'delay'), data }
}

/** @param timer one of the process's, or its id */
export function cancelTimer(timer: string | { readonly id: string }): CancelTimer {
  return { type: 'cancel-timer', id: idOf(timer) }
}

/** Closes the process and starts another one of its kind in its place, with a history of its own: one need not grow for ever. */
export function continueAsNew<Given>(
  input: Given,
  { version, tags }: { readonly version?: string; readonly tags?: readonly string[] } = {},
): ContinueDecision<Given> {
  return {
    type: 'continue-as-new',
    input,
    ...(version !== undefined && { version }),
    ...(tags !== undefined && { tags }),
  }
}

/** Leaves a note in the history. */
export function recordMarker(name: string, details?: unknown): MarkerDecision {
  return { type: 'record-marker', name, details }
}

/** Signals another process. One that is closed or unknown is not reached, and nothing happens. */
export function signalProcess<W extends AnyWorkflow, K extends SignalName<W>>(
  process: ProcessId<W>,
  name: K,
  ...args: SignalArguments<NoInfer<SignalData<W, K>>>
): SignalDecision
export function signalProcess(process: BareProcessId, name: string, data?: unknown): SignalDecision
export function signalProcess(process: string, name: string, data?: unknown): SignalDecision {
  return { type: 'signal-process', process, name, data }
}

/** Asks another process to cancel itself. One that is closed or unknown is not reached, and nothing happens. */
export function requestCancelProcess(
  process: string,
  { reason }: { readonly reason?: string } = {},
): RequestCancelProcess {
  return { type: 'request-cancel-process', process, ...(reason !== undefined && { reason }) }
}

/** Among decisions: says what the process is at, for people (D80). */
export function status(text: string): StatusText {
  return { type: 'status', text }
}

function idOf(named: string | { readonly id: string }): string {
  const id: unknown = typeof named === 'string' ? named : named.id
  if (typeof id === 'string' && id !== '') return id
  const expected = 'an id, or something that has one'
  throw new UnitflowError('bad-argument', `expected ${expected}`, { argument: 'id', expected })
}
