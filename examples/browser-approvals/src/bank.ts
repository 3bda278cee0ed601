import { createIndexedDbRecords } from 'unitflow/records/indexeddb'
import type { RecordStore } from 'unitflow/records'

/** What the bank knows, in a database of its own: it is the world outside. */
export const bankRecords: RecordStore = createIndexedDbRecords({ name: 'unitflow-approvals-bank' })

export interface BankEntry {
  readonly what: 'charge' | 'refund'
  /** How often it was asked for. It was done once. */
  readonly asked: number
}

/**
 * Does something for a process, unless it has done it under this key already: what is tried again brings the same key.
 *
 * @returns whether it is new
 */
export async function enter(process: string, what: BankEntry['what'], key: string): Promise<boolean> {
  return bankRecords.transact(async (transaction) => {
    const asked = Number((await transaction.get(['entries', process, what, key])) ?? 0)
    transaction.set(['entries', process, what, key], asked + 1)
    return asked === 0
  })
}

export async function bankEntries(process: string): Promise<readonly BankEntry[]> {
  const entries = await bankRecords.transact(
    (transaction) => transaction.scan({ prefix: ['entries', process] }),
    { readonly: true },
  )
  return entries.map(({ key, value }) => ({
    what: key[2] === 'refund' ? 'refund' : 'charge',
    asked: Number(value),
  }))
}
