import { UnitflowError } from '../errors/index.js'
import { allPages } from '../bulk/index.js'
import type { WaitingActivity, WorkflowBackend } from '../deciders/index.js'
import { isTask } from './units-story.js'
import { elementLabel } from './units-waits.js'

/** A task that somebody outside is to end. */
export interface WaitingTask {
  readonly activity: WaitingActivity
  /** Its process, and those that have called that one, from there on. */
  readonly processes: readonly string[]
}

/**
 * Tasks that somebody outside is to end; of one process where it is named, and of those that it has called.
 *
 * @throws `no-such-process`
 */
export async function waitingTasks(
  backend: WorkflowBackend,
  id: string | undefined,
  signal: AbortSignal,
): Promise<readonly WaitingTask[]> {
  if (id !== undefined && (await backend.process(id)) === undefined) {
    throw new UnitflowError('no-such-process', `there is no process ${JSON.stringify(id)}`, { process: id })
  }
  const found: WaitingTask[] = []
  const known = new Map<string, readonly string[]>()
  const pages = allPages(async (request) => {
    const { activities: items, next } = await backend.waitingActivities(request)
    return { items, next }
  }, signal)
  for await (const activity of pages) {
    const processes = known.get(activity.process) ?? (await callersOf(backend, activity.process))
    known.set(activity.process, processes)
    if (id === undefined || processes.includes(id)) found.push({ activity, processes })
  }
  return found.sort((a, b) => a.activity.scheduledAt - b.activity.scheduledAt)
}

async function callersOf(backend: WorkflowBackend, id: string): Promise<readonly string[]> {
  const processes: string[] = []
  for (let at: string | undefined = id; at !== undefined;) {
    processes.push(at)
    at = (await backend.process(at))?.parent?.process
  }
  return processes
}

/** What a task is called: its element, or its activity and id. */
export function taskName({ activity: { activity, id, input } }: WaitingTask): string {
  return isTask(input) ? elementLabel(input) : `${activity} ${id}`
}

/** Whether somebody means a task by what they say: its element, its activity, its id, or its token. */
export function isNamed({ activity: { activity, id, input, token } }: WaitingTask, name: string): boolean {
  return [activity, id, token, isTask(input) ? input.element : undefined].includes(name)
}
