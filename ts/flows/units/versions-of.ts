import type { RecordStore } from '../../records/index.js'
import type { AnyFlow } from '../definitions/index.js'
import { FlowStore, sourcesInUse } from '../records/index.js'

/**
 * The versions of cached workflows that executions are on, for `prune(store, { held })` (U38): of all that may still go on,
 * which is all that have not completed; those that have failed or were canceled can be rescheduled. Ask each of the records
 * whose executions are made from units in the store.
 *
 * @param flows those that something may be scheduled under though nothing is yet
 * @throws (by rejecting) `newer-schema`, and what the records throw
 */
export async function versionsOf(
  records: RecordStore,
  flows: readonly AnyFlow[] = [],
): Promise<readonly string[]> {
  const inUse = await new FlowStore(records).read((found) => sourcesInUse(found))
  const own = flows.flatMap(({ source }) => source ?? [])
  return [...new Set([...inUse, ...own])].sort()
}
