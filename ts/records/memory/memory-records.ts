import { checkedRecords } from '../checked-records.js'
import type { RecordStore } from '../record-store.js'
import { MemoryMedium } from './memory-medium.js'

/**
 * Keeps records in this process, for tests and for work that need not outlive it. Nothing is durable.
 *
 * Values are kept in their encoded form, so nobody changes a stored one from outside.
 *
 * @example
 * const records = createMemoryRecords()
 * await records.transact((transaction) => transaction.set(['orders', 4711], { total: 120 }))
 */
export function createMemoryRecords(): RecordStore {
  return checkedRecords(new MemoryMedium())
}
