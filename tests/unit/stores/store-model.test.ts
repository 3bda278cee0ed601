import fc from 'fast-check'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import { modelStores, reopenable } from './model-stores.js'
import { compareWithModel, storeCommands } from './store-commands.js'

beforeAll(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
})
afterAll(() => void vi.unstubAllGlobals())

describe.each(modelStores)('$kind', ({ nests, create }) => {
  test('U28 U29 U30 is a map of bytes, whatever is asked of it in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(storeCommands(nests), async (commands) => {
        const medium = await create()
        try {
          await compareWithModel(commands, () => medium.open())
        } finally {
          await medium.remove?.()
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('the comparison itself', () => {
  /** Stores that do one thing wrong. */
  const broken: Readonly<Record<string, (store: CacheStore) => Partial<CacheStore>>> = {
    'forgets to delete': () => ({ delete: async () => undefined }),
    'keeps an empty value as none': (store) => ({
      get: async (key) => {
        const value = await store.get(key)
        return value?.length === 0 ? undefined : value
      },
    }),
    'lists by characters': (store) => ({
      keys: async function* (prefix = '') {
        for await (const key of store.keys()) if (key.startsWith(prefix)) yield key
      },
    }),
    'takes the first of two entries of one key': (store) => ({
      setMany: (entries) => store.setMany([...entries].reverse()),
    }),
    'drops the last of several': (store) => ({
      setMany: (entries) => store.setMany(entries.slice(0, 3)),
    }),
    'replaces in any case': (store) => ({
      replace: async (key, _, value) => {
        await store.set(key, value)
        return true
      },
    }),
    'does not tell upper case from lower': (store) => ({
      get: (key) => store.get(key.toLowerCase()),
      set: (key, value) => store.set(key.toLowerCase(), value),
    }),
    'cuts large values': (store) => ({ set: (key, value) => store.set(key, value.slice(0, 65_536)) }),
    'answers getMany in another order': (store) => ({
      getMany: async (keys) => (await store.getMany(keys)).reverse(),
    }),
    'says that it has what it has not': (store) => ({
      has: async (keys) => (await store.has!(keys)).map(() => true),
    }),
    'writes before it looks at all keys': (store) => ({
      setMany: async (entries) => {
        for (const [key, value] of entries) await store.set(key, value)
      },
    }),
    'shares its bytes': () => {
      const values = new Map<string, Uint8Array>()
      return {
        set: async (key, value) => void values.set(key, value),
        get: async (key) => values.get(key),
      }
    },
  }

  test.each(['works', ...Object.keys(broken)])('a store that %s is judged right', async (what) => {
    const property = fc.asyncProperty(storeCommands(true), async (commands) => {
      const store = createMemoryStore()
      const open = (): CacheStore => {
        const whole = reopenable(store)
        return { ...whole, ...broken[what]?.(whole) }
      }
      await compareWithModel(commands, open)
    })
    const { failed, seed } = await fc.check(property, { numRuns: 500, endOnFailure: true })
    expect(failed, `seed ${seed}`).toBe(what !== 'works')
  })
})
