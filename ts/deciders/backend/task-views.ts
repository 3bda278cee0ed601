import { copyOf } from '../../values/index.js'
import type { OpenActivity, ProcessState } from '../process/index.js'
import { frozen } from './frozen.js'
import type { LoadedProcess } from './loaded-process.js'
import type { ProcessRecords } from './process-records.js'
import type { RecentEvents } from './recent-events.js'
import { activityToken, decisionToken } from './task-token.js'
import type { ActivityTask, DecisionTask, ProcessInfo, WaitingActivity } from './workflow-backend.js'

/** Events that a decision task carries at most; those before them are in the history. */
export const EVENTS = 1000

/** A process that is being decided on, whose last events are not written yet. */
export async function decisionTask(
  processes: ProcessRecords,
  recent: RecentEvents,
  { state, events, stored }: LoadedProcess,
): Promise<DecisionTask> {
  const { decision, id, seen, lastSeq } = state
  if (decision.status !== 'running') throw new RangeError(`the process ${id} is not being decided on`)
  const after = Math.max(seen, lastSeq - EVENTS)
  const known = stored === undefined ? [] : recent.find(stored, after)
  const before = known ?? (await processes.events(id, after, EVENTS))
  return {
    type: 'decision',
    token: decisionToken(id, decision),
    process: processInfo(state),
    seen,
    events: [...before, ...events.map(frozen)],
  }
}

export function activityTask(
  { id: process, workflow }: ProcessState,
  open: OpenActivity,
  { lease, startedAt }: { readonly lease: string; readonly startedAt: number },
): ActivityTask {
  const { id, activity, input, scheduled, attempt, details, scheduledAt, timeouts } = open
  const { scheduleToClose = Infinity, startToClose } = timeouts
  return {
    type: 'activity',
    token: activityToken(process, { id, scheduled, attempt, lease }),
    process,
    workflow,
    activity,
    id,
    input: copyOf(input),
    attempt,
    idempotencyKey: `${process}:${scheduled}`,
    ...(details !== undefined && { details }),
    scheduledAt,
    deadline: Math.min(startedAt + startToClose, scheduledAt + scheduleToClose),
  }
}

export function waitingActivity(
  { id: process, workflow }: ProcessState,
  open: OpenActivity,
): WaitingActivity {
  const { id, activity, input, scheduled, scheduledAt, attempt, state, manual } = open
  const { status } = state
  return {
    process,
    workflow,
    activity,
    id,
    input,
    status,
    scheduledAt,
    attempt,
    ...(manual === true && { manual }),
    ...(status === 'running' && {
      startedAt: state.since,
      token: activityToken(process, { id, scheduled, attempt, lease: state.lease }),
    }),
  }
}

export function processInfo(state: ProcessState): ProcessInfo {
  const { id, workflow, version, category, tags, parent, childPolicy, startedAt, lastSeq } = state
  const { status, failures, closed } = state
  return {
    id,
    workflow,
    version,
    category,
    tags,
    ...(parent !== undefined && { parent: { process: parent.process, scheduled: parent.scheduled } }),
    childPolicy,
    startedAt,
    lastSeq,
    ...(status !== undefined && { status }),
    ...(failures !== undefined && { failures }),
    ...(closed !== undefined && { closed }),
  }
}
