import type { Cursor } from './list-cursor.js'
import { listOf, writeCursor } from './list-cursor.js'
import type { ProcessRecords } from './process-records.js'
import { processInfo, waitingActivity } from './task-views.js'
import type {
  ProcessFilter,
  ProcessInfo,
  ProcessPage,
  WaitingActivity,
  WaitingFilter,
  WaitingPage,
} from './workflow-backend.js'

/** On a page, where nothing is said. */
const LISTED = 100

/** A page of processes (D22): one status after the other. */
export async function listProcesses(
  processes: ProcessRecords,
  { status, workflow, tag, limit = LISTED, reverse = false }: ProcessFilter,
  cursor: Cursor | undefined,
): Promise<ProcessPage> {
  const list = listOf(workflow, tag)
  const found: ProcessInfo[] = []
  const both = reverse ? (['closed', 'open'] as const) : (['open', 'closed'] as const)
  const statuses = status === undefined ? both : [status]
  const begin = cursor === undefined ? 0 : statuses.findIndex((one) => one === cursor.status)
  for (const one of statuses.slice(Math.max(0, begin))) {
    let from = cursor?.status === one ? cursor.place : undefined
    for (;;) {
      const page = await processes.listed([one, ...list], { after: from, limit, reverse })
      for (const { startedAt, process } of page) {
        if (found.length === limit) return { processes: found, next: writeCursor(one, from) }
        from = [startedAt, process]
        const { state } = await processes.get(process)
        // The list is by tag; a workflow may be asked for as well.
        if (workflow === undefined || state.workflow === workflow) found.push(processInfo(state))
      }
      if (page.length < limit) break
    }
  }
  return { processes: found }
}

/** A page of activities that somebody outside is to end (D81). */
export async function listAwaited(
  processes: ProcessRecords,
  { activity, limit = LISTED }: WaitingFilter,
  from: readonly (string | number)[] | undefined,
): Promise<WaitingPage> {
  const found = await processes.awaited(activity, from, limit + 1)
  const activities: WaitingActivity[] = []
  for (const { process: id, id: of } of found.slice(0, limit)) {
    const process = await (await processes.get(id)).read({ activities: [of] })
    const open = process.activities.get(of)
    if (open !== undefined) activities.push(waitingActivity(process.state, open))
  }
  const last = found[limit - 1]
  const next = found.length > limit && last !== undefined ? JSON.stringify(last.key) : undefined
  return { activities, ...(next !== undefined && { next }) }
}
