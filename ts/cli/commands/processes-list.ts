import type { Command } from 'commander'
import type { ProcessInfo, WorkflowBackend } from '../../deciders/index.js'
import { momentOf, shortSpanOf } from '../../timeline/span.js'
import { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import { jsonOption, watchOption, wholeNumber } from '../options.js'
import { printable } from '../printable.js'
import { atOf, paintStatus, statusOf, timeOf } from '../process-words.js'
import { addChoice, filterOf, PROCESSES_HELP, readProcesses } from '../processes-file.js'
import type { Choice } from '../processes-file.js'
import type { Runner, Session } from '../session.js'
import { DEFAULT_LIMIT, startText, tellList } from '../tell-list.js'
import type { ListFlags, ListPage, ToldList } from '../tell-list.js'

interface ProcessListFlags extends ListFlags, Choice {
  readonly open?: boolean
  readonly closed?: boolean
}

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
    .action((file: string, flags: ProcessListFlags) =>
      run(flags, async (session) => {
        assertTogether(flags)
        await readProcesses(session.io, file, (backend, records) =>
          tellList(session, records, flags, listOf(session, backend, flags, file)),
        )
        return ExitCode.fine
      }),
    )
}

function assertTogether({ open, closed }: ProcessListFlags): void {
  if (open === true && closed === true)
    throw new UsageError('--open and --closed: one of them, or none for all')
}

function listOf(
  { colors }: Session,
  backend: WorkflowBackend,
  flags: ProcessListFlags,
  file: string,
): ToldList<ProcessInfo> {
  return {
    page: () => pageOf(backend, flags),
    find: (id) => backend.process(id),
    columns: (processes, now, width) => {
      const started = startText(
        processes.map(({ startedAt }) => startedAt),
        now,
        width,
      )
      return [
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
    },
    words: (info) => {
      const { workflow, version, startedAt, failures } = info
      return [
        `${workflow}@${version}`,
        statusOf(info),
        momentOf(startedAt),
        failures === undefined ? '' : `${failures.count} failures in a row`,
        atOf(info),
      ]
    },
    sign: ({ status, failures, closed }) => [status, failures?.count, closed?.at],
    document: ({ items, next }) => ({ processes: items, ...(next !== undefined && { next }) }),
    nothing: `no such process in ${printable(file)}`,
  }
}

async function pageOf(
  backend: WorkflowBackend,
  { open, closed, after, newest = false, limit = DEFAULT_LIMIT, ...choice }: ProcessListFlags,
): Promise<ListPage<ProcessInfo>> {
  const status = open === true ? 'open' : closed === true ? 'closed' : undefined
  const { processes, next } = await backend.processes({
    ...filterOf(choice, status),
    limit,
    reverse: newest,
    ...(after !== undefined && { after }),
  })
  return { items: processes, next }
}
