import type { RecordStore, RecordTransaction } from '../../../../ts/records/index.js'

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
    dump: () =>
      inner.transact(
        async (transaction) => {
          const found: string[] = []
          for (const collection of [...collections].sort()) {
            for (const { key, value } of await transaction.scan({ prefix: [collection], limit: 1_000_000 })) {
              found.push(`${JSON.stringify(key)} ${JSON.stringify(value)}`)
            }
          }
          return found.join('\n')
        },
        { readonly: true },
      ),
  }
}
