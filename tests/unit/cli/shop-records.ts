import { join } from 'node:path'
import type { RecordKey, RecordTransaction, Value } from '../../../ts/records/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'

/** Writes into an SQLite file, and lets go of it. */
export async function fill(
  folder: string,
  name: string,
  work: (transaction: RecordTransaction) => void,
): Promise<void> {
  const records = createSqliteRecords({ path: join(folder, name) })
  await records.transact(work)
  await records.close()
}

/** All records of an SQLite file, by the JSON of their keys. */
export async function contents(folder: string, name: string): Promise<ReadonlyMap<string, Value>> {
  const records = createSqliteRecords({ path: join(folder, name), create: false })
  const found = new Map<string, Value>()
  for (const collection of await records.collections()) {
    const prefix: RecordKey = [collection]
    const entries = await records.transact((it) => it.scan({ prefix, limit: 1_000_000 }), { readonly: true })
    for (const { key, value } of entries) found.set(JSON.stringify(key), value)
  }
  await records.close()
  return found
}

/** A few orders of a shop. */
export function orders(count: number): (transaction: RecordTransaction) => void {
  return (transaction) => {
    for (let number = 0; number < count; number++) {
      transaction.set(['orders', 4711 + number], {
        customer: number % 2 === 0 ? 'Ada' : 'Bob',
        total: number,
      })
    }
  }
}
