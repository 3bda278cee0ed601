import type { ManualClock } from '../../../../ts/clock/index.js'
import type { RecordEntry, RecordStore, Value } from '../../../../ts/records/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type { CachedResult, ResultCache, ResultKey } from '../../../../ts/steps/cache/index.js'
import { createMemoryCache, createRecordCache, createStoreCache } from '../../../../ts/steps/cache/index.js'
import { HeldValue } from '../../../../ts/steps/values/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'

/** A cache, and another object over what it is kept in. */
export interface CacheUnderTest {
  readonly cache: ResultCache
  readonly again: () => ResultCache
}

export interface CacheOptions {
  readonly clock: ManualClock
  readonly maxBytes?: number
}

/** Each of the caches; what only those do that outlast the program is tested of each by itself. */
export const caches: readonly (readonly [name: string, make: (options: CacheOptions) => CacheUnderTest])[] = [
  [
    'memory',
    ({ clock: _, ...options }) => {
      const cache = createMemoryCache(options)
      return { cache, again: () => cache }
    },
  ],
  [
    'records',
    (options) => {
      const records = createMemoryRecords()
      const again = (): ResultCache => createRecordCache({ records, ...options })
      return { cache: again(), again }
    },
  ],
  [
    'a store',
    (options) => {
      const store = createMemoryStore()
      const again = (): ResultCache => createStoreCache({ store, ...options })
      return { cache: again(), again }
    },
  ],
]

export function keyOf(step: string, ...inputs: readonly string[]): ResultKey {
  return { step, inputs }
}

export function resultOf(...outputs: readonly unknown[]): CachedResult {
  return { step: 'Sum', at: 5, outputs: outputs.map((output) => HeldValue.of(output)) }
}

/** What is kept under a key: its values, nothing where it is not there. */
export async function valuesAt(cache: ResultCache, key: ResultKey): Promise<readonly unknown[] | undefined> {
  const found = await cache.get(key)
  return found?.outputs.map(({ value }) => value)
}

const COLLECTIONS = ['step_results', 'step_result_values']

/** All records of results. */
export function resultRecords(records: RecordStore): Promise<readonly RecordEntry[]> {
  return records.transact(async (transaction) => {
    const all: RecordEntry[] = []
    for (const collection of COLLECTIONS) all.push(...(await transaction.scan({ prefix: [collection] })))
    return all
  })
}

/** Makes something else of each record of a collection. */
export async function spoil(
  records: RecordStore,
  collection: string,
  make: (value: Value) => Value | undefined,
): Promise<void> {
  const all = (await resultRecords(records)).filter(({ key }) => key[0] === collection)
  await records.transact((transaction) => {
    for (const { key, value } of all) {
      const made = make(value)
      if (made === undefined) transaction.delete(key)
      else transaction.set(key, made)
    }
  })
}
