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

const PAGE = 1000
/** So many at once: a store that commits in groups has something to group. */
const AT_ONCE = 32

type Done = BulkReport['done'][number]
type Failed = BulkReport['failed'][number]

/** Does something to every process that a filter lets through. */
export async function forAllProcesses(
  backend: WorkflowBackend,
  filter: BulkFilter & Pick<ProcessFilter, 'status'>,
  isMeant: (info: ProcessInfo) => boolean,
  act: (process: string) => Promise<{ readonly fork?: string }>,
): Promise<BulkReport> {
  // Those that come while it is at work, or because of it, are not meant.
  const ids: string[] = []
  for (let after: string | undefined; ;) {
    const page = await backend.processes({ ...filter, limit: PAGE, ...(after !== undefined && { after }) })
    for (const info of page.processes) if (isMeant(info)) ids.push(info.id)
    after = page.next
    if (after === undefined) break
  }
  const done: Done[] = []
  const failed: Failed[] = []
  const actOn = async (process: string): Promise<() => void> => {
    try {
      const one = { process, ...(await act(process)) }
      return () => done.push(one)
    } catch (error) {
      return () => failed.push({ process, error: errorToData(error) })
    }
  }
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    for (const report of await Promise.all(ids.slice(at, at + AT_ONCE).map(actOn))) report()
  }
  return { done, failed }
}
