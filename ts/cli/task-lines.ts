import type { Colors } from './colors.js'
import type { FlowStory, StoryTask, TaskWord } from './flow-story.js'
import { attemptText, failureText, statusText } from './flow-words.js'
import { barOf, SPINNER } from './live-signs.js'
import { printable } from './printable.js'
import { paintStatus } from './process-words.js'
import { cut, displayWidth, shorten } from './shorten.js'
import { shortSpanOf, spanOf } from '../timeline/span.js'

/** What the lines of an execution are drawn with. */
export interface TaskLinesOptions {
  readonly id: string
  readonly now: number
  /** Columns. */
  readonly width: number
  readonly colors: Colors
  /** Counts the drawings: what runs turns. */
  readonly turn: number
  /** How often a task is tried in all, where that is known. */
  readonly attemptsOf?: ((task: string) => number | undefined) | undefined
}

const SIGNS: Readonly<Record<Exclude<TaskWord, 'running'>, string>> = {
  waiting: '·',
  retrying: '◌',
  paused: '‖',
  completed: '✔',
  failed: '✖',
  'timed-out': '✖',
  canceled: '⊘',
}

/** An execution as it is now: a line for itself, and one for each of its tasks. */
export function taskLines(story: FlowStory, options: TaskLinesOptions): readonly string[] {
  const { id, now, width, colors } = options
  const names = Math.max(...story.tasks.map(({ task }) => displayWidth(printable(task))), 4)
  const name = Math.min(names, Math.floor(width * 0.3))
  const time = (story.hasEnded ? story.at : Math.max(now, story.at)) - story.createdAt
  const words = statusText(story.status, time)
  const title = shorten(`${story.flow} ${id}`, Math.max(width - words.length - 2, 12))
  return [
    `${colors.bold(title)}  ${paintStatus(colors)(story.status, words)}`,
    ...story.tasks.map((task) => taskLine(story, task, name, options)),
  ]
}

/** The place of the line of the task that matters most now, in what {@link taskLines} gives. */
export function currentLine({ tasks }: FlowStory): number {
  const index = tasks.findIndex(({ status }) => status !== 'completed')
  return index < 0 ? tasks.length : index + 1
}

function taskLine(story: FlowStory, task: StoryTask, name: number, options: TaskLinesOptions): string {
  const { colors, width, turn } = options
  const { status } = task
  const sign = status === 'running' ? (SPINNER[turn % SPINNER.length] ?? '') : SIGNS[status]
  const shown = shorten(task.task, name)
  const room = Math.max(width - name - 4, 1)
  const { text: said, percent } = saidOf(story, task, options)
  // A bar in a narrow line would leave no room for what is said.
  const bar = percent === undefined || room < WITH_BAR ? '' : `${barOf(percent, width >= WIDE ? 20 : 10)}  `
  const text = cut(`${bar}${said}`, room)
  const padding = ' '.repeat(Math.max(name - displayWidth(shown), 0))
  const paint = paintStatus(colors)
  const painted = QUIET.includes(status)
    ? colors.dim(text)
    : TROUBLES.includes(status)
      ? paint(status, text)
      : text
  const label = status === 'waiting' ? colors.dim(shown) : shown
  return `${paint(status, sign)} ${label}${padding}  ${painted}`.trimEnd()
}

const QUIET: readonly TaskWord[] = ['waiting', 'completed']
const TROUBLES: readonly TaskWord[] = ['failed', 'timed-out', 'canceled', 'retrying']
/** Columns from which a bar is drawn, and from which it is a long one. */
const WITH_BAR = 40
const WIDE = 100

/** What a line says of a task, and a percentage to draw before it. */
interface Said {
  readonly text: string
  readonly percent?: number | undefined
}

function saidOf(story: FlowStory, task: StoryTask, { now, attemptsOf }: TaskLinesOptions): Said {
  const { status, attempt, since = now, duration = 0, due = now, percent, message = '' } = task
  const most = attemptsOf?.(task.task)
  const why = task.error === undefined ? '' : `: ${failureText(task.error)}`
  const tried = attempt > 1 ? `, ${attempt} attempts` : ''
  switch (status) {
    case 'running': {
      const parts = [
        percent === undefined ? '' : `${String(Math.round(percent)).padStart(3)} %`,
        spanOf(Math.max(now - since, 0)),
        attempt > 1 ? attemptText(attempt, most) : '',
        message,
      ]
      return { text: parts.filter((part) => part !== '').join('  '), percent }
    }
    case 'retrying': {
      // A span of whole seconds, which does not flicker.
      const left = due > now ? `in ${shortSpanOf(Math.ceil((due - now) / 1000) * 1000)}` : 'now'
      return { text: `${attemptText(attempt + 1, most)} ${left}${why}` }
    }
    case 'completed':
      return { text: attempt > 0 ? `${spanOf(duration)}${tried}` : '' }
    case 'failed':
      return { text: `failed after ${spanOf(duration)}${tried}${why}` }
    case 'timed-out':
      return { text: `timed out after ${spanOf(duration)}${tried}${why}` }
    case 'canceled':
      return { text: `canceled${story.reason === '' ? '' : `: ${story.reason}`}` }
    case 'paused':
      return { text: 'paused' }
    case 'waiting':
      return { text: waitText(story, task, now) }
  }
}

/** What the task that is next waits for. */
function waitText({ status, due, tasks }: FlowStory, task: StoryTask, now: number): string {
  const isNext = tasks.find((one) => one.status !== 'completed') === task
  if (!isNext || (status !== 'scheduled' && status !== 'rescheduled')) return ''
  return due > now ? `begins in ${spanOf(due - now)}` : 'waits for a runner'
}
