import type { ErrorData } from '../../errors/index.js'
import { errorToData, isUnitflowError, UnitflowError } from '../../errors/index.js'
import type {
  CancelActivity,
  Decision,
  MadeDecision,
  ScheduleActivity,
  StartChildProcess,
} from '../history/index.js'
import { MAX_NAME } from '../../checks/index.js'
import { resultOfClosing } from '../history/index.js'
import { fingerprint } from '../../fingerprint/index.js'
import { assertDecisions } from './assert-decisions.js'
import { closeProcess } from './close-process.js'
import { NOTHING_OPEN } from './process-state.js'
import type { OpenActivity, OpenWork, ProcessState } from './process-state.js'
import type { StepResult, StepTime } from './step.js'
import { Step } from './step.js'
import { typeIn } from './types.js'
import type { ActivityType, Types } from './types.js'

/** Who decides: what the token of a decision says. */
export interface DecisionClaim {
  readonly started: number
  readonly lease: string
}

/** What a decider has decided. */
export interface Decided {
  readonly decisions: readonly MadeDecision[]
  /** What the process is at, for people. */
  readonly status?: string
}

/** What the decisions of a batch are judged by, beside the process itself. */
export interface Surroundings {
  readonly open: OpenWork
  readonly types: Types
  /** Ids of processes that there are, of those that the decisions would start. */
  readonly taken: ReadonlySet<string>
  /** The id of the process that goes on, where one is continued as new. */
  readonly next: string
}

/** What a batch came to: it was applied, or refused, and nothing of it applied. */
export type DecisionOutcome =
  | { readonly applied: true; readonly step: StepResult }
  | { readonly applied: false; readonly step: StepResult; readonly error: UnitflowError }

/** A worker begins to decide (D24). */
export function startDecision(
  state: ProcessState,
  { lease, identity }: { readonly lease: string; readonly identity?: string },
  time: StepTime,
): StepResult {
  const step = new Step(state, NOTHING_OPEN, time)
  const started = step.append({ type: 'decision-started', ...(identity !== undefined && { identity }) })
  const deadline = time.now + state.decisionTimeout
  step.change({ decision: { status: 'running', started, lease, deadline } })
  return step.result()
}

/**
 * Applies a batch of decisions, all or none (D32). One that is refused leaves a `decision-refused` and may be made anew
 * under the same claim; but one that closes while something has happened that it has not seen gives its claim up (D14).
 *
 * @throws `unknown-decision` where somebody else decides, or nobody
 */
export function completeDecision(
  state: ProcessState,
  claim: DecisionClaim,
  decided: Decided,
  surroundings: Surroundings,
  time: StepTime,
): DecisionOutcome {
  const running = assertDecisionClaim(state, claim, time.now)
  const { decisions, status } = decided
  const step = new Step(state, surroundings.open, time)
  try {
    assertDecisions(step, decisions, surroundings)
  } catch (error) {
    if (!isUnitflowError(error)) throw error
    return { applied: false, step: refuse(state, claim, error, time), error }
  }
  step.append({ type: 'decision-completed', started: claim.started, ...(status !== undefined && { status }) })
  const { failures: _, ...rest } = step.state
  step.replace({
    ...rest,
    seen: claim.started,
    decision: running.again === undefined ? { status: 'none' } : { status: 'queued', place: running.again },
    ...(status !== undefined && { status }),
  })
  for (const decision of decisions) apply(step, decision, surroundings)
  return { applied: true, step: step.result() }
}

/**
 * The decider threw: it is asked again after `delay` ms.
 *
 * @throws `unknown-decision`
 */
export function failDecision(
  state: ProcessState,
  claim: DecisionClaim,
  { error, delay }: { readonly error: ErrorData; readonly delay: number },
  time: StepTime,
): StepResult {
  const running = assertDecisionClaim(state, claim, time.now)
  const step = new Step(state, NOTHING_OPEN, time)
  step.append({ type: 'decision-failed', started: claim.started, error })
  const place = running.again ?? step.place()
  step.change({
    failures: { count: (state.failures?.count ?? 0) + 1, error },
    decision: delay > 0 ? { status: 'delayed', until: time.now + delay, place } : { status: 'queued', place },
  })
  return step.result()
}

function refuse(state: ProcessState, claim: DecisionClaim, error: UnitflowError, time: StepTime): StepResult {
  const step = new Step(state, NOTHING_OPEN, time)
  const { stack: _, ...data } = errorToData(error)
  step.append({ type: 'decision-refused', started: claim.started, error: data })
  const { decision } = state
  if (error.code === 'unhandled-events' && decision.status === 'running') {
    step.change({ decision: { status: 'queued', place: decision.again ?? step.place() } })
  }
  return step.result()
}

function apply(step: Step, made: MadeDecision, { types, next }: Surroundings): void {
  const decision = named(step, made)
  const scheduled = step.append({ type: 'decision', decision })
  switch (decision.type) {
    case 'schedule-activity':
      step.setActivity(
        decision.id,
        openActivity(decision, scheduled, typeIn(types, 'activity', decision.activity), step),
      )
      return
    case 'cancel-activity':
      cancelActivity(step, decision)
      return
    case 'start-child-process':
      startChild(step, decision, scheduled)
      return
    case 'start-timer': {
      const { id, delay, data } = decision
      step.setTimer(id, { id, scheduled, data, place: step.place(step.now + delay) })
      return
    }
    case 'cancel-timer': {
      const timer = step.timer(decision.id)
      if (timer === undefined) return
      step.setTimer(decision.id, undefined)
      step.append({ type: 'timer-canceled', scheduled: timer.scheduled, id: decision.id })
      return
    }
    case 'record-marker':
      step.append({ type: 'marker', name: decision.name, details: decision.details })
      return
    case 'signal-process': {
      const { process, name, data } = decision
      step.tell({ type: 'signal', process, name, data })
      return
    }
    case 'request-cancel-process': {
      const { process, reason } = decision
      step.tell({ type: 'request-cancel', process, ...(reason !== undefined && { reason }) })
      return
    }
    case 'continue-as-new': {
      const { workflow, parent, childPolicy, id: process } = step.state
      // Without a version it is the one that is registered: what goes on has a history of today's code alone.
      const { input, version, tags = step.state.tags } = decision
      closeProcess(step, { type: 'continued', process: next })
      step.tell({
        type: 'start',
        id: next,
        workflow,
        ...(version !== undefined && { version }),
        input,
        tags,
        childPolicy,
        ...(parent !== undefined && { parent }),
        origin: { type: 'continued', process, seq: step.state.lastSeq },
      })
      return
    }
    case 'complete-process':
    case 'fail-process':
    case 'cancel-process':
      closeProcess(step, resultOfClosing(decision))
  }
}

/** What it starts has an id: its own, or one of the process and the `seq` that the decision will have (D8). */
function named(step: Step, made: MadeDecision): Decision {
  const { type } = made
  if (type === 'schedule-activity' || type === 'start-child-process' || type === 'start-timer') {
    return { ...made, id: made.id ?? ownId(step.state.id, step.state.lastSeq + 1) }
  }
  return made
}

/** Children whose children have children would have ever longer ids. */
function ownId(process: string, seq: number): string {
  const id = `${process}:${seq}`
  return id.length <= MAX_NAME ? id : `${fingerprint(process).slice(0, 40)}:${seq}`
}

/** An activity that a decision schedules: as its type says, where the decision says nothing else. */
export function openActivity(
  decision: ScheduleActivity,
  scheduled: number,
  type: ActivityType,
  step: Step,
): OpenActivity {
  const { id, activity, input, key } = decision
  const { scheduleToClose = type.scheduleToClose, retry = type.retry } = decision
  return {
    id,
    activity,
    input,
    scheduled,
    scheduledAt: step.now,
    category: decision.category ?? type.category,
    priority: decision.priority ?? type.priority,
    ...(key !== undefined && { key }),
    timeouts: {
      scheduleToStart: decision.scheduleToStart ?? type.scheduleToStart,
      startToClose: decision.startToClose ?? type.startToClose,
      heartbeat: decision.heartbeat ?? type.heartbeat,
      ...(scheduleToClose !== undefined && { scheduleToClose }),
    },
    ...(retry !== undefined && { retry }),
    ...(type.manual === true && { manual: true }),
    ...(type.limits !== undefined && { limits: type.limits }),
    attempt: 1,
    state: { status: 'waiting', place: step.place() },
  }
}

function cancelActivity(step: Step, { id, reason, wait }: CancelActivity): void {
  const open = step.activity(id)
  if (open === undefined) return
  const { scheduled, activity, state } = open
  if (wait === true && state.status === 'running') {
    step.setActivity(id, { ...open, state: { ...state, cancelRequested: true } })
    step.append({ type: 'activity-cancel-requested', scheduled, id, ...(reason !== undefined && { reason }) })
    return
  }
  step.setActivity(id, undefined)
  const result = { type: 'canceled', ...(reason !== undefined && { reason }) } as const
  // Not news: the decider has decided it.
  step.append({ type: 'activity', scheduled, activity, id, result })
}

function startChild(step: Step, decision: StartChildProcess, scheduled: number): void {
  const { id, workflow, input, tags, childPolicy, version } = decision
  step.setChild(id, { id, scheduled, workflow, tags, childPolicy })
  const parent = { process: step.state.id, scheduled, child: id }
  const ofVersion = version === undefined ? {} : { version }
  step.tell({ type: 'start', id, workflow, ...ofVersion, input, tags, childPolicy, parent })
}

type RunningDecision = Extract<ProcessState['decision'], { readonly status: 'running' }>

function assertDecisionClaim(
  { id, decision, closed }: ProcessState,
  { started, lease }: DecisionClaim,
  now: number,
): RunningDecision {
  if (
    closed === undefined &&
    decision.status === 'running' &&
    decision.started === started &&
    decision.lease === lease &&
    decision.deadline >= now
  ) {
    return decision
  }
  throw new UnitflowError(
    'unknown-decision',
    `the decision ${started} of the process ${id} is not this worker's any more: it is complete, has timed out, or the process is closed`,
    { process: id, started },
  )
}
