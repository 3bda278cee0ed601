import type { CacheStore } from '../stores/index.js'

/** The methods of a store that can be made to fail. */
export type StoreOperation = 'get' | 'getMany' | 'set' | 'setMany' | 'delete' | 'keys' | 'has' | 'replace'

/** When a {@link failingStore} fails. */
export interface FailingStoreOptions {
  /**
   * Asked before every call, once for each key of it (`keys` without a prefix: once, with `''`); what it returns is thrown
   * and the store beneath is not called.
   */
  fail(operation: StoreOperation, key: string): Error | undefined
}

/**
 * A store that fails where a test wants it to, and is otherwise the store beneath.
 *
 * @example
 * const store = failingStore(createMemoryStore(), { fail: (operation) => operation === 'set' ? new Error('full') : undefined })
 */
export function failingStore(store: CacheStore, options: FailingStoreOptions): CacheStore {
  const pass = (operation: StoreOperation, keys: readonly string[]): void => {
    for (const key of keys) {
      const error = options.fail(operation, key)
      if (error !== undefined) throw error
    }
  }
  async function* list(prefix: string | undefined): AsyncGenerator<string, void, undefined> {
    pass('keys', [prefix ?? ''])
    yield* store.keys(prefix)
  }
  const failing: CacheStore = {
    async get(key) {
      pass('get', [key])
      return store.get(key)
    },
    async getMany(keys) {
      pass('getMany', keys)
      return store.getMany(keys)
    },
    async set(key, value) {
      pass('set', [key])
      return store.set(key, value)
    },
    async setMany(entries) {
      pass(
        'setMany',
        entries.map(([key]) => key),
      )
      return store.setMany(entries)
    },
    async delete(key) {
      pass('delete', [key])
      return store.delete(key)
    },
    keys: (prefix) => list(prefix),
    close: () => store.close(),
  }
  const has = store.has?.bind(store)
  if (has !== undefined) {
    failing.has = async (keys) => {
      pass('has', keys)
      return has(keys)
    }
  }
  const replace = store.replace?.bind(store)
  if (replace !== undefined) {
    failing.replace = async (key, expected, value) => {
      pass('replace', [key])
      return replace(key, expected, value)
    }
  }
  return failing
}
