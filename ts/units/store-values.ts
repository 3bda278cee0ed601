import { isUnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'

/** Values that are written in one `setMany`: so many, and so many bytes. */
const BATCH = { values: 512, bytes: 8_388_608 }

/** A value to store, made when its turn comes. */
export interface PendingValue {
  readonly key: string
  readonly size: number
  bytes(): Uint8Array
}

/** Stores values in batches, and says after each how many are stored. Stops between batches where it is aborted. */
export async function storeValues(
  store: CacheStore,
  values: readonly PendingValue[],
  signal: AbortSignal | undefined,
  onStored: (done: number, bytes: number) => void,
): Promise<void> {
  let batch: (readonly [string, Uint8Array])[] = []
  let batched = 0
  let bytes = 0
  for (const [index, value] of values.entries()) {
    batch.push([value.key, value.bytes()])
    batched += value.size
    const isLast = index === values.length - 1
    if (!isLast && batch.length < BATCH.values && batched < BATCH.bytes) continue
    signal?.throwIfAborted()
    await store.setMany(batch)
    bytes += batched
    onStored(index + 1, bytes)
    batch = []
    batched = 0
  }
}

/** Which keys a store holds. A store that does not exist yet holds none. */
export async function presentKeys(store: CacheStore, keys: readonly string[]): Promise<boolean[]> {
  if (keys.length === 0) return []
  return orIfNew(
    keys.map(() => false),
    async () =>
      store.has === undefined
        ? (await store.getMany(keys)).map((value) => value !== undefined)
        : store.has(keys),
  )
}

/** What a writer reads, for whom a store whose root is made by the first write is an empty one. */
export async function orIfNew<T>(empty: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (isUnitflowError(error, 'root-missing')) return empty
    throw error
  }
}

/** The keys at and below a prefix. */
export async function keysBelow(store: CacheStore, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.keys(prefix)) keys.push(key)
  return keys
}
