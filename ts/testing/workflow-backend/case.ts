import type { ManualClock } from '../../clock/index.js'
import type { ActivityTask, DecisionTask, WorkflowBackend } from '../../deciders/backend/index.js'
import type { ActivityResult, HistoryEvent, MadeDecision } from '../../deciders/history/index.js'
import type { ActivityType, WorkflowType } from '../../deciders/process/index.js'
import type { Value } from '../../values/index.js'
import { assertEqual, assertThat, fail } from '../assertions.js'

/** What a case works on: a backend of its own, empty at first, whose time stands still. */
export interface BackendCaseContext {
  readonly backend: WorkflowBackend
  readonly clock: ManualClock
}

/** One test of the suite. */
export interface BackendCase {
  readonly name: string
  run(work: BackendWork): Promise<void>
}

export const WORKFLOW: WorkflowType = {
  name: 'test',
  version: '1',
  category: 'default',
  timeout: 365 * 86_400_000,
  decisionTimeout: 60_000,
  childPolicy: 'abandon',
}

export const ACTIVITY: ActivityType = {
  name: 'double',
  category: 'default',
  priority: 0,
  scheduleToStart: 60_000,
  startToClose: 365 * 86_400_000,
  heartbeat: 365 * 86_400_000,
}

/** What cases do with a backend, in few words. */
export class BackendWork {
  readonly backend: WorkflowBackend
  readonly clock: ManualClock

  constructor({ backend, clock }: BackendCaseContext) {
    this.backend = backend
    this.clock = clock
  }

  async register(
    workflow: Partial<WorkflowType> = {},
    ...activities: Partial<ActivityType>[]
  ): Promise<void> {
    await this.backend.registerWorkflow({ ...WORKFLOW, ...workflow })
    for (const activity of activities.length === 0 ? [{}] : activities) {
      await this.backend.registerActivity({ ...ACTIVITY, ...activity })
    }
  }

  /** Registers what most cases use, and starts a process. */
  async begin(input: Value = null): Promise<string> {
    await this.register()
    return this.backend.startProcess({ workflow: 'test', input })
  }

  async decision(category?: string): Promise<DecisionTask> {
    const [task] = await this.backend.pollDecisionTasks(category === undefined ? {} : { category })
    return task ?? fail('expected a decision task, and there is none')
  }

  async noDecision(what: string): Promise<void> {
    assertEqual((await this.backend.pollDecisionTasks({ limit: 10 })).length, 0, `${what}: decision tasks`)
  }

  /** Takes the next decision and makes it. */
  async decide(...decisions: MadeDecision[]): Promise<DecisionTask> {
    const task = await this.decision()
    await this.backend.completeDecisionTask(task.token, decisions)
    return task
  }

  async activity(category?: string): Promise<ActivityTask> {
    const [task] = await this.backend.pollActivityTasks(category === undefined ? {} : { category })
    return task ?? fail('expected an activity task, and there is none')
  }

  async noActivity(what: string): Promise<void> {
    assertEqual((await this.backend.pollActivityTasks({ limit: 10 })).length, 0, `${what}: activity tasks`)
  }

  /** Takes the next activity and ends it. */
  async do(result: ActivityResult): Promise<ActivityTask> {
    const task = await this.activity()
    await this.backend.completeActivityTask(task.token, result)
    return task
  }

  /** The types of a process's events, those that the original has: a decision and an activity with what they are. */
  async history(process: string): Promise<string[]> {
    return (await this.backend.history(process)).flatMap(shown)
  }

  async isClosed(process: string, result: object): Promise<void> {
    const info = await this.backend.process(process)
    assertThat(info?.closed !== undefined, `the process ${process} is closed`)
    assertEqual(info.closed.result, result, 'its result')
    const { processes } = await this.backend.processes({ status: 'open' })
    assertThat(!processes.some(({ id }) => id === process), 'it is not among the open ones')
  }
}

export function schedule(
  id: string,
  more: Partial<Extract<MadeDecision, { type: 'schedule-activity' }>> = {},
): MadeDecision {
  return { type: 'schedule-activity', activity: 'double', id, input: 1, ...more }
}

/** A child of the process, of the same workflow. */
export function startChild(
  more: Partial<Extract<MadeDecision, { type: 'start-child-process' }>> = {},
): MadeDecision {
  return {
    type: 'start-child-process',
    workflow: 'test',
    id: 'child',
    input: 0,
    tags: [],
    childPolicy: 'abandon',
    ...more,
  }
}

export function completed(result: Value): ActivityResult {
  return { type: 'completed', result }
}

const OURS: ReadonlySet<HistoryEvent['type']> = new Set<HistoryEvent['type']>([
  'decision-completed',
  'decision-failed',
  'decision-timed-out',
  'decision-refused',
  'process-closed',
])

function shown(event: HistoryEvent): string[] {
  if (OURS.has(event.type)) return []
  if (event.type === 'decision') return [`decision ${event.decision.type}`]
  if (event.type === 'activity') return [`activity ${event.result.type}`]
  return [event.type]
}
