import { UnitflowError } from '../../errors/index.js'
import type { Execution, FlowStatus } from './execution.js'
import { isEnded, WAITING } from './execution.js'
import type {
  ContextPayload,
  ErrorPayload,
  FlowEvent,
  FlowEventBody,
  InputPayload,
  OutputsPayload,
  RecoveryReason,
} from './flow-event.js'

/** What a transition makes of an execution, and what it adds to its history. */
export interface Transition {
  readonly execution: Execution
  readonly events: readonly FlowEvent[]
}

/** What an execution is scheduled with. */
export interface NewExecution extends Pick<
  Execution,
  'id' | 'flow' | 'fingerprint' | 'key' | 'tags' | 'origin'
> {
  readonly tasks: readonly string[]
  readonly input: InputPayload
  readonly due: number
}

type Changes = Partial<Execution>

/** So often is a task begun again whose runner was lost: it may be what ends its runners. */
const MAX_LOST = 10

/** An execution that waits for a runner (F10). */
export function scheduled(given: NewExecution, at: number): Transition {
  const { id, flow, fingerprint, tasks, input, due, key, tags, origin } = given
  const execution: Execution = {
    id,
    flow,
    fingerprint,
    status: 'scheduled',
    step: -1,
    createdAt: at,
    at,
    task: tasks[0] ?? '',
    next: 0,
    tasks: tasks.length,
    attempt: 0,
    lost: 0,
    token: 0,
    values: [0],
    base: 0,
    due,
    lease: null,
    begun: null,
    asked: null,
    reason: null,
    key,
    tags,
    origin,
    counted: false,
    parked: false,
    pending: [],
  }
  const created: FlowEventBody = {
    type: 'flow-created',
    flow,
    fingerprint,
    tasks,
    ...input,
    ...(key !== null && { key }),
    ...(tags.length > 0 && { tags }),
    ...(origin !== null && { origin }),
  }
  return change(execution, at, {}, created, { type: 'flow-scheduled', due })
}

/** A runner goes on with one that waits, or whose lease has run out: SCHEDULED or RESCHEDULED to RUNNING. */
export function claimed(
  execution: Execution,
  at: number,
  lease: { readonly owner: string; readonly until: number },
): Transition {
  assertMove(execution, 'run', ...WAITING)
  const token = execution.token + 1
  const attempt = execution.attempt + 1
  return change(
    execution,
    at,
    { status: 'running', token, attempt, lease, begun: at, due: null },
    { type: 'flow-started', owner: lease.owner, token },
    { type: 'task-started', task: execution.task, attempt },
  )
}

/**
 * The task that runs has given its outputs: the next one is begun, unless somebody wants otherwise.
 *
 * @param following the name of the next task; missing after the last
 */
export function taskCompleted(
  execution: Execution,
  at: number,
  outputs: OutputsPayload,
  following: string | undefined,
): Transition {
  const { attempt, asked } = execution
  const next = execution.next + 1
  const done: FlowEventBody = {
    type: 'task-completed',
    task: execution.task,
    attempt,
    duration: durationOf(execution, at),
    ...outputs,
  }
  const values = [...execution.values, execution.step + 1]
  if (following === undefined) {
    return stopped(execution, at, { status: 'completed', next, values }, done, { type: 'flow-completed' })
  }
  const ahead = { task: following, next, values, attempt: 0, lost: 0 }
  if (asked === 'cancel') return stopped(execution, at, ahead, done, canceledBy(execution))
  if (asked === 'pause')
    return stopped(execution, at, { ...ahead, status: 'paused' }, done, { type: 'flow-paused' })
  const started: FlowEventBody = { type: 'task-started', task: following, attempt: 1 }
  return change(execution, at, { ...ahead, attempt: 1, begun: at }, done, started)
}

/** How a task has ended without outputs. */
export interface TaskFailure {
  readonly status: 'failed' | 'timed-out' | 'canceled'
  readonly error: ErrorPayload
  /** Milliseconds until the next attempt; missing where there is to be none. */
  readonly delay?: number
}

/** The task that runs has no outputs: it is tried again, or the flow has failed (F18). */
export function taskFailed(
  execution: Execution,
  at: number,
  { status, error, delay }: TaskFailure,
): Transition {
  const { attempt, asked, task } = execution
  const end: FlowEventBody = {
    type: `task-${status}`,
    task,
    attempt,
    duration: durationOf(execution, at),
    ...error,
  }
  if (asked === 'cancel') return stopped(execution, at, {}, end, canceledBy(execution))
  // A task that sees that it is to pause may end by throwing: it is run again when the flow is resumed.
  if (asked === 'pause') return stopped(execution, at, { status: 'paused' }, end, { type: 'flow-paused' })
  if (delay === undefined) {
    return stopped(execution, at, { status: 'failed' }, end, { type: 'flow-failed', task, ...error })
  }
  const due = at + delay
  const again: FlowEventBody = { type: 'retry-scheduled', task, attempt: attempt + 1, due }
  return stopped(execution, at, { status: 'retrying', due }, end, again)
}

/** A runner that is to end gives back what it runs. */
export function released(execution: Execution, at: number): Transition {
  const { lease, asked } = execution
  const end: FlowEventBody = { type: 'flow-released', owner: lease?.owner ?? '' }
  const attempt = execution.attempt - 1
  if (asked === 'cancel') return stopped(execution, at, {}, end, canceledBy(execution))
  if (asked === 'pause')
    return stopped(execution, at, { status: 'paused', attempt }, end, { type: 'flow-paused' })
  return stopped(execution, at, { status: 'scheduled', attempt, due: at }, end)
}

/** One whose runner is gone waits for another (F26); one that has lost too many has failed. */
export function recovered(execution: Execution, at: number, why: RecoveryReason): Transition {
  const { lease, token, asked, task } = execution
  // It has failed nowhere: this attempt is not counted.
  const attempt = execution.attempt - 1
  // A tab that was closed, or somebody who says so, is no sign that the task is what ends its runners.
  const lost = execution.lost + (why === 'expired' ? 1 : 0)
  const found: FlowEventBody = { type: 'flow-recovered', owner: lease?.owner ?? '', token, why }
  if (asked === 'cancel') return stopped(execution, at, { lost }, found, canceledBy(execution))
  if (asked === 'pause')
    return stopped(execution, at, { status: 'paused', attempt, lost }, found, { type: 'flow-paused' })
  if (lost > MAX_LOST) {
    const message = `task ${JSON.stringify(task)} was begun ${lost} times by runners that did not live to end it`
    const error = {
      name: 'UnitflowError',
      code: 'runner-lost',
      message,
      fields: { task, times: lost },
    }
    return stopped(execution, at, { status: 'failed', lost }, found, { type: 'flow-failed', task, error })
  }
  return stopped(execution, at, { status: 'scheduled', attempt, lost, due: at }, found)
}

/** Nobody goes on with it until it is resumed; a task that runs is let end. */
export function pauseAsked(execution: Execution, at: number): Transition {
  assertMove(execution, 'pause', ...WAITING, 'running')
  if (execution.status !== 'running')
    return stopped(execution, at, { status: 'paused' }, { type: 'flow-paused' })
  if (execution.asked !== null) return { execution, events: [] }
  return change(execution, at, { asked: 'pause' }, { type: 'pause-requested' })
}

export function resumed(execution: Execution, at: number): Transition {
  if (execution.status === 'running' && execution.asked === 'pause') {
    return change(execution, at, { asked: null }, { type: 'flow-resumed', due: at })
  }
  assertMove(execution, 'resume', 'paused')
  return change(execution, at, { status: 'scheduled', due: at }, { type: 'flow-resumed', due: at })
}

/** It goes on no more; a task that runs is told. */
export function cancelAsked(execution: Execution, at: number, reason: string): Transition {
  assertMove(execution, 'cancel', ...WAITING, 'running', 'paused')
  if (execution.status !== 'running') {
    return stopped(execution, at, { status: 'canceled', reason }, { type: 'flow-canceled', reason })
  }
  if (execution.asked === 'cancel') return { execution, events: [] }
  return change(execution, at, { asked: 'cancel', reason }, { type: 'cancel-requested', reason })
}

/**
 * One that has failed, or was canceled, waits for a runner again: from the task that it ended at (F19), or an earlier one.
 *
 * @param names those of its tasks
 * @param task from which it goes on
 */
export function rescheduled(
  execution: Execution,
  at: number,
  names: readonly string[],
  task: string = execution.task,
): Transition {
  assertMove(execution, 'reschedule', 'failed', 'canceled')
  const from = names.indexOf(task)
  if (from < execution.base || from > execution.next) {
    const known = names.slice(execution.base, execution.next + 1).map((name) => JSON.stringify(name))
    const expected = `the task that it ended at, or one before it: ${known.join(', ')}`
    throw new UnitflowError('bad-argument', `from: expected ${expected}`, { argument: 'from', expected })
  }
  const values = execution.values.slice(0, 1 + from - execution.base)
  return change(
    execution,
    at,
    { status: 'rescheduled', task, next: from, values, attempt: 0, lost: 0, due: at, reason: null },
    { type: 'flow-rescheduled', task, due: at },
  )
}

/** What an execution is to be under another definition. */
export interface Migration {
  readonly fingerprint: string
  readonly tasks: readonly string[]
  /** The place of the task that is to run next. */
  readonly next: number
  readonly context: ContextPayload
}

/** One that waits, or is to wait again, goes on under another definition (F28); a paused one does when it is resumed. */
export function migrated(execution: Execution, at: number, { context, ...to }: Migration): Transition {
  assertMove(execution, 'migrate', ...WAITING, 'failed', 'canceled')
  const { fingerprint, tasks, next } = to
  const task = tasks[next] ?? ''
  const values = [execution.step + 1]
  return change(
    execution,
    at,
    { fingerprint, task, next, tasks: tasks.length, base: next, values, attempt: 0, lost: 0 },
    { type: 'flow-migrated', from: execution.fingerprint, fingerprint, tasks, task, ...context },
  )
}

/** The runner lives: its lease lasts longer. Nothing has happened. */
export function renewed(execution: Execution, until: number): Execution {
  const { lease } = execution
  return lease === null ? execution : { ...execution, lease: { ...lease, until } }
}

/**
 * Fencing: refuses everybody but the runner that was given the execution last.
 *
 * @throws `lease-lost`
 */
export function assertHeld(execution: Execution | undefined, token: number): asserts execution is Execution {
  if (execution?.status === 'running' && execution.token === token) return
  const current = execution?.token ?? 0
  const why = current === token ? 'it was ended, or found without a runner' : `runner ${current} has it`
  const message = `runner ${token} has lost the execution: ${why}`
  throw new UnitflowError('lease-lost', message, { token, current })
}

const STOPPED = { due: null, lease: null, begun: null, asked: null, parked: false } satisfies Changes

/** No runner has it any more: it is canceled, unless the changes say otherwise. */
function stopped(
  execution: Execution,
  at: number,
  changes: Changes,
  ...bodies: readonly FlowEventBody[]
): Transition {
  const { status = 'canceled', reason = execution.reason } = changes
  const why = status === 'canceled' ? reason : null
  return change(execution, at, { ...STOPPED, ...changes, status, reason: why }, ...bodies)
}

function canceledBy({ reason }: Execution): FlowEventBody {
  return { type: 'flow-canceled', reason: reason ?? '' }
}

function change(
  execution: Execution,
  at: number,
  changes: Changes,
  ...bodies: readonly FlowEventBody[]
): Transition {
  let { step } = execution
  const events = bodies.map((body): FlowEvent => ({ ...body, step: ++step, at }))
  return { execution: { ...execution, ...changes, step, at }, events }
}

function durationOf({ begun }: Execution, at: number): number {
  return Math.max(0, at - (begun ?? at))
}

/** @throws `illegal-transition` */
function assertMove(execution: Execution, operation: string, ...from: readonly FlowStatus[]): void {
  const { id, status } = execution
  if (from.includes(status)) return
  const why = isEnded(execution) ? `it is ${status}` : `it is ${status}, and must be ${from.join(' or ')}`
  const message = `${operation}: the execution ${JSON.stringify(id)} cannot: ${why}`
  throw new UnitflowError('illegal-transition', message, { execution: id, operation, status })
}
