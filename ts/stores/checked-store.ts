import { UnitflowError } from '../errors/index.js'
import type { CacheStore } from './cache-store.js'
import { assertStoreKey, isStoreKey } from './store-key.js'

/**
 * Makes a {@link CacheStore} of a medium: everything that all stores do alike is done here, once.
 *
 * What the medium may rely on: keys are safe; values are copies that nobody else holds; a list is never empty, and the
 * entries of `setMany` have each key once (the last one given); nothing is called after `close`, and `close` is called
 * once, after everything under way has settled. What is left to it: to hand out no bytes that it goes on using, and to
 * turn its own failures into typed errors. It may list names that are no keys; they are left out here.
 *
 * @throws (every method, by rejecting) `bad-key`, `store-closed`, `bad-argument` for a value that is no `Uint8Array`
 */
export function checkedStore(medium: CacheStore): CacheStore {
  let underWay = 0
  let closed: Promise<void> | undefined
  let whenIdle: (() => void) | undefined

  function assertOpen(operation: string): void {
    if (closed === undefined) return
    throw new UnitflowError('store-closed', `${operation}: the store has been closed`, { operation })
  }

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    underWay++
    try {
      return await work()
    } finally {
      underWay--
      if (underWay === 0) whenIdle?.()
    }
  }

  async function finish(): Promise<void> {
    if (underWay > 0) await new Promise<void>((resolve) => (whenIdle = resolve))
    await medium.close()
  }

  async function* list(prefix: string | undefined): AsyncGenerator<string, void, undefined> {
    assertOpen('keys')
    if (prefix !== undefined) assertStoreKey(prefix)
    const keys = medium.keys(prefix)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await counted(() => keys.next())
        if (next.done === true) return
        if (!isStoreKey(next.value)) continue
        yield next.value
        // The caller may have closed the store while it looked at the key.
        assertOpen('keys')
      }
    } finally {
      await keys.return?.()
    }
  }

  const store: CacheStore = {
    async get(key) {
      assertOpen('get')
      assertStoreKey(key)
      return counted(() => medium.get(key))
    },
    async getMany(keys) {
      assertOpen('getMany')
      const asked = checkedKeys(keys)
      return asked.length === 0 ? [] : counted(() => medium.getMany(asked))
    },
    async set(key, value) {
      assertOpen('set')
      assertStoreKey(key)
      const own = ownBytes('value', value)
      return counted(() => medium.set(key, own))
    },
    async setMany(entries) {
      assertOpen('setMany')
      const own = new Map<string, Uint8Array>()
      for (const [key, value] of entries) {
        assertStoreKey(key)
        own.set(key, ownBytes('value', value))
      }
      if (own.size > 0) await counted(() => medium.setMany([...own]))
    },
    async delete(key) {
      assertOpen('delete')
      assertStoreKey(key)
      return counted(() => medium.delete(key))
    },
    keys: (prefix) => list(prefix),
    close: () => (closed ??= finish()),
  }
  const has = medium.has?.bind(medium)
  if (has !== undefined) {
    store.has = async (keys) => {
      assertOpen('has')
      const asked = checkedKeys(keys)
      return asked.length === 0 ? [] : counted(() => has(asked))
    }
  }
  const replace = medium.replace?.bind(medium)
  if (replace !== undefined) {
    store.replace = async (key, expected, value) => {
      assertOpen('replace')
      assertStoreKey(key)
      const before = expected === undefined ? undefined : ownBytes('expected', expected)
      const after = ownBytes('value', value)
      return counted(() => replace(key, before, after))
    }
  }
  return store
}

function checkedKeys(keys: readonly string[]): readonly string[] {
  const own = [...keys]
  own.forEach(assertStoreKey)
  return own
}

/** A copy, so that what the caller does to its buffer afterwards, or while the medium writes, is not seen. */
function ownBytes(argument: string, value: Uint8Array): Uint8Array {
  // By brand, because `instanceof` fails for bytes of another realm; a Node Buffer has this brand too.
  if (Object.prototype.toString.call(value) !== '[object Uint8Array]') {
    throw new UnitflowError('bad-argument', `${argument}: expected a Uint8Array, got ${typeof value}`, {
      argument,
      expected: 'Uint8Array',
    })
  }
  // Not `slice`, which on a Node Buffer makes a view of the same memory.
  return new Uint8Array(value)
}
