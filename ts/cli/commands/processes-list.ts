import type { Command } from 'commander'
import type { ProcessInfo, ProcessPage, WorkflowBackend } from '../../deciders/index.js'
import { momentOf, shortSpanOf } from '../../timeline/span.js'
import { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import { jsonOption, watchOption, wholeNumber } from '../options.js'
import { printable } from '../printable.js'
import { atOf, paintStatus, statusOf, timeOf } from '../process-words.js'
import { addChoice, filterOf, PROCESSES_HELP, readProcesses } from '../processes-file.js'
import type { Choice } from '../processes-file.js'
import { quoted } from '../quoted.js'
import { formOf, jsonLine } from '../record-lines.js'
import { tableWidth } from '../session.js'
import type { CommonFlags, Runner, Session } from '../session.js'
import { table } from '../table.js'
import type { Column } from '../table.js'
import { watch } from '../watch.js'

interface ListFlags extends CommonFlags, Choice {
  readonly open?: boolean
  readonly closed?: boolean
  readonly after?: string
  readonly newest?: boolean
  readonly limit?: number
  readonly watch?: boolean
}

const DEFAULT_LIMIT = 100

/** `unitflow processes list` */
export function addProcessList(processes: Command, run: Runner): void {
  const command = processes
    .command('list')
    .summary('list processes')
    .description(
      'Lists processes: those that are open, then those that are closed, each from the oldest on. Times are in UTC.',
    )
    .argument('<file>', PROCESSES_HELP)
    .option('--open', 'open ones only')
    .option('--closed', 'closed ones only')
  addChoice(command)
    .option('--limit <n>', `processes at most (default: ${DEFAULT_LIMIT})`, wholeNumber('--limit', 1))
    .option('--after <next>', 'go on where a list before has ended: what it has said as next')
    .option('--newest', 'the other way round: from the newest on, closed ones first')
    .addOption(watchOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow processes list work.db --open --watch\n  unitflow processes list work.db --closed --newest --limit 20',
    )
    .action((file: string, flags: ListFlags) =>
      run(flags, async (session) => {
        assertTogether(flags)
        const { io } = session
        await readProcesses(io, file, async (backend, records) => {
          if (flags.watch === true) {
            await watch<Listed>(session, records, {
              read: (before) => listed(backend, flags, before),
              picture: (found) => pictureOf(session, found, file),
              changes: (found, before) => changesOf(session, found, before),
              isOver: () => false,
            })
            return
          }
          const found = await listed(backend, flags)
          const { page } = found
          if (session.sayJson(() => formOf(page))) return
          if (page.processes.length > 0) session.say(pictureOf(session, found, file))
          else session.note(nothingIn(file))
          if (page.next !== undefined)
            session.note(
              `there are more: ${flags.newest === true ? '--newest ' : ''}--after ${quoted(printable(page.next))}`,
            )
        })
        return ExitCode.fine
      }),
    )
}

function assertTogether({ open, closed }: ListFlags): void {
  if (open === true && closed === true)
    throw new UsageError('--open and --closed: one of them, or none for all')
}

/** A list. */
interface Listed {
  readonly page: ProcessPage
  /** What has become of those that were in the one before; of one that was deleted, its id. */
  readonly left: readonly (ProcessInfo | string)[]
}

async function listed(backend: WorkflowBackend, flags: ListFlags, before?: Listed): Promise<Listed> {
  const page = await pageOf(backend, flags)
  const ids = new Set(page.processes.map(({ id }) => id))
  const left: (ProcessInfo | string)[] = []
  for (const { id } of before?.page.processes ?? [])
    if (!ids.has(id)) left.push((await backend.process(id)) ?? id)
  return { page, left }
}

function pageOf(
  backend: WorkflowBackend,
  { open, closed, after, newest = false, limit = DEFAULT_LIMIT, ...choice }: ListFlags,
): Promise<ProcessPage> {
  const status = open === true ? 'open' : closed === true ? 'closed' : undefined
  return backend.processes({
    ...filterOf(choice, status),
    limit,
    reverse: newest,
    ...(after !== undefined && { after }),
  })
}

function nothingIn(file: string): string {
  return `no such process in ${printable(file)}`
}

/** Narrower than this, times are told as short as can be. */
const WIDE = 100
/** Narrower than this, only how long it has been. */
const NARROW = 70
const DAY = 86_400_000

/** How a list tells when processes were started: alike for all, or they could not be compared at a glance. */
function startText(processes: readonly ProcessInfo[], now: number, width: number): (at: number) => string {
  if (width < NARROW) return () => ''
  if (width >= WIDE) return momentOf
  const isToday = processes.every(({ startedAt }) => now - startedAt < DAY)
  return (at) => momentOf(at).slice(isToday ? -8 : 5, -3)
}

function pictureOf({ io, colors }: Session, { page: { processes } }: Listed, file: string): string {
  if (processes.length === 0) return `${nothingIn(file)}\n`
  const width = tableWidth(io)
  const now = io.now()
  const started = startText(processes, now, width)
  const columns: readonly (Column & { readonly cell: (info: ProcessInfo) => string })[] = [
    { head: 'Process', flexible: 'shorten', cell: ({ id }) => id },
    {
      head: 'Workflow',
      flexible: 'shorten',
      cell: ({ workflow, version }) => `${workflow}@${version}`,
    },
    { head: 'Status', paint: paintStatus(colors), cell: statusOf },
    {
      head: 'Started',
      paint: colors.dim,
      cell: ({ startedAt }) => started(startedAt),
    },
    { head: 'Time', align: 'right', cell: (info) => shortSpanOf(timeOf(info, now)) },
    {
      head: 'Fails',
      align: 'right',
      paint: colors.red,
      cell: ({ failures }) => (failures === undefined ? '' : String(failures.count)),
    },
    { head: 'At', flexible: 'cut', cell: atOf },
  ]
  // A column in which nothing stands takes room from the others.
  const shown = columns.filter(({ cell }) => processes.some((info) => cell(info) !== ''))
  const rows = processes.map((info) => shown.map(({ cell }) => cell(info)))
  return table(shown, rows, width, colors)
}

/** A line for each process that is new or has changed. */
function changesOf({ json, colors }: Session, found: Listed, before: Listed | undefined): readonly string[] {
  const known = new Map<string, string>()
  for (const info of before?.page.processes ?? []) known.set(info.id, signOf(info))
  const changed = [...found.page.processes, ...found.left].filter(
    (info) => typeof info === 'string' || known.get(info.id) !== signOf(info),
  )
  return changed.map((info) => {
    if (typeof info !== 'string') return json ? jsonLine(info) : lineOf(info, colors.bold)
    return json ? jsonLine({ id: info, deleted: true }) : `${printable(info)}  deleted`
  })
}

/** What is told when it changes: not every event. */
function signOf({ status, failures, closed }: ProcessInfo): string {
  return JSON.stringify([status, failures?.count, closed?.at])
}

function lineOf(info: ProcessInfo, bold: (text: string) => string): string {
  const { id, workflow, version, startedAt, failures } = info
  const parts = [
    bold(printable(id)),
    printable(`${workflow}@${version}`),
    statusOf(info),
    momentOf(startedAt),
    ...(failures === undefined ? [] : [`${failures.count} failures in a row`]),
    printable(atOf(info)),
  ]
  return parts.filter((part) => part !== '').join('  ')
}
