import { UnitflowError } from '../errors/index.js'
import type { ProcessInfo, ProcessStarted, WaitingActivity, WorkflowBackend } from '../deciders/index.js'
import type { Io } from './io.js'
import { ProcessStory } from './process-story.js'
import type { StoryChild, StoryTimer } from './process-story.js'
import { statusOf } from './process-words.js'
import type { StatusWord } from './process-words.js'

/** An activity that is open. */
export interface OpenActivity {
  readonly activity: string
  readonly id: string
  readonly input: WaitingActivity['input']
  readonly status: WaitingActivity['status']
  readonly attempt: number
  /** When it was scheduled, or its attempt has begun: milliseconds since 1970. */
  readonly since: number
  /** With it whoever it waits for ends it. */
  readonly token?: string
}

/** A child, as far as it can be told. */
export type ShownChild = Omit<StoryChild, 'status'> & { readonly status: StatusWord | 'deleted' }

/** All that is to be told of one process. */
export interface ProcessDetails {
  readonly info: ProcessInfo
  readonly started: ProcessStarted | undefined
  readonly activities: readonly OpenActivity[]
  readonly timers: readonly StoryTimer[]
  readonly children: readonly ShownChild[]
  /** Its history, for the next look. */
  readonly story: ProcessStory
}

/**
 * Reads all that is to be told of a process.
 *
 * @param story what was read of its history before
 * @throws `no-such-process`
 */
export async function processDetails(
  backend: WorkflowBackend,
  io: Io,
  id: string,
  story: ProcessStory = new ProcessStory(),
): Promise<ProcessDetails> {
  const info = await backend.process(id)
  if (info === undefined) {
    throw new UnitflowError('no-such-process', `there is no process ${JSON.stringify(id)}`, { process: id })
  }
  for (;;) {
    io.signal.throwIfAborted()
    const events = await backend.history(id, { after: story.last })
    if (events.length === 0) break
    story.read(events)
  }
  return {
    info,
    started: story.started,
    activities: info.closed === undefined ? await openOf(backend, id) : [],
    timers: story.timers,
    children: await childrenOf(backend, story),
    story,
  }
}

async function openOf(backend: WorkflowBackend, id: string): Promise<OpenActivity[]> {
  const open = await backend.openActivities(id)
  return open.map(({ activity, id: own, input, status, attempt, scheduledAt, startedAt, manual, token }) => ({
    activity,
    id: own,
    input,
    status,
    attempt,
    since: startedAt ?? scheduledAt,
    // The token of what a worker runs is that worker's.
    ...(manual === true && token !== undefined && { token }),
  }))
}

/** What was not told in the history may have happened since: a child that was left behind goes on by itself. */
async function childrenOf(backend: WorkflowBackend, story: ProcessStory): Promise<ShownChild[]> {
  const children: ShownChild[] = []
  for (const child of story.children) {
    if (child.status !== 'open') {
      children.push(child)
      continue
    }
    const info = await backend.process(child.id)
    children.push({ ...child, status: info === undefined ? 'deleted' : statusOf(info) })
  }
  return children
}
