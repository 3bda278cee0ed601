import type { AnyStepWorkflow, RunOptions, StepEvent, StepReport, StepRunReport } from '../steps/index.js'
import { errorLines } from './error-lines.js'
import { columnsOf } from './io.js'
import { LiveView, liveWidth } from './live-view.js'
import { printable } from './printable.js'
import { valueText } from './process-words.js'
import { Remarks } from './remarks.js'
import type { Session } from './session.js'
import { cut } from './shorten.js'
import type { LoadedRunner } from './steps-module.js'
import { stepsPicture, StepsLines } from './steps-lines.js'
import { StepsStory } from './steps-story.js'
import { canRedraw } from './watch.js'

/** Milliseconds between two drawings. */
const FRAME = 80
/** What keeps the program alive while it waits for others. */
const LONG = 60_000

/** Runs a workflow, and shows it meanwhile: on a terminal in place, elsewhere as a line for each thing that happens. */
export async function runSteps(
  session: Session,
  runner: LoadedRunner,
  workflow: AnyStepWorkflow,
  options: RunOptions,
): Promise<StepRunReport> {
  const { io, json } = session
  const remarks = new Remarks(session)
  const onAbort = (): void =>
    remarks.make('the run is called off, and ends when the steps that run have; ^C again ends it at once')
  io.signal.addEventListener('abort', onAbort)
  try {
    const run = (onEvent: (event: StepEvent) => void): Promise<StepRunReport> =>
      runner.run({ ...options, signal: io.signal, onEvent })
    if (json) return await run(() => undefined)
    return canRedraw(io) ? await drawn(session, workflow, run, remarks) : await told(session, run)
  } finally {
    io.signal.removeEventListener('abort', onAbort)
  }
}

type Run = (onEvent: (event: StepEvent) => void) => Promise<StepRunReport>

async function drawn(
  { io, colors }: Session,
  { name, order }: AnyStepWorkflow,
  run: Run,
  remarks: Remarks,
): Promise<StepRunReport> {
  const names = order.map(({ step }) => step.name)
  const story = new StepsStory(name, names, io.now())
  let turn = 0
  let hasEnded = false
  const view = new LiveView(io.stdout, () => {
    // What it came to is told in a table, in the place of this.
    if (hasEnded) return { lines: [], current: 0 }
    story.wake(io.now())
    return stepsPicture(story, { now: io.now(), width: liveWidth(io.stdout), colors, turn })
  })
  const print = (text: string): void => view.print(text)
  const ends = [
    io.every(FRAME, () => {
      turn++
      view.draw()
    }),
    io.capture(print),
    remarks.divert(print),
  ]
  try {
    return await run((event) => story.read(event, io.now()))
  } finally {
    hasEnded = true
    for (const end of ends) end()
    view.end()
  }
}

async function told({ io, colors, say }: Session, run: Run): Promise<StepRunReport> {
  const lines = new StepsLines(colors)
  const end = io.every(LONG, () => undefined)
  try {
    return await run((event) => {
      const line = lines.line(event, io.now())
      if (line !== undefined) say(line)
    })
  } finally {
    end()
    say('\n')
  }
}

/** Errors that are told in full. */
const MOST_ERRORS = 5
/** Characters of a result. */
const RESULT = 2000

/** What a run has given, or what went wrong in it. */
export function sayEnd({ io, colors, say, note, width }: Session, report: StepRunReport): void {
  const failed = report.steps.filter(isFailed)
  for (const { step, error } of failed.slice(0, MOST_ERRORS))
    say(`\n${colors.bold(printable(step))}  ${errorLines(colors, error)}`)
  if (failed.length > MOST_ERRORS) note(`and ${failed.length - MOST_ERRORS} more: --json has all`)
  if (report.status !== 'completed') return
  const room = io.stdout.isTTY ? Math.min(width, columnsOf(io.stdout)) - 'result  '.length : RESULT
  say(`\n${colors.dim('result')}  ${cut(valueText(report.outputs), room)}\n`)
}

type FailedReport = Extract<StepReport, { readonly type: 'failed' | 'timed-out' | 'canceled' }>

/** One that was canceled has nothing to say but that. */
function isFailed(report: StepReport): report is FailedReport {
  return report.type === 'failed' || report.type === 'timed-out'
}
