import type { FlowEvent, FlowReader, TaskProgress } from '../flows/index.js'
import { flowEventLine } from './flow-event-lines.js'
import { FlowStory } from './flow-story.js'
import { columnsOf } from './io.js'
import { LiveView, liveWidth } from './live-view.js'
import { jsonLine } from './record-lines.js'
import type { Remarks } from './remarks.js'
import type { Session } from './session.js'
import { currentLine, taskLines } from './task-lines.js'
import { canRedraw } from './watch.js'

/** How an execution is followed. */
export interface FollowOptions {
  /** Ends it before the execution has ended. */
  readonly signal: AbortSignal
  /** The step after which lines are told; all where it is missing. */
  readonly after?: number
  /** How often a task is tried in all, where that is known. */
  readonly attemptsOf?: (task: string) => number | undefined
  /** What machines are told: a line for each event, or nothing. */
  readonly json: 'events' | 'nothing'
  readonly remarks?: Remarks
}

/** Milliseconds between two drawings. */
const FRAME = 80
/** What keeps the program alive while it waits for others. */
const LONG = 60_000
/** Lines of progress are told from so many percent more on. */
const STEP = 10

/**
 * Tells what happens in an execution until it has ended: on a terminal as a few lines that are drawn anew in their place,
 * elsewhere as a line for each event.
 *
 * @returns all that has happened
 */
export async function followExecution(
  session: Session,
  reader: FlowReader,
  id: string,
  options: FollowOptions,
): Promise<FlowStory> {
  const { io, json } = session
  const story = new FlowStory()
  const events = eventsOf(reader, id, story, options.signal)
  if (json && options.json === 'nothing') {
    const release = io.capture((text) => io.stderr.write(text))
    try {
      while ((await events.next()).done !== true);
    } finally {
      release()
    }
  } else if (canRedraw(io) && !json) {
    await drawn(session, id, story, events, options)
  } else {
    const end = io.every(LONG, () => undefined)
    try {
      await io.writeStdout(linesOf(session, events, options))
    } finally {
      end()
    }
  }
  return story
}

/** What happens, read into a story. */
async function* eventsOf(
  reader: FlowReader,
  id: string,
  story: FlowStory,
  signal: AbortSignal,
): AsyncGenerator<FlowEvent | TaskProgress> {
  for await (const event of reader.watch(id, { signal })) {
    story.read(event)
    yield event
  }
  // What was committed while it was told to end.
  for (const event of await reader.history(id)) {
    if (event.step <= story.last) continue
    story.read(event)
    yield event
  }
}

async function drawn(
  { io, colors }: Session,
  id: string,
  story: FlowStory,
  events: AsyncGenerator,
  { attemptsOf, remarks }: FollowOptions,
): Promise<void> {
  let turn = 0
  const view = new LiveView(io.stdout, () => ({
    lines: taskLines(story, { id, now: io.now(), width: liveWidth(io.stdout), colors, turn, attemptsOf }),
    current: currentLine(story),
  }))
  const print = (text: string): void => view.print(text)
  const ends = [
    io.every(FRAME, () => {
      turn++
      if (story.tasks.length > 0) view.draw()
    }),
    io.capture(print),
    remarks?.divert(print),
  ]
  try {
    while ((await events.next()).done !== true) view.draw()
  } finally {
    for (const end of ends) end?.()
    if (story.tasks.length > 0) view.end()
  }
}

async function* linesOf(
  { io, json, colors }: Session,
  events: AsyncGenerator<FlowEvent | TaskProgress>,
  { after = -1 }: FollowOptions,
): AsyncGenerator<string> {
  const width = io.stdout.isTTY ? columnsOf(io.stdout) : undefined
  const news = new ProgressNews()
  for await (const event of events) {
    if (event.type === 'task-progress' ? !json && !news.isNews(event) : event.step <= after) continue
    yield `${json ? jsonLine(event) : flowEventLine(event, colors, { width })}\n`
  }
}

/** Which signs of progress are worth a line. */
class ProgressNews {
  #told: TaskProgress | undefined

  isNews(progress: TaskProgress): boolean {
    const told = this.#told
    const isNews =
      told?.task !== progress.task ||
      told.attempt !== progress.attempt ||
      told.message !== progress.message ||
      (progress.percent ?? 0) >= (told.percent ?? 0) + STEP
    if (isNews) this.#told = progress
    return isNews
  }
}
