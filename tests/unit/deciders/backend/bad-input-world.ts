import { expect } from 'vitest'
import type { ManualClock } from '../../../../ts/clock/index.js'
import { createManualClock } from '../../../../ts/clock/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { ActivityType, WorkflowType } from '../../../../ts/deciders/process/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { brokenRules } from '../history/order-rules.js'
import { watchedRecords } from '../../records/watched-records.js'

export const MINUTE: number = 60_000
export const workflow: WorkflowType = {
  name: 'order',
  version: '1.0',
  category: 'default',
  timeout: 1000 * MINUTE,
  decisionTimeout: MINUTE,
  childPolicy: 'abandon',
}
export const activity: ActivityType = {
  name: 'charge',
  category: 'default',
  priority: 0,
  scheduleToStart: 10 * MINUTE,
  startToClose: 10 * MINUTE,
  heartbeat: 10 * MINUTE,
}

export interface World {
  readonly backend: WorkflowBackend
  readonly clock: ManualClock
  /** All records, as a text. */
  readonly dump: () => Promise<string>
  /** Tokens: of the decision that is complete, of the one that runs, and of the activity that runs. */
  readonly used: string
  readonly decision: string
  readonly activity: string
}

/** Process `p`: an activity of it runs, something else has happened, and somebody decides. */
export async function world(): Promise<World> {
  const clock = createManualClock(1_800_000_000_000)
  const { records, dump } = watchedRecords(createMemoryRecords())
  const backend = createBackend({ records, clock })
  await backend.registerWorkflow(workflow)
  await backend.registerActivity(activity)
  await backend.startProcess({ workflow: 'order', id: 'p', input: 1, tags: ['t'] })
  const [first] = await backend.pollDecisionTasks()
  const used = first?.token ?? ''
  await backend.completeDecisionTask(used, [
    { type: 'schedule-activity', activity: 'charge', id: 'x', input: 1 },
    { type: 'start-timer', id: 't', delay: 5 * MINUTE, data: null },
  ])
  const [task] = await backend.pollActivityTasks()
  await backend.signalProcess('p', { name: 'hurry', data: 1 })
  const [decision] = await backend.pollDecisionTasks()
  return { backend, clock, dump, used, decision: decision?.token ?? '', activity: task?.token ?? '' }
}

/** Both tokens are as good as they were. */
export async function expectGoodTokens({ backend, decision, activity }: World): Promise<void> {
  await backend.heartbeat(activity)
  await backend.completeActivityTask(activity, { type: 'completed', result: 'fine' })
  await backend.completeDecisionTask(decision, [{ type: 'record-marker', name: 'fine', details: null }])
  const history = await backend.history('p')
  expect(history.slice(-4).map(({ type }) => type)).toEqual([
    'activity',
    'decision-completed',
    'decision',
    'marker',
  ])
  expect(brokenRules(history)).toEqual([])
}
