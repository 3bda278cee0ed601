import { memfs } from 'memfs'
import { describe, expect, test } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createFilesystemStore, type FilesystemPromises } from '../../../ts/stores/filesystem/index.js'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import {
  cacheStoreSuite,
  type CacheStoreFixture,
  type Deviation,
  failingStore,
} from '../../../ts/testing/index.js'
import { foldingFilesystem } from './folding-filesystem.js'
import { listed, temporaryRoot } from './temporary-root.js'

const folders: Deviation = {
  reason: 'a file cannot be a folder as well',
  tests: ['U28 a key and a key below it are both kept'],
}
const oneCase: Deviation = {
  reason: 'the file system does not tell A from a',
  tests: ['U28 keys that differ only in case are both kept'],
}

cacheStoreSuite({
  name: 'memory',
  test,
  without: ['reopen'],
  create: async () => ({ store: createMemoryStore() }),
})

cacheStoreSuite({
  name: 'filesystem',
  test,
  deviations: [folders],
  create: async () => {
    const { root } = await temporaryRoot()
    return filesystem(() => createFilesystemStore({ root }))
  },
})

cacheStoreSuite({
  name: 'filesystem on memfs',
  test,
  deviations: [folders],
  create: async () => {
    const { fs } = memfs({ '/data': {} })
    return filesystem(() => createFilesystemStore({ root: '/data/root', fs: fs.promises }))
  },
})

cacheStoreSuite({
  name: 'filesystem without case',
  test,
  deviations: [folders, oneCase],
  create: async () => {
    const fs = foldingFilesystem(memfs({ '/data': {} }).fs)
    return filesystem(() => createFilesystemStore({ root: '/data/root', fs }))
  },
})

/** The root is made, so that reading an empty store is no error. */
async function filesystem(open: () => CacheStore): Promise<CacheStoreFixture> {
  const store = open()
  await store.set('first', new Uint8Array())
  await store.delete('first')
  return { store, reopen: async () => open() }
}

describe('the suite itself', () => {
  type Registered = Map<string, () => Promise<void>>
  function register(options: Partial<Parameters<typeof cacheStoreSuite>[0]>): Registered {
    const registered: Registered = new Map()
    cacheStoreSuite({
      name: 's',
      test: (name, run) => registered.set(name, run),
      create: async () => ({ store: createMemoryStore() }),
      ...options,
    })
    return registered
  }
  const run = (tests: Registered, name: string): Promise<void> => tests.get(name)!()

  test('U29 a store that loses bytes fails its round trip', async () => {
    const create = async (): Promise<CacheStoreFixture> => {
      const store = createMemoryStore()
      return { store: { ...store, set: (key, value) => store.set(key, value.subarray(1)) } }
    }
    const tests = register({ create })
    await expect(run(tests, 's: U29 a value comes back as it was set')).rejects.toThrow(
      /bytes: expected 7, got 6/,
    )
  })

  test('U28 a store that lists by characters instead of segments fails', async () => {
    const create = async (): Promise<CacheStoreFixture> => {
      const store = createMemoryStore()
      const keys = async function* (prefix = ''): AsyncGenerator<string> {
        for await (const key of store.keys()) if (key.startsWith(prefix)) yield key
      }
      return { store: { ...store, keys } }
    }
    await expect(
      run(register({ create }), 's: U28 a prefix means whole segments: doc1 is not doc12'),
    ).rejects.toThrow(/doc12/)
  })

  test('U32 a store whose replace is not atomic fails', async () => {
    const create = async (): Promise<CacheStoreFixture> => {
      const store = createMemoryStore()
      const replace: NonNullable<CacheStore['replace']> = async (key, expected, value) => {
        const found = await store.get(key)
        if (found?.toString() !== expected?.toString()) return false
        await store.set(key, value)
        return true
      }
      return { store: { ...store, replace } }
    }
    await expect(
      run(register({ create }), 's: U32 20 counters that get and replace lose no count'),
    ).rejects.toThrow(/the counter/)
  })

  test('U30 a store that keeps the buffer it was given fails', async () => {
    const create = async (): Promise<CacheStoreFixture> => {
      const values = new Map<string, Uint8Array>()
      const store: CacheStore = {
        ...createMemoryStore(),
        set: async (key, value) => void values.set(key, value),
        setMany: async (entries) => entries.forEach(([key, value]) => values.set(key, value)),
        get: async (key) => values.get(key),
      }
      return { store }
    }
    await expect(
      run(register({ create }), 's: U30 what the caller does to its buffer afterwards is not seen'),
    ).rejects.toThrow(/byte 0/)
  })

  test('U28 a deviation that is over fails, and one that names no test is refused', async () => {
    const name = 'U29 a miss is undefined'
    const tests = register({ deviations: [{ reason: 'so', tests: [name] }] })
    await expect(run(tests, `s: ${name} (deviates: so)`)).rejects.toThrow(/remove it from the deviations/)
    expect(tests.has(`s: ${name}`)).toBe(false)
    expect(() => register({ deviations: [{ reason: 'so', tests: ['no such test'] }] })).toThrow(
      /no such test/,
    )
  })

  test('U29 what a store leaves out is said and asserted', async () => {
    const tests = register({ without: ['has', 'reopen'] })
    expect([...tests.keys()]).toContain('s: leaves out has')
    expect([...tests.keys()]).not.toContain('s: U29 has agrees with get')
    await expect(run(tests, 's: leaves out has')).rejects.toThrow('has is offered: expected false, got true')
    await run(tests, 's: leaves out reopen')
    await run(tests, 's: offers replace')
  })
})

test('U29 failingStore fails where it is told to, and is the store beneath otherwise', async () => {
  const inner = createMemoryStore()
  const asked: string[] = []
  const store = failingStore(inner, {
    fail(operation, key) {
      asked.push(`${operation} ${key}`)
      return key === 'bad' ? new Error(`no ${operation}`) : undefined
    },
  })
  const value = new Uint8Array([1])
  await store.setMany([['good', value]])
  expect(await store.get('good')).toEqual(value)
  await expect(store.get('bad')).rejects.toThrow('no get')
  await expect(store.getMany(['good', 'bad'])).rejects.toThrow('no getMany')
  await expect(store.set('bad', value)).rejects.toThrow('no set')
  await expect(store.setMany([['new', value], ['bad', value]])).rejects.toThrow('no setMany') // prettier-ignore
  await expect(store.delete('bad')).rejects.toThrow('no delete')
  await expect(store.has!(['bad'])).rejects.toThrow('no has')
  await expect(store.replace!('bad', undefined, value)).rejects.toThrow('no replace')
  await expect(store.keys('bad')[Symbol.asyncIterator]().next()).rejects.toThrow('no keys')
  expect(await listed(store)).toEqual(['good'])
  expect(asked.slice(0, 2)).toEqual(['setMany good', 'get good'])
})

test('U31 the file systems of Node and memfs fit without casts', async () => {
  const filesystems: FilesystemPromises[] = [memfs().fs.promises, await import('node:fs/promises')]
  expect(filesystems.every((fs) => typeof fs.rename === 'function')).toBe(true)
})
