import type { Clock } from '../../clock/index.js'
import { systemClock } from '../../clock/index.js'
import type { RecordKey, RecordStore, Value } from '../../records/index.js'
import type { LargeValues } from '../values/index.js'
import { digestOfMark, fieldsOf, isPlainMark } from '../values/index.js'

/** Where large values are named. */
export interface SweepOptions {
  /** All stores of records whose states and results have values there: what none of them names goes. */
  readonly records: readonly RecordStore[]
  /** @default the system's */
  readonly clock?: Clock
}

const PAGE = 1000
const READ_ONLY = { readonly: true }

/**
 * Takes large values away that no state and no result names any more, in two sweeps: the first marks them, and one that comes
 * a day later, or more, takes away what is marked, and not named yet.
 *
 * @returns how many values were taken away
 * @throws (by rejecting) what the stores throw
 */
export async function sweepLargeValues(
  large: LargeValues,
  { records, clock = systemClock }: SweepOptions,
): Promise<number> {
  const named = new Set<string>()
  for (const store of records) {
    for await (const mark of allOf(store, 'step_marks')) addNamed(named, [mark])
    for await (const entry of allOf(store, 'step_results')) addNamed(named, fieldsOf(entry)['marks'])
  }
  return large.sweep((digest) => named.has(digest), clock.now())
}

function addNamed(named: Set<string>, marks: unknown): void {
  if (!Array.isArray(marks)) return
  for (const mark of marks) if (typeof mark === 'string' && !isPlainMark(mark)) named.add(digestOfMark(mark))
}

async function* allOf(store: RecordStore, collection: string): AsyncGenerator<Value> {
  for (let from: RecordKey = [collection]; ;) {
    const page = await store.transact((transaction) => transaction.scan({ from, limit: PAGE }), READ_ONLY)
    for (const { value } of page) yield value
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    from = [...last.key, '']
  }
}
