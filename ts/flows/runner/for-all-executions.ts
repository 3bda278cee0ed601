import { errorToData } from '../../errors/index.js'
import type { ExecutionInfo, FlowReader } from '../records/index.js'
import type { FlowBulkFilter, FlowBulkReport } from './runner-types.js'

const PAGE = 1000
/** So many at once: a store that commits in groups has something to group. */
const AT_ONCE = 32

/** Does something to every execution that a filter lets through. */
export async function forAllExecutions(
  reader: FlowReader,
  filter: FlowBulkFilter,
  isMeant: (info: ExecutionInfo) => boolean,
  act: (id: string) => Promise<void>,
): Promise<FlowBulkReport> {
  // Those that come while it is at work are not meant.
  const ids: string[] = []
  for (let after: string | undefined; ;) {
    const page = await reader.list({ ...filter, limit: PAGE, ...(after !== undefined && { after }) })
    for (const info of page.executions) if (isMeant(info)) ids.push(info.id)
    after = page.next
    if (after === undefined) break
  }
  const done: string[] = []
  const failed: FlowBulkReport['failed'][number][] = []
  const actOn = async (id: string): Promise<() => void> => {
    try {
      await act(id)
      return () => done.push(id)
    } catch (error) {
      return () => failed.push({ id, error: errorToData(error) })
    }
  }
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    for (const report of await Promise.all(ids.slice(at, at + AT_ONCE).map(actOn))) report()
  }
  return { done, failed }
}
