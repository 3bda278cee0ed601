import type { Command } from 'commander'
import { momentOf, spanOf } from '../../timeline/span.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { jsonOption, watchOption } from '../options.js'
import { printable } from '../printable.js'
import { processDetails } from '../process-details.js'
import type { OpenActivity, ProcessDetails } from '../process-details.js'
import { CHILD_POLICY } from '../process-story.js'
import {
  atOf,
  errorText,
  paintStatus,
  reasonOf,
  statusOf,
  timeOf,
  untilText,
  valueText,
} from '../process-words.js'
import { PROCESS_HELP, PROCESSES_HELP, readProcesses } from '../processes-file.js'
import { formOf, jsonLine } from '../record-lines.js'
import { cut } from '../shorten.js'
import { tableWidth } from '../session.js'
import type { CommonFlags, Runner, Session } from '../session.js'
import { table } from '../table.js'
import { watch } from '../watch.js'

interface ShowFlags extends CommonFlags {
  readonly watch?: boolean
}

/** Rows of each table. */
const MOST = 50

/** `unitflow processes show` */
export function addProcessShow(processes: Command, run: Runner): void {
  processes
    .command('show')
    .summary('tell all about one process')
    .description(
      'Tells all about one process: what it was started with, what it came to, what is open in it, its children. Of an activity that waits for somebody outside it tells the token with which that ends.',
    )
    .argument('<file>', PROCESSES_HELP)
    .argument('<id>', PROCESS_HELP)
    .addOption(watchOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow processes show work.db order-1 --watch')
    .action((file: string, id: string, flags: ShowFlags) =>
      run(flags, async (session) => {
        const { io } = session
        await readProcesses(io, file, async (backend, records) => {
          if (flags.watch === true) {
            await watch<ProcessDetails>(session, records, {
              read: (before) => processDetails(backend, io, id, before?.story),
              picture: (found) => pictureOf(session, found),
              changes: (found, before) => changesOf(session, found, before),
              isOver: ({ info }) => info.closed !== undefined,
            })
            return
          }
          const found = await processDetails(backend, io, id)
          if (!session.sayJson(() => formOf(documentOf(found)))) session.say(pictureOf(session, found))
        })
        return ExitCode.fine
      }),
    )
}

function documentOf({ info, started, activities, timers, children }: ProcessDetails): object {
  const origin = started?.origin
  return {
    ...info,
    input: started?.input ?? null,
    ...(origin !== undefined && { origin }),
    activities,
    timers,
    children,
  }
}

function pictureOf(session: Session, details: ProcessDetails): string {
  const { io, colors } = session
  const { info } = details
  const now = io.now()
  const width = tableWidth(io)
  const status = statusOf(info)
  const words = `${status === 'timed-out' ? 'timed out' : status} ${status === 'open' ? 'for' : 'after'} ${spanOf(timeOf(info, now))}`
  const facts = factsOf(details).map(
    ([name, text]) => `${colors.dim(name.padEnd(NAME))}${cut(text, width - NAME)}`,
  )
  return [
    `${colors.bold(printable(info.id))}  ${paintStatus(colors)(status, words)}`,
    ...(atOf(info) === '' ? [] : [cut(atOf(info), width)]),
    '',
    ...facts,
    ...failureLines(session, details, width),
    ...activityLines(session, details, width, now),
    ...timerLines(session, details, width, now),
    ...childLines(session, details, width),
    '',
  ].join('\n')
}

/** Columns of the names of facts. */
const NAME = 10

function factsOf({ info, started }: ProcessDetails): readonly (readonly [string, string])[] {
  const { workflow, version, category, tags, parent, childPolicy, startedAt, lastSeq, closed } = info
  const facts: (readonly [string, string])[] = [
    ['workflow', `${workflow}@${version}${category === 'default' ? '' : `, category ${category}`}`],
  ]
  if (tags.length > 0) facts.push(['tags', tags.join(', ')])
  facts.push(['started', `${momentOf(startedAt)} UTC`])
  if (closed !== undefined) facts.push(['closed', `${momentOf(closed.at)} UTC`])
  facts.push(['history', counted(lastSeq, 'event')])
  if (parent !== undefined)
    facts.push(['parent', `${parent.process} (its event ${parent.scheduled}); ${CHILD_POLICY[childPolicy]}`])
  if (started?.origin !== undefined) {
    const { type, process, seq } = started.origin
    facts.push(['origin', `${type} from ${process} after event ${seq}`])
  }
  if (started !== undefined) facts.push(['input', valueText(started.input)])
  if (closed !== undefined) {
    const { result } = closed
    if (result.type === 'completed' && result.result !== undefined)
      facts.push(['result', valueText(result.result)])
    if (result.type === 'failed' && result.error !== undefined) facts.push(['error', errorText(result.error)])
    if ('details' in result && result.details !== undefined)
      facts.push(['details', valueText(result.details)])
  }
  return facts
}

function failureLines({ colors }: Session, { info }: ProcessDetails, width: number): readonly string[] {
  const { failures } = info
  if (failures === undefined) return []
  const last = failures.error === undefined ? 'no decision came in time' : errorText(failures.error)
  const count = counted(failures.count, 'decision has', 'decisions have')
  return ['', colors.red(`${count} failed in a row`), `  ${cut(last, width - 2)}`]
}

function activityLines(
  { colors }: Session,
  { activities }: ProcessDetails,
  width: number,
  now: number,
): readonly string[] {
  if (activities.length === 0) return []
  const drawn = table(
    [
      { head: 'Activity', flexible: 'shorten' },
      { head: 'Id', flexible: 'shorten' },
      { head: 'Status', paint: paintStatus(colors) },
      { head: 'For', align: 'right' },
      { head: 'Attempt', align: 'right' },
      { head: 'Input', flexible: 'cut', paint: colors.dim },
    ],
    activities
      .slice(0, MOST)
      .map(({ activity, id, status, since, attempt, input }) => [
        activity,
        id,
        status,
        spanOf(Math.max(now - since, 0)),
        String(attempt),
        valueText(input).slice(0, width),
      ]),
    width,
    colors,
  )
  return ['', drawn.trimEnd(), ...moreLine(activities, colors.dim), ...tokenLines(activities, colors.bold)]
}

/** Whole, however long they are: they are to be copied. */
function tokenLines(activities: readonly OpenActivity[], bold: (text: string) => string): readonly string[] {
  const lines = activities.flatMap(({ activity, id, token }) =>
    token === undefined ? [] : [`  ${printable(activity)} ${printable(id)}`, `    ${printable(token)}`],
  )
  return lines.length === 0 ? [] : ['', bold('Tokens of what waits for somebody outside'), ...lines]
}

function timerLines(
  { colors }: Session,
  { timers }: ProcessDetails,
  width: number,
  now: number,
): readonly string[] {
  if (timers.length === 0) return []
  const drawn = table(
    [{ head: 'Timer', flexible: 'shorten' }, { head: 'Due (UTC)', paint: colors.dim }, { head: '' }],
    timers.slice(0, MOST).map(({ id, due }) => [id, momentOf(due), untilText(due, now)]),
    width,
    colors,
  )
  return ['', drawn.trimEnd(), ...moreLine(timers, colors.dim)]
}

function childLines({ colors }: Session, { children }: ProcessDetails, width: number): readonly string[] {
  if (children.length === 0) return []
  const drawn = table(
    [
      { head: 'Child', flexible: 'shorten' },
      { head: 'Workflow', flexible: 'shorten' },
      { head: 'Status', paint: paintStatus(colors) },
    ],
    children.slice(-MOST).map(({ id, workflow, status }) => [id, workflow, status]),
    width,
    colors,
  )
  return ['', drawn.trimEnd(), ...moreLine(children, colors.dim)]
}

function moreLine(all: readonly unknown[], dim: (text: string) => string): readonly string[] {
  return all.length <= MOST ? [] : [dim(`and ${counted(all.length - MOST, 'more', 'more')}: --json has all`)]
}

/** What has changed of a process: a line for itself and for each activity, timer and child. */
function changesOf(
  { io, json }: Session,
  found: ProcessDetails,
  before: ProcessDetails | undefined,
): readonly string[] {
  const known = partsOf(before)
  const parts = partsOf(found)
  const changed = [...parts].filter(([key, text]) => known.get(key) !== text)
  const ended = [...known.keys()].filter((key) => !parts.has(key))
  if (json) {
    const isNew = changed.length + ended.length > 0
    return isNew ? [jsonLine(documentOf(found))] : []
  }
  const at = momentOf(io.now())
  return [
    ...ended.map((key) => `${at}  ${printable(key)}  ended`),
    ...changed.map(([key, text]) => `${at}  ${printable(key)}  ${printable(text)}`),
  ]
}

/** The parts of a process, each with how it stands, whatever the time is. */
function partsOf(details: ProcessDetails | undefined): ReadonlyMap<string, string> {
  const parts = new Map<string, string>()
  if (details === undefined) return parts
  const { info, activities, timers, children } = details
  for (const { activity, id, status, attempt } of activities)
    parts.set(`activity ${activity} ${id}`, attempt > 1 ? `${status}, attempt ${attempt}` : status)
  for (const { id, due } of timers) parts.set(`timer ${id}`, `due ${momentOf(due)}`)
  for (const { id, status } of children) parts.set(`child ${id}`, status)
  const failures = info.failures === undefined ? '' : `${info.failures.count} failures in a row`
  const words = [
    statusOf(info),
    info.closed === undefined ? atOf(info) : reasonOf(info.closed.result),
    failures,
  ]
  parts.set(info.id, words.filter((word) => word !== '').join('  '))
  return parts
}
