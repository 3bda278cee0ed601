import type { Command } from 'commander'
import { isUnitflowError } from '../../errors/index.js'
import type { ExecutionInfo, FlowReader } from '../../flows/index.js'
import { momentOf, shortSpanOf } from '../../timeline/span.js'
import { ExitCode } from '../exit-code.js'
import { atOf, timeOf } from '../flow-words.js'
import { addFlowChoice, FLOWS_HELP, flowFilterOf, readExecutions } from '../flows-file.js'
import type { FlowChoice } from '../flows-file.js'
import { jsonOption, watchOption, wholeNumber } from '../options.js'
import { printable } from '../printable.js'
import { paintStatus } from '../process-words.js'
import type { Runner, Session } from '../session.js'
import { DEFAULT_LIMIT, startText, tellList } from '../tell-list.js'
import type { ListFlags, ListPage, ToldList } from '../tell-list.js'

interface FlowListFlags extends ListFlags, FlowChoice {}

/** `unitflow flows list` */
export function addFlowList(flows: Command, run: Runner): void {
  const command = flows
    .command('list')
    .summary('list executions')
    .description(
      'Lists executions of flows, in the order in which they were scheduled first. Times are in UTC.',
    )
    .argument('<file>', FLOWS_HELP)
  addFlowChoice(command)
    .option('--limit <n>', `executions at most (default: ${DEFAULT_LIMIT})`, wholeNumber('--limit', 1))
    .option('--after <next>', 'go on where a list before has ended: what it has said as next')
    .option('--newest', 'the newest first')
    .addOption(watchOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow flows list flows.db --status failed\n  unitflow flows list flows.db --flow order --newest --limit 20 --watch',
    )
    .action((file: string, flags: FlowListFlags) =>
      run(flags, async (session) => {
        await readExecutions(session.io, file, (reader, records) =>
          tellList(session, records, flags, listOf(session, reader, flags, file)),
        )
        return ExitCode.fine
      }),
    )
}

/** Columns from which a list tells when executions were scheduled. */
const WITH_TIMES = 90

function listOf(
  { io, colors }: Session,
  reader: FlowReader,
  flags: FlowListFlags,
  file: string,
): ToldList<ExecutionInfo> {
  return {
    page: () => pageOf(reader, flags),
    find: (id) => executionOf(reader, id),
    columns: (executions, now, width) => {
      const created = startText(
        executions.map(({ createdAt }) => createdAt),
        now,
        // Ids are long, and are to be copied.
        width < WITH_TIMES ? 0 : width,
      )
      return [
        { head: 'Execution', flexible: 'shorten', cell: ({ id }) => id },
        { head: 'Flow', flexible: 'shorten', cell: ({ flow }) => flow },
        { head: 'Status', paint: paintStatus(colors), cell: ({ status }) => status },
        { head: 'Done', align: 'right', cell: ({ done, tasks }) => `${done}/${tasks}` },
        {
          head: 'Task',
          flexible: 'shorten',
          cell: ({ task, status }) => (status === 'completed' ? '' : task),
        },
        { head: 'Scheduled', paint: colors.dim, cell: ({ createdAt }) => created(createdAt) },
        { head: 'Time', align: 'right', cell: (info) => shortSpanOf(timeOf(info, now)) },
        {
          head: 'Attempt',
          align: 'right',
          paint: colors.yellow,
          cell: ({ attempt, status }) => (attempt > 1 && status !== 'completed' ? String(attempt) : ''),
        },
        { head: 'At', flexible: 'cut', cell: (info) => atOf(info, now) },
      ]
    },
    words: (info) => {
      const { flow, status, done, tasks, task, attempt, createdAt } = info
      return [
        flow,
        status,
        `${done}/${tasks}`,
        status === 'completed' ? '' : task,
        attempt > 1 && status !== 'completed' ? `attempt ${attempt}` : '',
        momentOf(createdAt),
        atOf(info, io.now()),
      ]
    },
    sign: ({ status, done, attempt, asked, due }) => [status, done, attempt, asked, due],
    document: ({ items, next }) => ({ executions: items, ...(next !== undefined && { next }) }),
    nothing: `no such execution in ${printable(file)}`,
  }
}

async function pageOf(
  reader: FlowReader,
  { after, newest = false, limit = DEFAULT_LIMIT, ...choice }: FlowListFlags,
): Promise<ListPage<ExecutionInfo>> {
  const { executions, next } = await reader.list({
    ...flowFilterOf(choice),
    limit,
    reverse: newest,
    ...(after !== undefined && { after }),
  })
  return { items: executions, next }
}

async function executionOf(reader: FlowReader, id: string): Promise<ExecutionInfo | undefined> {
  try {
    return await reader.execution(id)
  } catch (error) {
    if (isUnitflowError(error, 'no-such-execution')) return undefined
    throw error
  }
}
