import { UnitflowError } from '../../errors/index.js'
import type { HistoryEvent, ProcessStarted, ScheduleActivity, StartChildProcess } from '../history/index.js'
import { isClosing, isSeenByDeciders } from '../history/index.js'
import { openActivity } from './decision-steps.js'
import { NOTHING_OPEN } from './process-state.js'
import type { ProcessState } from './process-state.js'
import type { StepResult, StepTime } from './step.js'
import { Step } from './step.js'
import { typeIn } from './types.js'
import type { Types } from './types.js'

/** An activity that is open where a history is forked. */
export interface ForkedActivity {
  readonly scheduled: number
  readonly decision: ScheduleActivity
  /** Attempts that have begun. */
  readonly attempts: number
}

/** What is in a history, up to where it is forked. */
export interface ForkedHistory {
  readonly started: ProcessStarted
  readonly events: readonly HistoryEvent[]
  /** The activities that are open there. */
  readonly activities: readonly ForkedActivity[]
}

/**
 * The beginning of a history up to `at`, as another process can go on from it: a batch of decisions is there with all that
 * came of it, or not at all, and so is what has closed the process.
 *
 * @throws `bad-argument`
 */
export function forkedHistory(history: readonly HistoryEvent[], at: number): ForkedHistory {
  const [started] = history
  if (started?.type !== 'process-started' || !(at >= 1)) {
    const expected = 'the seq of an event'
    throw new UnitflowError('bad-argument', `at: expected ${expected}`, { argument: 'at', expected })
  }
  const events = history.slice(0, cutAt(history, at))
  const open = new Map<number, ForkedActivity>()
  for (const event of events) {
    if (event.type === 'decision' && event.decision.type === 'schedule-activity') {
      open.set(event.seq, { scheduled: event.seq, decision: event.decision, attempts: 0 })
    }
    if (event.type === 'activity-started') {
      const activity = open.get(event.scheduled)
      if (activity !== undefined) open.set(event.scheduled, { ...activity, attempts: event.attempt })
    }
    if (event.type === 'activity') open.delete(event.scheduled)
  }
  return { started, events, activities: [...open.values()] }
}

/** Starts a process that goes on from another's history (D83). */
export function forkProcess(
  { started, events, activities }: ForkedHistory,
  { id, from, types }: { readonly id: string; readonly from: string; readonly types: Types },
  time: StepTime,
): StepResult {
  const { parent: _, origin: __, ...first } = started
  const workflow = typeIn(types, 'workflow', started.workflow)
  const begin: ProcessState = {
    id,
    workflow: workflow.name,
    version: started.version,
    category: workflow.category,
    tags: started.tags,
    childPolicy: workflow.childPolicy,
    startedAt: time.now,
    deadline: time.now + workflow.timeout,
    timeout: workflow.timeout,
    decisionTimeout: workflow.decisionTimeout,
    ...(workflow.retention !== undefined && { retention: workflow.retention }),
    lastSeq: 0,
    seen: 0,
    newest: 0,
    decision: { status: 'none' },
  }
  const step = new Step(begin, NOTHING_OPEN, time)
  step.take([{ ...first, origin: { type: 'forked', process: from, seq: events.length } }, ...events.slice(1)])
  for (const { scheduled, decision, attempts } of activities) {
    const type = typeIn(types, 'activity', decision.activity)
    const activity = openActivity(decision, scheduled, type, step)
    // The attempts of the other one are in the history, and its retry policy counts none of them.
    const again = attempts > 0 ? { attempt: attempts + 1, released: attempts } : {}
    step.setActivity(decision.id, { ...activity, ...again })
  }
  let running: number | undefined
  const children = new Map<number, StartChildProcess>()
  for (const event of events) {
    if (event.type === 'decision-started') running = event.seq
    else if (event.type === 'decision-failed' || event.type === 'decision-timed-out') running = undefined
    else if (event.type === 'decision-completed') {
      running = undefined
      step.change({ seen: event.started, ...(event.status !== undefined && { status: event.status }) })
    } else if (event.type === 'decision') {
      const { seq, decision } = event
      if (decision.type === 'start-child-process') children.set(seq, decision)
      if (decision.type === 'start-timer') {
        const { id: timer, delay, data } = decision
        step.setTimer(timer, { id: timer, scheduled: seq, data, place: step.place(event.at + delay) })
      }
    } else if (event.type === 'timer' || event.type === 'timer-canceled') step.setTimer(event.id, undefined)
    else if (event.type === 'child-process') children.delete(event.scheduled)
    if (NEWS.has(event.type) && !isCalledOff(events, event)) step.change({ newest: event.seq })
  }
  if (running !== undefined) step.append({ type: 'decision-timed-out', started: running })
  // Where there is nothing to decide, it waits for what the other one waited for.
  if (step.state.newest > step.state.seen) {
    step.change({ decision: { status: 'queued', place: step.place() } })
  }
  for (const [scheduled, { id: process, workflow, tags }] of children) {
    const result = { type: 'canceled', reason: `it is a child of ${from}` } as const
    step.appendNews({ type: 'child-process', scheduled, process, workflow, tags, result })
  }
  return step.result()
}

/** How many events are taken over. */
function cutAt(history: readonly HistoryEvent[], at: number): number {
  let cut = 0
  let started = 0
  for (const [index, event] of history.entries()) {
    if (event.type === 'process-closed') break
    if (event.type === 'decision-started') started = index
    if (event.type === 'decision-completed') {
      const end = endOfBatch(history, index)
      // It is made anew: with all that its worker could see.
      if (end > at || history[end - 1]?.type === 'process-closed') return lastBefore(history, started, index)
    }
    if (index >= at) break
    cut = index + 1
  }
  return history[cut - 1]?.type === 'decision-started' ? cut - 1 : cut
}

/** Without the start of a decision where nothing has happened since. */
function lastBefore(history: readonly HistoryEvent[], started: number, completed: number): number {
  return history.slice(started, completed).every((event) => !isSeenByDeciders(event)) ? started : completed
}

/** Behind the last event that came of a batch of decisions. */
function endOfBatch(history: readonly HistoryEvent[], completed: number): number {
  let end = completed + 1
  for (; end < history.length; end++) {
    const event = history[end]
    const before = history[end - 1]
    const isOfBatch =
      event?.type === 'decision' ||
      event?.type === 'marker' ||
      event?.type === 'timer-canceled' ||
      event?.type === 'activity-cancel-requested' ||
      (event?.type === 'process-closed' && before?.type === 'decision' && isClosing(before.decision)) ||
      (event?.type === 'activity' && isCalledOff(history, event))
    if (!isOfBatch) break
  }
  return end
}

/** What has to be decided on. */
const NEWS: ReadonlySet<HistoryEvent['type']> = new Set<HistoryEvent['type']>([
  'process-started',
  'activity',
  'signal',
  'cancel-requested',
  'timer',
  'child-process',
])

/** Whether an activity ended by a decision, just before. */
function isCalledOff(history: readonly HistoryEvent[], event: HistoryEvent): boolean {
  const before = history[event.seq - 2]
  return (
    event.type === 'activity' &&
    before?.type === 'decision' &&
    before.decision.type === 'cancel-activity' &&
    before.decision.id === event.id
  )
}
