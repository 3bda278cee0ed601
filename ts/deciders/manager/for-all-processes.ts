import { allPages, doAll } from '../../bulk/index.js'
import type { ErrorData } from '../../errors/index.js'
import { errorToData } from '../../errors/index.js'
import type { ProcessFilter, ProcessInfo, WorkflowBackend } from '../backend/index.js'

/** Which processes something is done to: all that the filter lets through, on however many pages. */
export type BulkFilter = Pick<ProcessFilter, 'workflow' | 'tag'>

/** What was done to many processes: each stands for itself, and one that fails holds up no other (D83). */
export interface BulkReport {
  /** In the order in which they were started, as those that failed are. */
  readonly done: readonly { readonly process: string; readonly fork?: string }[]
  readonly failed: readonly { readonly process: string; readonly error: ErrorData }[]
}

/** The processes that a filter lets through, on however many pages. */
export function allProcesses(
  backend: WorkflowBackend,
  filter: ProcessFilter,
  signal?: AbortSignal,
): AsyncGenerator<ProcessInfo> {
  return allPages(async (request) => {
    const { processes: items, next } = await backend.processes({ ...filter, ...request })
    return { items, next }
  }, signal)
}

/** Does something to every process that a filter lets through. */
export async function forAllProcesses(
  backend: WorkflowBackend,
  filter: BulkFilter & Pick<ProcessFilter, 'status'>,
  isMeant: (info: ProcessInfo) => boolean,
  act: (process: string) => Promise<{ readonly fork?: string }>,
): Promise<BulkReport> {
  async function* meant(): AsyncGenerator<string> {
    for await (const info of allProcesses(backend, filter)) if (isMeant(info)) yield info.id
  }
  const { done, failed } = await doAll(meant(), act)
  return {
    done: done.map(({ id, result }) => ({ process: id, ...result })),
    failed: failed.map(({ id, error }) => ({ process: id, error: errorToData(error) })),
  }
}
