import type { RecordStore, RecordTransaction } from '../../../ts/records/index.js'
import { recordsAsText } from '../../../ts/testing/all-records.js'

/** A store, and a text of all that it holds: two are the same if nothing was changed between them. */
export function watchedRecords(inner: RecordStore): {
  readonly records: RecordStore
  readonly dump: () => Promise<string>
} {
  const collections = new Set<string>()
  const watched = (transaction: RecordTransaction): RecordTransaction => ({
    get: (key, options) => transaction.get(key, options),
    set: (key, value, options) => {
      collections.add(key[0])
      transaction.set(key, value, options)
    },
    delete: (key) => transaction.delete(key),
    scan: (range) => transaction.scan(range),
  })
  return {
    records: {
      transact: (work, options) => inner.transact((transaction) => work(watched(transaction)), options),
      onCommit: (listener) => inner.onCommit(listener),
      close: () => inner.close(),
    },
    dump: () => recordsAsText(inner, [...collections].sort()),
  }
}
