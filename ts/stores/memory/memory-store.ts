import type { CacheStore } from '../cache-store.js'
import { checkedStore } from '../checked-store.js'
import { sameBytes } from '../same-bytes.js'

/**
 * Keeps values in this process, for tests, for short-lived work, and as the first of several layers.
 *
 * Values are copied in and out. Nothing is durable: what is in it goes with the object, and with `close`.
 *
 * @example
 * const store = createMemoryStore()
 * await store.set('orders/manifest', new TextEncoder().encode('{}'))
 */
export function createMemoryStore(): CacheStore {
  return checkedStore(new MemoryMedium())
}

class MemoryMedium implements CacheStore {
  readonly #values = new Map<string, Uint8Array>()

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#values.get(key)?.slice()
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.#values.get(key)?.slice())
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    this.#values.set(key, value)
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void> {
    for (const [key, value] of entries) this.#values.set(key, value)
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key)
  }

  async *keys(prefix?: string): AsyncGenerator<string, void, undefined> {
    // A list of its own: a Map's iterator would also show what is written while the caller looks at a key.
    for (const key of [...this.#values.keys()]) {
      if (prefix === undefined || key === prefix || key.startsWith(`${prefix}/`)) yield key
    }
  }

  async close(): Promise<void> {
    this.#values.clear()
  }

  async has(keys: readonly string[]): Promise<boolean[]> {
    return keys.map((key) => this.#values.has(key))
  }

  async replace(key: string, expected: Uint8Array | undefined, value: Uint8Array): Promise<boolean> {
    if (!sameBytes(this.#values.get(key), expected)) return false
    this.#values.set(key, value)
    return true
  }
}
