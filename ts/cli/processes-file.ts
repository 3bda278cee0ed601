import { Option } from 'commander'
import type { Command } from 'commander'
import { allPages } from '../bulk/index.js'
import type { ProcessFilter, ProcessInfo, WorkflowBackend } from '../deciders/index.js'
import type { RecordStore } from '../records/index.js'
import { UsageError } from './failures.js'
import type { Io } from './io.js'
import { withRecords } from './records-file.js'

/** What the argument that names the file is, for help texts. */
export const PROCESSES_HELP = 'the SQLite file of the processes'

/** What an argument that names a process is, for help texts. */
export const PROCESS_HELP = 'id of the process'

/** Looks at the processes in a file, and lets go of it at the end. Nothing is written: what would write is refused. */
export async function readProcesses<T>(
  io: Io,
  file: string,
  work: (backend: WorkflowBackend, records: RecordStore) => Promise<T>,
): Promise<T> {
  return withRecords(io, file, { create: false }, (records) => {
    const reading = onlyReading(records)
    return withBackend(io, reading, (backend) => work(backend, reading))
  })
}

/** Does something to the processes in a file, and lets go of it at the end. */
export async function changeProcesses<T>(
  io: Io,
  file: string,
  work: (backend: WorkflowBackend) => Promise<T>,
): Promise<T> {
  return withRecords(io, file, { create: false }, (records) => withBackend(io, records, work))
}

async function withBackend<T>(
  io: Io,
  records: RecordStore,
  work: (backend: WorkflowBackend) => Promise<T>,
): Promise<T> {
  const backend = io.createBackend(records)
  try {
    return await work(backend)
  } finally {
    await backend.close()
  }
}

function onlyReading(records: RecordStore): RecordStore {
  return {
    transact: (work, options) => records.transact(work, { ...options, readonly: true }),
    onCommit: (listener) => records.onCommit(listener),
    close: () => records.close(),
  }
}

/** Options that choose processes. */
export interface Choice {
  readonly workflow?: string
  readonly tag?: string
}

/** The options of {@link Choice}. */
export function addChoice(command: Command): Command {
  return command
    .addOption(new Option('-w, --workflow <name>', 'of this workflow only'))
    .addOption(new Option('-t, --tag <tag>', 'with this tag only'))
}

export function isChoice({ workflow, tag }: Choice): boolean {
  return workflow !== undefined || tag !== undefined
}

/** What a backend is asked for. */
export function filterOf({ workflow, tag }: Choice, status?: 'open' | 'closed'): ProcessFilter {
  return {
    ...(status !== undefined && { status }),
    ...(workflow !== undefined && { workflow }),
    ...(tag !== undefined && { tag }),
  }
}

/** All processes of a filter, page by page. */
export function allProcesses(
  backend: WorkflowBackend,
  filter: ProcessFilter,
  signal: AbortSignal,
): AsyncGenerator<ProcessInfo> {
  return allPages(async (request) => {
    const { processes: items, next } = await backend.processes({ ...filter, ...request })
    return { items, next }
  }, signal)
}

/** Either the id of one process, or what chooses several. */
export function assertOneOrMany(id: string | undefined, choice: Choice): void {
  if (id !== undefined && isChoice(choice)) {
    throw new UsageError('name one process, or choose several with --workflow and --tag: not both')
  }
  if (id === undefined && !isChoice(choice)) {
    throw new UsageError('name a process, or choose several with --workflow and --tag')
  }
}
