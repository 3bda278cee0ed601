import type { ErrorData } from '../errors/index.js'
import { errorLines } from './error-lines.js'
import { ExitCode } from './exit-code.js'
import { printable } from './printable.js'
import { paintStatus, reasonOf, statusOf, valueText } from './process-words.js'
import { quoted } from './quoted.js'
import { formOf } from './record-lines.js'
import { cut } from './shorten.js'
import type { Session } from './session.js'
import type { UnitsRead } from './units-read.js'
import type { ToldElement, UnitsStory } from './units-story.js'
import { elementLabel } from './units-waits.js'

/** How a run was left. */
export type UnitsEnd = 'closed' | 'interrupted' | 'waiting'

/** What there is to tell of a run that was shown. */
export interface EndedUnits {
  readonly story: UnitsStory
  readonly told: readonly ToldElement[]
  readonly read: UnitsRead
  /** The file of the run, as it was named. */
  readonly db: string
  /** The command that goes on with it. */
  readonly next: readonly string[]
}

/** Tells what a run has come to, or how it goes on. */
export function sayEnd(session: Session, ended: EndedUnits, end: UnitsEnd): ExitCode {
  const { read, story } = ended
  if (!session.sayJson(() => formOf(documentOf(ended)))) {
    sayOutcome(session, ended)
    if (read.units.length > 0) session.note(printable(read.summary))
    if (end !== 'closed') sayNext(session, ended, end)
  }
  if (end === 'waiting') return ExitCode.waiting
  if (end === 'interrupted') return ExitCode.interrupted
  return story.top.info?.closed?.result.type === 'completed' ? ExitCode.fine : ExitCode.notFine
}

function documentOf({ story, told, read }: EndedUnits): object {
  const { id, info, started } = story.top
  const result = info?.closed?.result
  return {
    run: id,
    workflow: info?.workflow,
    process: started?.processId,
    version: started?.version,
    status: info === undefined ? 'open' : statusOf(info),
    ...(result?.type === 'completed' && { result: result.result }),
    ...(result?.type === 'failed' && { reason: result.reason, error: result.error }),
    ...(result?.type === 'canceled' && { reason: result.reason }),
    waiting: story.tasks.map(({ process, task, token }) => ({ run: process.id, ...task, token })),
    completed: told.map(({ process, completed }) => ({ run: process.id, ...completed })),
    units: read.units,
  }
}

function sayOutcome({ io, colors, say, width }: Session, { story }: EndedUnits): void {
  const { info } = story.top
  const result = info?.closed?.result
  if (info === undefined || result === undefined) return
  if (result.type === 'completed') {
    const text = valueText(result.result)
    // On a terminal no more than a line of it.
    say(
      `${colors.dim('result')}  ${io.stdout.isTTY ? cut(text, width - 'result  '.length) : printable(text)}\n`,
    )
  } else if (result.type === 'failed' && result.error !== undefined) {
    say(errorLines(colors, result.error))
    for (const line of placeLines(story, result.error)) say(`  ${printable(line)}\n`)
  } else {
    const reason = reasonOf(result)
    say(`${paintStatus(colors)(statusOf(info))}${reason === '' ? '' : `  ${printable(reason)}`}\n`)
  }
}

/** Where it went wrong, as far as the error says. */
function placeLines(story: UnitsStory, { fields = {}, code }: ErrorData): readonly string[] {
  const { process, element, expression, expressions } = fields
  const lines: string[] = []
  if (typeof process === 'string' && typeof element === 'string') {
    const name = story.describedElement(process, element)?.name
    lines.push(`element     ${elementLabel({ element, name })}`, `process     ${process}`)
  }
  const texts = Array.isArray(expressions) ? expressions : [expression]
  for (const text of texts) if (typeof text === 'string') lines.push(`expression  ${text}`)
  return code === undefined ? [] : lines
}

/** What can be done next, with what to type. */
function sayNext({ io, note }: Session, { story, db, next }: EndedUnits, end: UnitsEnd): void {
  const words = (argv: readonly string[]): string => printable(`${io.command} ${argv.map(quoted).join(' ')}`)
  const { id } = story.top
  if (end === 'waiting') {
    for (const { task } of story.tasks) {
      note(
        printable(
          `it waits for a person: ${elementLabel(task)}${task.lane === undefined ? '' : `, ${task.lane}`}`,
        ),
      )
      note(`  ${words(['processes', 'complete', db, id, task.element, '{}'])}`)
    }
  }
  note(`${printable(id)} is kept in ${printable(db)}, and goes on with ${words(next)}`)
}
