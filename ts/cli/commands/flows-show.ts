import type { Command } from 'commander'
import type { Context, ExecutionInfo, FlowReader } from '../../flows/index.js'
import { momentOf, spanOf } from '../../timeline/span.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { FlowStory } from '../flow-story.js'
import type { StoryTask } from '../flow-story.js'
import { atOf, failureText, statusText, timeOf } from '../flow-words.js'
import { EXECUTION_HELP, FLOWS_HELP, readExecutions } from '../flows-file.js'
import { jsonOption, watchOption } from '../options.js'
import { printable } from '../printable.js'
import { paintStatus, untilText, valueText } from '../process-words.js'
import { formOf, jsonLine } from '../record-lines.js'
import { cut } from '../shorten.js'
import { tableWidth } from '../session.js'
import type { CommonFlags, Runner, Session } from '../session.js'
import { table } from '../table.js'
import { watch } from '../watch.js'

interface ShowFlags extends CommonFlags {
  readonly watch?: boolean
}

/** `unitflow flows show` */
export function addFlowShow(flows: Command, run: Runner): void {
  flows
    .command('show')
    .summary('tell all about one execution')
    .description(
      'Tells all about one execution: what it was scheduled with, who runs it, its tasks and how far they are, the values that there are so far, what it has failed with.',
    )
    .argument('<file>', FLOWS_HELP)
    .argument('<id>', EXECUTION_HELP)
    .addOption(watchOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow flows show flows.db order-1')
    .action((file: string, id: string, flags: ShowFlags) =>
      run(flags, async (session) => {
        await readExecutions(session.io, file, async (reader, records) => {
          if (flags.watch === true) {
            await watch<ExecutionDetails>(session, records, {
              read: () => detailsOf(reader, id),
              picture: (found) => pictureOf(session, found),
              changes: (found, before) => changesOf(session, found, before),
              isOver: ({ story }) => story.hasEnded,
            })
            return
          }
          const found = await detailsOf(reader, id)
          if (!session.sayJson(() => formOf(documentOf(found)))) session.say(pictureOf(session, found))
        })
        return ExitCode.fine
      }),
    )
}

/** All that is to be told of one execution. */
interface ExecutionDetails {
  readonly info: ExecutionInfo
  readonly story: FlowStory
  readonly context: Context
}

async function detailsOf(reader: FlowReader, id: string): Promise<ExecutionDetails> {
  const info = await reader.execution(id)
  const story = new FlowStory()
  for (const event of await reader.history(id)) story.read(event)
  const progress = await reader.progress(id)
  if (progress !== undefined) story.read(progress)
  return { info, story, context: await reader.context(id) }
}

function documentOf({ info, story, context }: ExecutionDetails): object {
  const { created, tasks, last } = story
  const input = created !== undefined && 'input' in created ? created.input : null
  return { ...info, events: last + 1, input, context, taskList: tasks }
}

function pictureOf({ io, colors }: Session, details: ExecutionDetails): string {
  const { info, story } = details
  const now = io.now()
  const width = tableWidth(io)
  const facts = factsOf(details, now).map(
    ([name, text]) => `${colors.dim(name.padEnd(NAME))}${cut(text, width - NAME)}`,
  )
  const tasks = table(
    [
      { head: 'Task', flexible: 'shorten' },
      { head: 'Status', paint: paintStatus(colors) },
      { head: 'Attempt', align: 'right' },
      { head: 'Time', align: 'right' },
      { head: 'At', flexible: 'cut' },
    ],
    story.tasks.map((task) => [
      task.task,
      task.status,
      task.attempt > 0 ? String(task.attempt) : '',
      timeText(task, now),
      taskAt(task, now),
    ]),
    width,
    colors,
  )
  return [
    `${colors.bold(printable(info.id))}  ${paintStatus(colors)(info.status, statusText(info.status, timeOf(info, now)))}`,
    ...(atOf(info, now) === '' ? [] : [cut(atOf(info, now), width)]),
    '',
    ...facts,
    '',
    tasks,
  ].join('\n')
}

function timeText({ since, duration }: StoryTask, now: number): string {
  if (since !== undefined) return spanOf(Math.max(now - since, 0))
  return duration === undefined ? '' : spanOf(duration)
}

function taskAt({ error, due, percent, message = '' }: StoryTask, now: number): string {
  const parts = [
    due === undefined ? '' : `again ${untilText(due, now)}`,
    percent === undefined ? '' : `${Math.round(percent)} %`,
    message,
    error === undefined ? '' : failureText(error),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** Columns of the names of facts. */
const NAME = 11

function factsOf(
  { info, story, context }: ExecutionDetails,
  now: number,
): readonly (readonly [string, string])[] {
  const { flow, fingerprint, createdAt, updatedAt, owner, leasedUntil, due, key, tags, origin } = info
  const facts: (readonly [string, string])[] = [['flow', `${flow}, definition ${fingerprint}`]]
  if (tags.length > 0) facts.push(['tags', tags.join(', ')])
  if (key !== undefined) facts.push(['key', key])
  if (origin !== undefined) facts.push(['origin', `again what ${origin} was`])
  facts.push(['scheduled', `${momentOf(createdAt)} UTC`])
  if (story.hasEnded) facts.push(['ended', `${momentOf(updatedAt)} UTC`])
  if (due !== undefined) facts.push(['due', `${momentOf(due)} UTC, ${untilText(due, now)}`])
  if (owner !== undefined && leasedUntil !== undefined)
    facts.push(['runner', `${owner}, its lease runs out ${untilText(leasedUntil, now)}`])
  facts.push(['history', counted(story.last + 1, 'event')])
  const { created } = story
  if (created !== undefined) facts.push(['input', 'input' in created ? valueText(created.input) : '(sealed)'])
  // What it was started with is in them, too.
  if (info.done > 0) facts.push(['values', valueText(context)])
  return facts
}

/** What has changed of an execution: a line for itself and for each task. */
function changesOf(
  { io, json }: Session,
  found: ExecutionDetails,
  before: ExecutionDetails | undefined,
): readonly string[] {
  const known = partsOf(before)
  const changed = [...partsOf(found)].filter(([key, text]) => known.get(key) !== text)
  if (json) return changed.length > 0 ? [jsonLine(documentOf(found))] : []
  const at = momentOf(io.now())
  return changed.map(([key, text]) => `${at}  ${printable(key)}  ${printable(text)}`)
}

/** The parts of an execution, each with how it stands, whatever the time is. */
function partsOf(details: ExecutionDetails | undefined): ReadonlyMap<string, string> {
  const parts = new Map<string, string>()
  if (details === undefined) return parts
  const { info, story } = details
  for (const { task, status, attempt, percent, message = '', error } of story.tasks) {
    const words = [
      status,
      attempt > 1 ? `attempt ${attempt}` : '',
      percent === undefined ? '' : `${Math.round(percent)} %`,
      message,
      error === undefined ? '' : failureText(error),
    ]
    parts.set(`task ${task}`, words.filter((word) => word !== '').join('  '))
  }
  const { status, asked, reason = '' } = info
  const words = [status, asked === undefined ? '' : `asked to ${asked}`, reason]
  parts.set(info.id, words.filter((word) => word !== '').join('  '))
  return parts
}
