import { Option } from 'commander'
import type { Command } from 'commander'
import { allPages } from '../bulk/index.js'
import { FLOW_STATUSES, readFlows } from '../flows/index.js'
import type { ExecutionInfo, FlowFilter, FlowReader, FlowRunner, FlowStatus } from '../flows/index.js'
import type { RecordStore } from '../records/index.js'
import { UsageError } from './failures.js'
import type { Io } from './io.js'
import { withRecords } from './records-file.js'

/** What the argument that names the file is, for help texts. */
export const FLOWS_HELP = 'the SQLite file of the executions'

/** What an argument that names an execution is, for help texts. */
export const EXECUTION_HELP = 'id of the execution'

/** Where executions are kept unless one says otherwise. */
const DEFAULT_FILE = 'flows.db'

export function dbOption(): Option {
  return new Option('--db <file>', 'SQLite file that keeps the executions; made where there is none').default(
    DEFAULT_FILE,
  )
}

/** Looks at the executions in a file, and lets go of it at the end. Nothing is written. */
export async function readExecutions<T>(
  io: Io,
  file: string,
  work: (reader: FlowReader, records: RecordStore) => Promise<T>,
): Promise<T> {
  // A reader of flows runs transactions that only read.
  return withRecords(io, file, { create: false }, (records) => work(readFlows(records), records))
}

/** Does something to the executions in a file, for which no definitions are needed, and lets go of it at the end. */
export async function changeExecutions<T>(
  io: Io,
  file: string,
  work: (runner: FlowRunner) => Promise<T>,
): Promise<T> {
  return withRecords(io, file, { create: false }, async (records) => {
    const runner = io.createFlowRunner({ records, flows: [] })
    try {
      return await work(runner)
    } finally {
      runner.close()
    }
  })
}

/** Options that choose executions. */
export interface FlowChoice {
  readonly flow?: string
  readonly tag?: string
  readonly status?: FlowStatus
}

/** The options of {@link FlowChoice}. */
export function addFlowChoice(command: Command, statuses: readonly FlowStatus[] = FLOW_STATUSES): Command {
  return command
    .addOption(new Option('-f, --flow <name>', 'of this flow only'))
    .addOption(new Option('-t, --tag <tag>', 'with this tag only'))
    .addOption(new Option('--status <status>', 'that are at this only').choices(statuses))
}

/** What a reader is asked for. */
export function flowFilterOf({ flow, tag, status }: FlowChoice): FlowFilter {
  return {
    ...(flow !== undefined && { flow }),
    ...(tag !== undefined && { tag }),
    ...(status !== undefined && { status }),
  }
}

/** All executions of a filter, page by page. */
export function allExecutions(
  reader: FlowReader,
  filter: FlowFilter,
  signal: AbortSignal,
): AsyncGenerator<ExecutionInfo> {
  return allPages(async (request) => {
    const { executions: items, next } = await reader.list({ ...filter, ...request })
    return { items, next }
  }, signal)
}

/** Options of what is done to one execution, or to all of a choice. */
export interface ManyFlags extends FlowChoice {
  readonly all?: boolean
}

/** Either the id of one execution, or what chooses several. */
export function assertOneOrAll(id: string | undefined, { all, flow, tag, status }: ManyFlags): void {
  const isChoice = all === true || flow !== undefined || tag !== undefined || status !== undefined
  if (id !== undefined && isChoice)
    throw new UsageError(
      'name one execution, or choose several with --all, --flow, --tag, --status: not both',
    )
  if (id === undefined && !isChoice)
    throw new UsageError('name an execution, or choose several with --all, --flow, --tag, --status')
}
