import type { RecordEntry, RecordStore, RecordTransaction } from '../records/index.js'
import { encodeValue } from '../values/index.js'

/** As many of one collection as no test writes. */
const LIMIT = 1_000_000

/** All records of some collections, in their order. */
export async function allRecords(
  transaction: RecordTransaction,
  collections: Iterable<string>,
): Promise<readonly RecordEntry[]> {
  const found: RecordEntry[] = []
  for (const collection of collections) {
    for (const entry of await transaction.scan({ prefix: [collection], limit: LIMIT })) found.push(entry)
  }
  return found
}

/** The same as a text, a line each: two are the same if nothing was changed between them. */
export async function recordsAsText(records: RecordStore, collections: Iterable<string>): Promise<string> {
  const found = await records.transact((transaction) => allRecords(transaction, collections), {
    readonly: true,
  })
  return found.map(({ key, value }) => encodeValue([...key, value])).join('\n')
}
