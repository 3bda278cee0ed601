import { reasonText } from '../step-drawing/step-words.js'
import type { StepEvent } from '../steps/index.js'
import { momentOf, shortSpanOf, spanOf } from '../timeline/span.js'
import type { Colors } from './colors.js'
import { barOf, SPINNER } from './live-signs.js'
import type { Picture } from './live-view.js'
import { printable } from './printable.js'
import { errorText } from './process-words.js'
import { cut, displayWidth, shorten } from './shorten.js'
import { cameTo, paintWord, statusOf } from './steps-table.js'
import type { StepsStory, StoryStep } from './steps-story.js'

/** What the lines of a run are drawn with. */
export interface StepsLinesOptions {
  readonly now: number
  /** Columns. */
  readonly width: number
  readonly colors: Colors
  /** Counts the drawings: what runs turns. */
  readonly turn: number
}

/** Of more steps only those are shown that run, or came to nothing. */
const ALL = 100

const SIGNS: Readonly<Record<string, string>> = {
  waiting: '·',
  retrying: '◌',
  ran: '✔',
  skipped: '»',
  restored: '↺',
  failed: '✖',
  'timed-out': '✖',
  canceled: '⊘',
  'not begun': '‖',
}

/** A run as it is now: a line for itself, and one for each of its steps. */
export function stepsPicture(story: StepsStory, options: StepsLinesOptions): Picture {
  const { width, colors, now } = options
  const all = story.steps
  const steps = all.length > ALL ? all.filter(isOfNote) : all
  const done = `${story.ended.toLocaleString('en')} of ${all.length.toLocaleString('en')} steps, ${spanOf(Math.max(now - story.startedAt, 0))}`
  const title = shorten(story.workflow, Math.max(width - done.length - 2, 12))
  const names = steps.map(({ step }) => displayWidth(printable(step)))
  const name = Math.min(Math.max(4, ...names), Math.floor(width * 0.3))
  const first = steps.findIndex(({ type }) => type === 'running' || type === 'retrying')
  return {
    lines: [
      `${colors.bold(title)}  ${colors.cyan(done)}`,
      ...steps.map((one) => stepLine(one, name, options)),
    ],
    current: first < 0 ? steps.length : first + 1,
  }
}

function isOfNote(step: StoryStep): boolean {
  if (step.type !== 'ended') return step.type !== 'waiting'
  return step.report.type !== 'skipped' && step.report.type !== 'ran'
}

function stepLine(step: StoryStep, name: number, { now, width, colors, turn }: StepsLinesOptions): string {
  const word = step.type === 'ended' ? statusOf(step.report) : step.type
  const sign = step.type === 'running' ? (SPINNER[turn % SPINNER.length] ?? '') : (SIGNS[word] ?? '')
  const shown = shorten(step.step, name)
  const room = Math.max(width - name - 4, 1)
  const percent = step.type === 'running' ? step.percent : undefined
  // A bar in a narrow line would leave no room for what is said.
  const bar = percent === undefined || room < 40 ? '' : `${barOf(percent, width >= 100 ? 20 : 10)}  `
  const text = cut(`${bar}${saidOf(step, now)}`, room)
  const padding = ' '.repeat(Math.max(name - displayWidth(shown), 0))
  const paint = paintWord(colors)
  const isQuiet = ['waiting', 'ran', 'skipped', 'restored'].includes(word)
  const label = word === 'waiting' ? colors.dim(shown) : shown
  const said = isQuiet ? colors.dim(text) : word === 'running' ? text : paint(word, text)
  return `${paint(word, sign)} ${label}${padding}  ${said}`.trimEnd()
}

function saidOf(step: StoryStep, now: number): string {
  switch (step.type) {
    case 'waiting':
      return ''
    case 'running': {
      const { percent, since, attempt, message = '', because } = step
      const parts = [
        percent === undefined ? '' : `${String(Math.round(percent)).padStart(3)} %`,
        spanOf(Math.max(now - since, 0)),
        attempt > 1 ? `attempt ${attempt}` : '',
        percent === undefined && message === '' ? reasonText(because) : message,
      ]
      return parts.filter((part) => part !== '').join('  ')
    }
    case 'retrying': {
      const { due, attempt, error } = step
      // A span of whole seconds, which does not flicker.
      const left = due > now ? `in ${shortSpanOf(Math.ceil((due - now) / 1000) * 1000)}` : 'now'
      return `attempt ${attempt + 1} ${left}: ${errorText(error)}`
    }
    case 'ended':
      return endText(step)
  }
}

function endText({ report }: Extract<StoryStep, { readonly type: 'ended' }>): string {
  const time = 'milliseconds' in report && report.attempts > 0 ? spanOf(report.milliseconds) : ''
  const why = report.type === 'skipped' ? reasonText(report.because) : ''
  return [time, why, cameTo(report)].filter((part) => part !== '').join('  ')
}

/** Lines of progress are told from so many percent more on. */
const STEP = 10

/** What happens in a run as lines, for pipes: not of steps that are as they were, which the table has. */
export class StepsLines {
  readonly #colors: Colors
  readonly #told = new Map<string, Extract<StepEvent, { readonly type: 'step-progress' }>>()

  constructor(colors: Colors) {
    this.#colors = colors
  }

  /** @returns nothing where there is nothing to say */
  line(event: StepEvent, at: number): string | undefined {
    const words = this.#wordsOf(event)
    if (words === undefined) return undefined
    const [type, about] = words
    const isTrouble = ['step-failed', 'step-timed-out', 'step-canceled', 'step-not-begun'].includes(type)
    const paint = isTrouble ? this.#colors.red : this.#colors.cyan
    return `${this.#colors.dim(momentOf(at, true))}  ${paint(type)}${about === '' ? '' : ` ${printable(about)}`}\n`
  }

  #wordsOf(event: StepEvent): readonly [type: string, about: string] | undefined {
    switch (event.type) {
      case 'run-started':
        return [event.type, `${event.workflow}: ${event.steps.toLocaleString('en')} steps`]
      case 'step-started':
        this.#told.delete(event.step)
        return [event.type, `${event.step}: ${reasonText(event.because)}`]
      case 'step-progress':
        return this.#isNews(event)
          ? [event.type, `${event.step} ${Math.round(event.percent)} %  ${event.message ?? ''}`.trimEnd()]
          : undefined
      case 'step-retrying': {
        const { step, attempt, delay, error } = event
        return [event.type, `${step} attempt ${attempt + 1} in ${spanOf(delay)}: ${errorText(error)}`]
      }
      case 'step-ended': {
        const { report } = event
        if (report.type === 'skipped' && report.restored === undefined) return undefined
        const said = endText({ type: 'ended', step: report.step, report })
        return [
          `step-${statusOf(report).replace(' ', '-')}`,
          said === '' ? report.step : `${report.step}: ${said}`,
        ]
      }
      case 'run-ended':
        return [event.type, event.report.status]
    }
  }

  #isNews(progress: Extract<StepEvent, { readonly type: 'step-progress' }>): boolean {
    const told = this.#told.get(progress.step)
    const isNews = told?.message !== progress.message || progress.percent >= (told?.percent ?? -STEP) + STEP
    if (isNews) this.#told.set(progress.step, progress)
    return isNews
  }
}
