import { UnitflowError } from '../../errors/index.js'
import { delayAfter } from '../../retry/index.js'
import type { Value } from '../../values/index.js'
import type { ActivityResult } from '../history/index.js'
import { NOTHING_OPEN } from './process-state.js'
import type { OpenActivity, ProcessState } from './process-state.js'
import type { StepResult, StepTime } from './step.js'
import { Step } from './step.js'

/** Who has an activity: what its token says. */
export interface ActivityClaim {
  readonly id: string
  readonly scheduled: number
  readonly attempt: number
  readonly lease: string
}

/** A worker takes an activity that waits (D34). */
export function startActivity(
  state: ProcessState,
  activity: OpenActivity,
  worker: { readonly lease: string; readonly identity?: string },
  time: StepTime,
): StepResult {
  const { now } = time
  const { id, scheduled, attempt, last } = activity
  const { identity } = worker
  const step = new Step(state, NOTHING_OPEN, time)
  step.append({
    type: 'activity-started',
    scheduled,
    activity: activity.activity,
    id,
    attempt,
    ...(identity !== undefined && { identity }),
    ...(last !== undefined && { last }),
  })
  step.setActivity(id, { ...activity, state: { status: 'running', since: now, beatAt: now, ...worker } })
  return step.result()
}

/**
 * A worker says what came of an activity (D35).
 *
 * @param jitter from 0 to 1, for the wait before another attempt; without it there is none
 * @throws `unknown-activity`
 */
export function completeActivity(
  state: ProcessState,
  activity: OpenActivity | undefined,
  claim: ActivityClaim,
  result: ActivityResult,
  time: StepTime,
  jitter: (() => number) | undefined,
): StepResult {
  const running = assertClaim(state, activity, claim, time.now)
  const step = new Step(state, NOTHING_OPEN, time)
  endActivity(step, running, result, jitter)
  return step.result()
}

/**
 * A worker gives an activity back that it has not done: it waits again, and its retry policy does not count that. One that
 * was asked to end has ended.
 *
 * @throws `unknown-activity`
 */
export function releaseActivity(
  state: ProcessState,
  activity: OpenActivity | undefined,
  claim: ActivityClaim,
  time: StepTime,
): StepResult {
  const running = assertClaim(state, activity, claim, time.now)
  const step = new Step(state, NOTHING_OPEN, time)
  const result = { type: 'canceled', reason: 'its worker has given it back' } as const
  if (running.state.cancelRequested === true) endActivity(step, running, result, undefined)
  else {
    step.setActivity(claim.id, {
      ...running,
      attempt: running.attempt + 1,
      released: (running.released ?? 0) + 1,
      last: { at: time.now, result },
      state: { status: 'waiting', place: step.place() },
    })
  }
  return step.result()
}

/** What a worker is told that has given a sign of life. */
export interface Heartbeat {
  readonly cancelRequested: boolean
  readonly step: StepResult
}

/**
 * A sign of life: moves the heartbeat's limit, no other (D40), and keeps the details for the next attempt (D41).
 *
 * @throws `unknown-activity`
 */
export function heartbeat(
  state: ProcessState,
  activity: OpenActivity | undefined,
  claim: ActivityClaim,
  details: Value | undefined,
  time: StepTime,
): Heartbeat {
  const running = assertClaim(state, activity, claim, time.now)
  const step = new Step(state, NOTHING_OPEN, time)
  step.setActivity(claim.id, {
    ...running,
    state: { ...running.state, beatAt: time.now },
    ...(details !== undefined && { details }),
  })
  return { cancelRequested: running.state.cancelRequested === true, step: step.result() }
}

/** Ends an attempt, and the activity with it unless it is to be tried again; without `jitter` it never is. */
export function endActivity(
  step: Step,
  activity: OpenActivity,
  result: ActivityResult,
  jitter: (() => number) | undefined,
): void {
  const { id, scheduled } = activity
  const delay = jitter === undefined ? undefined : delayBeforeNext(activity, result, jitter)
  if (delay === undefined) {
    step.setActivity(id, undefined)
    step.appendNews({ type: 'activity', scheduled, activity: activity.activity, id, result })
    return
  }
  step.setActivity(id, {
    ...activity,
    attempt: activity.attempt + 1,
    last: { at: step.now, result },
    state:
      delay > 0 ? { status: 'delayed', until: step.now + delay } : { status: 'waiting', place: step.place() },
  })
}

/** Milliseconds until the activity is tried again; nothing where it is not. */
function delayBeforeNext(
  { retry, attempt, released = 0, state }: OpenActivity,
  result: ActivityResult,
  jitter: () => number,
): number | undefined {
  if (retry === undefined || (state.status === 'running' && state.cancelRequested === true)) return undefined
  if (result.type === 'failed') return delayAfter(retry, attempt - released, result.error ?? {}, jitter)
  // Of the time that all attempts may take together nothing is left.
  if (result.type !== 'timed-out' || result.timeout === 'schedule-to-close') return undefined
  return delayAfter(retry, attempt - released, { code: 'timed-out' }, jitter)
}

type Running = OpenActivity & {
  readonly state: Extract<OpenActivity['state'], { readonly status: 'running' }>
}

function assertClaim(
  state: ProcessState,
  activity: OpenActivity | undefined,
  { id, scheduled, attempt, lease }: ActivityClaim,
  now: number,
): Running {
  if (
    state.closed === undefined &&
    activity !== undefined &&
    isRunning(activity) &&
    activity.scheduled === scheduled &&
    activity.attempt === attempt &&
    activity.state.lease === lease &&
    !isOver(activity, now)
  ) {
    return activity
  }
  throw new UnitflowError(
    'unknown-activity',
    `the activity ${id} of the process ${state.id} is not this worker's any more: it has ended, timed out, or been canceled`,
    { process: state.id, id },
  )
}

function isRunning(activity: OpenActivity): activity is Running {
  return activity.state.status === 'running'
}

/** It has taken too long, though nobody has noticed yet (D39). */
function isOver({ state, timeouts, scheduledAt }: Running, now: number): boolean {
  const { scheduleToClose = Infinity } = timeouts
  return (
    state.since + timeouts.startToClose < now ||
    state.beatAt + timeouts.heartbeat < now ||
    scheduledAt + scheduleToClose < now
  )
}
