import { allPages, doAll } from '../../bulk/index.js'
import { errorToData } from '../../errors/index.js'
import type { ExecutionInfo, FlowFilter, FlowReader } from '../records/index.js'
import type { FlowBulkFilter, FlowBulkReport } from './runner-types.js'

/** The executions that a filter lets through, on however many pages. */
function allExecutions(reader: FlowReader, filter: FlowFilter): AsyncGenerator<ExecutionInfo> {
  return allPages(async (request) => {
    const { executions: items, next } = await reader.list({ ...filter, ...request })
    return { items, next }
  })
}

/** Does something to every execution that a filter lets through. */
export async function forAllExecutions(
  reader: FlowReader,
  filter: FlowBulkFilter,
  isMeant: (info: ExecutionInfo) => boolean,
  act: (id: string) => Promise<void>,
): Promise<FlowBulkReport> {
  async function* meant(): AsyncGenerator<string> {
    for await (const info of allExecutions(reader, filter)) if (isMeant(info)) yield info.id
  }
  const { done, failed } = await doAll(meant(), act)
  return {
    done: done.map(({ id }) => id),
    failed: failed.map(({ id, error }) => ({ id, error: errorToData(error) })),
  }
}
