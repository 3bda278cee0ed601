import * as keyval from 'idb-keyval'
import { UnitflowError } from '../../errors/index.js'
import { assertDatabaseOptions, storeError } from '../../indexeddb/index.js'
import type { CacheStore } from '../cache-store.js'
import { checkedStore } from '../checked-store.js'
import { sameBytes } from '../same-bytes.js'
import { ObjectStoreAccess } from './object-store-access.js'

/** How an IndexedDB store is made. */
export interface IndexedDbStoreOptions {
  /** The database. Several stores may share one, each under a `storeName` of its own. */
  readonly name: string
  /**
   * The object store inside the database.
   *
   * @default 'units'
   */
  readonly storeName?: string
  /**
   * How long a call waits for the database to open, in ms, at least 0, where another connection is in the way; then it
   * rejects with `store-blocked`, and a later call goes on waiting.
   *
   * @default 10000
   */
  readonly openTimeout?: number
}

/** Keys in one page of a listing. */
const PAGE = 500

/**
 * Keeps values in an object store of an IndexedDB database, in pages and workers. Several tabs may share it.
 *
 * - The database is opened, and made where it is missing, by the first call, a reading one too. The object store is added
 *   by raising the database's version by one, to which other stores of this package give way.
 * - A write has been flushed to the disk when it resolves (`durability: 'strict'`); `setMany` is one transaction, so all
 *   of its entries are written or none (U30).
 * - A database that is deleted, or whose connection is lost, is opened again, empty, at the next call.
 *
 * @throws (by rejecting) `store-full` where the quota is used up; `store-blocked`; `store-failed` for all else, also where
 * IndexedDB is missing or refused (private mode); and what every store throws; `bad-argument` (at once) for options of
 * the wrong type
 * @example
 * const store = createIndexedDbStore({ name: 'workflows' })
 */
export function createIndexedDbStore(options: IndexedDbStoreOptions): CacheStore {
  const { name, storeName = 'units', openTimeout = 10_000 } = options
  assertDatabaseOptions({ name, openTimeout })
  if (typeof storeName !== 'string' || storeName === '') {
    const expected = 'a name that is not empty'
    throw new UnitflowError('bad-argument', `storeName: expected ${expected}`, {
      argument: 'storeName',
      expected,
    })
  }
  return checkedStore(new IndexedDbMedium(new ObjectStoreAccess(name, storeName, openTimeout)))
}

class IndexedDbMedium implements CacheStore {
  readonly #objects: ObjectStoreAccess

  constructor(objects: ObjectStoreAccess) {
    this.#objects = objects
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return typed('get', key, async () => bytesOf(await keyval.get<unknown>(key, this.#objects.use)))
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return typed('getMany', onlyKey(keys), async () => {
      const values = await keyval.getMany<unknown>([...keys], this.#objects.use)
      return values.map(bytesOf)
    })
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    return typed('set', key, () => keyval.set(key, value, this.#objects.use))
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void> {
    const named = onlyKey(entries.map(([key]) => key))
    return typed('setMany', named, () =>
      keyval.setMany(
        entries.map(([key, value]) => [key, value]),
        this.#objects.use,
      ),
    )
  }

  async delete(key: string): Promise<void> {
    return typed('delete', key, () => keyval.del(key, this.#objects.use))
  }

  async *keys(prefix?: string): AsyncGenerator<string, void, undefined> {
    if (prefix !== undefined && (await this.#has('keys', [prefix])).includes(true)) yield prefix
    // No key ends in a slash, and '0' is the character after it: between the two stand whole segments only. Without a
    // prefix the end is an array, which IndexedDB sorts after every string.
    const end = prefix === undefined ? [] : `${prefix}0`
    let after = prefix === undefined ? '' : `${prefix}/`
    // A transaction for each page: one for all would be over as soon as the caller waits for something else.
    for (;;) {
      const page = await this.#page(after, end)
      const last = page.at(-1)
      for (const key of page) if (typeof key === 'string') yield key
      if (page.length < PAGE || typeof last !== 'string') return
      after = last
    }
  }

  async close(): Promise<void> {
    this.#objects.close()
  }

  async has(keys: readonly string[]): Promise<boolean[]> {
    return this.#has('has', keys)
  }

  async replace(key: string, expected: Uint8Array | undefined, value: Uint8Array): Promise<boolean> {
    return typed('replace', key, () =>
      this.#objects.use('readwrite', (store) => putIfSame(store, key, expected, value)),
    )
  }

  async #has(operation: string, keys: readonly string[]): Promise<boolean[]> {
    return typed(operation, onlyKey(keys), () =>
      this.#objects.use('readonly', async (store) => {
        const found = await Promise.all(keys.map((key) => keyval.promisifyRequest(store.getKey(key))))
        return found.map((key) => key !== undefined)
      }),
    )
  }

  async #page(after: string, end: IDBValidKey): Promise<IDBValidKey[]> {
    return typed('keys', '', () =>
      this.#objects.use('readonly', (store) =>
        keyval.promisifyRequest(store.getAllKeys(IDBKeyRange.bound(after, end, true, true), PAGE)),
      ),
    )
  }
}

/** Puts in the very event that brought the old value, because a transaction ends when it is left without requests. */
function putIfSame(
  store: IDBObjectStore,
  key: string,
  expected: Uint8Array | undefined,
  value: Uint8Array,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request: IDBRequest<unknown> = store.get(key)
    request.onsuccess = () => {
      try {
        const same = sameBytes(bytesOf(request.result), expected)
        if (same) store.put(value, key)
        resolve(same)
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    request.onerror = () => reject(request.error ?? new Error('a read failed without an error'))
  })
}

async function typed<T>(operation: string, key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeError(error, { operation, key })
  }
}

function onlyKey(keys: readonly string[]): string {
  return keys.length === 1 ? (keys[0] ?? '') : ''
}

/** What was stored, if it is what this store writes; others may have written into the object store too. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (value === undefined || isBytes(value)) return value
  throw new Error('there is a value that is no Uint8Array, so something else writes into this object store')
}

/** By brand, because `instanceof` fails for bytes of another realm. */
function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]'
}
