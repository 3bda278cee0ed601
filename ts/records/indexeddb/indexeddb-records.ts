import { assertDatabaseOptions } from '../../indexeddb/index.js'
import { checkedRecords } from '../checked-records.js'
import type { RecordStore } from '../record-store.js'
import { IndexedDbMedium } from './indexeddb-medium.js'

/** How records in IndexedDB are made. */
export interface IndexedDbRecordsOptions {
  /** The database, which holds nothing else. */
  readonly name: string
  /**
   * How long a call waits for the database to open, in ms, at least 0, where another connection is in the way; then it
   * rejects with `store-blocked`, and a later call goes on waiting.
   *
   * @default 10000
   */
  readonly openTimeout?: number
  /**
   * Whether works that wait at the same time share one transaction of IndexedDB, one after the other, each of them whole
   * or absent: then they share the flush to the disk, which costs more than all else.
   *
   * @default true
   */
  readonly groupCommit?: boolean
}

/**
 * Keeps records in an IndexedDB database, in pages and workers. Several tabs and workers may share it: IndexedDB lets one
 * transaction write at a time.
 *
 * - A transaction that writes has been flushed to the disk when it resolves (`durability: 'strict'`). One that only reads
 *   is a snapshot, and waits for those that write and came before it.
 * - The database is opened, and made where it is missing, by the first call. One that is deleted, or whose connection is
 *   lost, is opened again at the next call, and work that was under way runs again.
 * - Commits in other tabs and workers are told by BroadcastChannel. Where there is none, `onCommit` tells of commits
 *   through this object only. A tab that ends between its commit and the telling has told nobody: a waiter needs a
 *   time after which it looks by itself, too.
 *
 * @throws (by rejecting) `store-full` where the quota is used up; `store-blocked`; `foreign-store` for a database of
 * something else; `newer-schema`; `store-damaged`; `store-failed` for all else, also where IndexedDB is missing or refused
 * (private mode); and what every store of records throws; `bad-argument` (at once) for options of the wrong type
 * @example
 * const records = createIndexedDbRecords({ name: 'orders' })
 * await records.transact((transaction) => transaction.set(['orders', 4711], { total: 120 }))
 */
export function createIndexedDbRecords(options: IndexedDbRecordsOptions): RecordStore {
  const { name, openTimeout = 10_000, groupCommit = true } = options
  assertDatabaseOptions({ name, openTimeout })
  return checkedRecords(new IndexedDbMedium({ name, openTimeout, groupCommit }))
}
