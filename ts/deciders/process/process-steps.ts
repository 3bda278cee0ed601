import { UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import { HISTORY_VERSION } from '../history/index.js'
import type { ProcessResult } from '../history/index.js'
import { closeProcess } from './close-process.js'
import { endActivity } from './activity-steps.js'
import { deadlineOf, NOTHING_OPEN } from './process-state.js'
import type { OpenWork, ProcessState } from './process-state.js'
import type { StepResult, StepTime } from './step.js'
import { Step } from './step.js'
import type { WorkflowType } from './types.js'

/** What a process is started with. */
export interface NewProcess {
  readonly id: string
  /** @default the one that is registered */
  readonly version?: string
  readonly input: Value
  readonly tags: readonly string[]
  readonly parent?: ProcessState['parent']
  readonly childPolicy?: ProcessState['childPolicy']
  readonly origin?: { readonly type: 'continued' | 'forked'; readonly process: string; readonly seq: number }
}

/** Starts a process, which then waits for its first decision (D20). */
export function startProcess(type: WorkflowType, start: NewProcess, time: StepTime): StepResult {
  const { id, version = type.version, input, tags, parent, origin } = start
  const state: ProcessState = {
    id,
    workflow: type.name,
    version,
    category: type.category,
    tags,
    ...(parent !== undefined && { parent }),
    childPolicy: start.childPolicy ?? type.childPolicy,
    startedAt: time.now,
    deadline: time.now + type.timeout,
    timeout: type.timeout,
    decisionTimeout: type.decisionTimeout,
    ...(type.retention !== undefined && { retention: type.retention }),
    lastSeq: 0,
    seen: 0,
    newest: 0,
    decision: { status: 'none' },
  }
  const step = new Step(state, NOTHING_OPEN, time)
  step.appendNews({
    type: 'process-started',
    history: HISTORY_VERSION,
    workflow: type.name,
    version,
    input,
    tags,
    ...(parent !== undefined && { parent: { process: parent.process, scheduled: parent.scheduled } }),
    ...(origin !== undefined && { origin }),
  })
  return step.result()
}

/** What somebody outside, or another process, sends (D47). @throws `process-closed` */
export function signal(
  state: ProcessState,
  sent: { readonly name: string; readonly data: Value; readonly from?: string },
  time: StepTime,
): StepResult {
  assertOpen(state)
  const step = new Step(state, NOTHING_OPEN, time)
  step.appendNews({ type: 'signal', ...sent })
  return step.result()
}

/** Asks the process to cancel itself. @throws `process-closed` */
export function requestCancel(
  state: ProcessState,
  asked: { readonly reason?: string; readonly details?: Value; readonly from?: string },
  time: StepTime,
): StepResult {
  assertOpen(state)
  const step = new Step(state, NOTHING_OPEN, time)
  step.appendNews({ type: 'cancel-requested', ...asked })
  return step.result()
}

/** Closes the process from outside, whatever it is at (D48). Needs all that is open. @throws `process-closed` */
export function closeFromOutside(
  state: ProcessState,
  open: OpenWork,
  result: ProcessResult,
  time: StepTime,
): StepResult {
  assertOpen(state)
  const step = new Step(state, open, time)
  closeProcess(step, result)
  return step.result()
}

/** A child has closed (D49). Nothing where the process does not wait for it any more (D51). */
export function childClosed(
  state: ProcessState,
  open: OpenWork,
  told: {
    readonly child: string
    readonly scheduled: number
    readonly workflow: string
    readonly tags: readonly string[]
    readonly result: ProcessResult
  },
  time: StepTime,
): StepResult | undefined {
  const { child, scheduled, workflow, tags, result } = told
  if (state.closed !== undefined || open.children.get(child)?.scheduled !== scheduled) return undefined
  const step = new Step(state, open, time)
  step.setChild(child, undefined)
  step.appendNews({ type: 'child-process', scheduled, process: child, workflow, tags, result })
  return step.result()
}

/** A timer is due (D52). Its event is of now, its place in the queue that of when it was due. */
export function fireTimer(
  state: ProcessState,
  open: OpenWork,
  id: string,
  time: StepTime,
): StepResult | undefined {
  const timer = open.timers.get(id)
  if (state.closed !== undefined || timer === undefined || timer.place.at > time.now) return undefined
  const step = new Step(state, open, time)
  step.setTimer(id, undefined)
  step.appendNews({ type: 'timer', scheduled: timer.scheduled, id, data: timer.data }, timer.place.at)
  return step.result()
}

/**
 * What happens by itself because time has gone on: limits that were gone over, and what was put off. Timers are not looked
 * at. Needs all that is open.
 */
export function passTime(
  state: ProcessState,
  open: OpenWork,
  time: StepTime,
  random: () => number,
): StepResult {
  const step = new Step(state, open, time)
  const { now } = time
  if (state.closed === undefined && state.deadline < now) {
    closeProcess(step, { type: 'timed-out', timeout: 'start-to-close' })
    return step.result()
  }
  for (const activity of step.openActivities()) {
    const { id, timeouts, details, scheduledAt } = activity
    if (deadlineOf(activity) < now) {
      const { state: at } = activity
      const isOver = timeouts.scheduleToClose !== undefined && scheduledAt + timeouts.scheduleToClose < now
      const timeout = isOver
        ? 'schedule-to-close'
        : at.status !== 'running'
          ? 'schedule-to-start'
          : at.since + timeouts.startToClose < now
            ? 'start-to-close'
            : 'heartbeat'
      endActivity(
        step,
        activity,
        { type: 'timed-out', timeout, ...(details !== undefined && { details }) },
        random,
      )
    } else if (activity.state.status === 'delayed' && activity.state.until <= now) {
      step.setActivity(id, { ...activity, state: { status: 'waiting', place: step.place() } })
    }
  }
  const { decision } = step.state
  if (decision.status === 'running' && decision.deadline < now) {
    step.append({ type: 'decision-timed-out', started: decision.started })
    step.change({
      decision: { status: 'queued', place: decision.again ?? step.place() },
      failures: { count: (step.state.failures?.count ?? 0) + 1 },
    })
  } else if (decision.status === 'delayed' && decision.until <= now) {
    step.change({ decision: { status: 'queued', place: decision.place } })
  }
  return step.result()
}

export function assertOpen(state: ProcessState): void {
  if (state.closed === undefined) return
  throw new UnitflowError('process-closed', `the process ${state.id} is closed`, { process: state.id })
}
