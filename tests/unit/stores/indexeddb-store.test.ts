import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createIndexedDbStore } from '../../../ts/stores/indexeddb/index.js'
import type { CacheStore } from '../../../ts/stores/index.js'
import { cacheStoreSuite } from '../../../ts/testing/index.js'
import {
  type Abortable,
  begin,
  calls,
  type Begin,
  connect,
  deleteDatabase,
  put,
  spyOnConnections,
  value,
  writes,
} from './fake-database.js'
import { listed } from './temporary-root.js'

const other = new Uint8Array([4])
const opened: CacheStore[] = []

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
})

afterEach(async () => {
  vi.restoreAllMocks()
  for (const store of opened.splice(0)) await store.close()
  vi.unstubAllGlobals()
})

function open(options: Partial<Parameters<typeof createIndexedDbStore>[0]> = {}): CacheStore {
  const store = createIndexedDbStore({ name: 'db', ...options })
  opened.push(store)
  return store
}

cacheStoreSuite({
  name: 'indexeddb',
  test,
  create: async () => ({
    store: createIndexedDbStore({ name: 'suite' }),
    reopen: async () => createIndexedDbStore({ name: 'suite' }),
  }),
})

describe('one database', () => {
  test('U28 several stores in one database do not see one another, whoever comes first', async () => {
    const names = ['one', 'two', 'three', 'four']
    const stores = names.map((storeName) => open({ storeName }))
    await Promise.all(stores.map((store, index) => store.set('key', new Uint8Array([index]))))
    await stores[0]!.set('mine', value)
    for (const [index, store] of stores.entries()) {
      expect(await store.get('key')).toEqual(new Uint8Array([index]))
      expect(await listed(store)).toEqual(index === 0 ? ['key', 'mine'] : ['key'])
    }
    const raw = await connect()
    expect([...raw.objectStoreNames]).toEqual([...names].sort())
    expect(raw.version).toBe(4)
    raw.close()
  })

  test('U30 writes ask for strict durability', async () => {
    const asked: unknown[] = []
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      if (args[1] === 'readwrite') asked.push(args[2])
      return begin.apply(this, args)
    })
    const store = open()
    for (const write of [...Object.values(writes), calls['delete']!]) await write(store)
    expect(asked).toEqual(Array.from({ length: 4 }, () => ({ durability: 'strict' })))
  })

  test('U29 getMany, setMany and has are one transaction each', async () => {
    const store = open()
    await store.get('open')
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`)
    await store.setMany(keys.map((key) => [key, value]))
    expect(transaction).toHaveBeenCalledTimes(1)
    expect(await store.getMany(keys)).toEqual(keys.map(() => value))
    expect(transaction).toHaveBeenCalledTimes(2)
    expect(await store.has!(keys)).toEqual(keys.map(() => true))
    expect(transaction).toHaveBeenCalledTimes(3)
  })

  test('U28 a listing of several pages is whole, also while its keys are deleted', async () => {
    const store = open()
    const keys = Array.from({ length: 1203 }, (_, index) => `many/${String(index).padStart(5, '0')}`)
    await store.setMany([...keys, 'many-1', 'many.1', 'many0', 'many'].map((key) => [key, other]))
    expect(await listed(store, 'many')).toEqual(['many', ...keys])
    expect(await listed(store)).toHaveLength(keys.length + 4)
    const seen: string[] = []
    for await (const key of store.keys('many')) {
      seen.push(key)
      await store.delete(key)
    }
    expect(seen).toHaveLength(keys.length + 1)
    expect(await listed(store)).toEqual(['many-1', 'many.1', 'many0'])
  })

  test('U28 a database that others have raised to a higher version is used as it is', async () => {
    ;(await connect('db', 41, (db) => db.createObjectStore('theirs').put('x', 'key'))).close()
    const store = open()
    await store.set('key', value)
    expect(await store.get('key')).toEqual(value)
    const after = await connect()
    expect([after.version, [...after.objectStoreNames]]).toEqual([42, ['theirs', 'units']])
    after.close()
  })

  test('U28 a version that others raise while the object store is being added is no error', async () => {
    ;(await connect('db', 1)).close()
    const factory = indexedDB
    const versions: (number | undefined)[] = []
    vi.stubGlobal('indexedDB', {
      open(name: string, version?: number) {
        versions.push(version)
        if (version === 2)
          factory.open(name, 7).onsuccess = (event) => (event.target as IDBOpenDBRequest).result.close()
        return factory.open(name, version)
      },
    })
    const store = open()
    await store.set('key', value)
    expect(await store.get('key')).toEqual(value)
    expect(versions).toEqual([undefined, 2, undefined, 8])
  })

  test('U29 keys and values of others in the object store are not taken for ours', async () => {
    const raw = await connect('db', 1, (db) => {
      const units = db.createObjectStore('units')
      for (const key of [7, 'no key', new Uint8Array([1]), ['a'], 'text']) units.put('a text', key)
    })
    raw.close()
    const store = open()
    await store.set('ours', value)
    expect(await listed(store)).toEqual(['ours', 'text'])
    const failed = { code: 'store-failed', fields: { key: 'text' } }
    await expect(store.get('text')).rejects.toMatchObject(failed)
    await expect(store.replace!('text', undefined, value)).rejects.toMatchObject(failed)
    await expect(store.getMany(['ours', 'text'])).rejects.toMatchObject({ code: 'store-failed' })
    expect(await store.get('ours')).toEqual(value)
  })
})

describe('a connection that goes', () => {
  test('U31 a store gives way to others that delete the database, and makes it anew', async () => {
    const store = open()
    await store.set('key', value)
    expect(await deleteDatabase()).toBe('deleted')
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    expect(await store.get('key')).toBeUndefined()
    // It knew, so it has not tried the old connection first; making the database goes through here as well.
    expect(transaction.mock.calls.map(([, mode]) => mode)).toEqual(['versionchange', 'readonly'])
    await store.set('key', other)
    expect(await store.get('key')).toEqual(other)
  })

  test('U31 a store gives way to others that raise the version, and goes on with its values', async () => {
    const store = open()
    await store.set('key', value)
    const raw = await connect('db', 9, (db) => db.createObjectStore('theirs'))
    expect(await store.get('key')).toEqual(value)
    raw.close()
  })

  test.each(Object.entries(calls))(
    'U31 %s opens again once when the connection was closed',
    async (_, call) => {
      const store = open()
      const connections = spyOnConnections()
      await store.set('first', value)
      // Without the event, as some browsers do it.
      connections[0]!.onclose = null
      connections[0]!.close()
      await call(store)
      expect(connections).toHaveLength(2)
      expect(await store.get('first')).toEqual(value)
    },
  )

  test.each(Object.entries(calls))(
    'U31 %s is done again when the browser cuts the connection under it',
    async (_, call) => {
      const store = open()
      const connections = spyOnConnections()
      await store.set('first', value)
      // Cut when the transaction has its requests; what fake-indexeddb closes by force it does not abort.
      vi.mocked(Reflect.get(IDBDatabase.prototype, 'transaction') as Begin).mockImplementationOnce(function (
        this: IDBDatabase,
        ...args
      ) {
        const transaction = begin.apply(this, args)
        queueMicrotask(() => {
          ;(transaction as unknown as Abortable)._abort('AbortError')
          forceCloseDatabase(this as never)
        })
        return transaction
      })
      await call(store)
      expect(connections).toHaveLength(2)
      expect(await store.get('first')).toEqual(value)
    },
  )

  test('U31 a store whose connection the browser closed by itself opens another', async () => {
    const store = open()
    const connections = spyOnConnections()
    await store.set('key', value)
    forceCloseDatabase(connections[0] as never)
    await new Promise((resolve) => setTimeout(resolve, 10))
    const transaction = vi.mocked(Reflect.get(IDBDatabase.prototype, 'transaction') as Begin).mockClear()
    expect(await store.get('key')).toEqual(value)
    expect(connections).toHaveLength(2)
    expect(transaction).toHaveBeenCalledTimes(1)
  })

  test('U30 close lets go of the connection by itself', async () => {
    const store = open()
    await store.set('key', value)
    const close = vi.spyOn(IDBDatabase.prototype, 'close')
    await store.close()
    expect(close).toHaveBeenCalledTimes(1)
  })

  test.each(Object.entries(calls))('U31 %s is store-failed when it fails again', async (_, call) => {
    const store = open()
    await store.set('first', value)
    const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('the connection is closing', 'InvalidStateError')
    })
    await expect(call(store)).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('InvalidStateError') as string,
      cause: { name: 'InvalidStateError' },
    })
    expect(spy).toHaveBeenCalledTimes(2)
    spy.mockRestore()
    expect(await store.get('first')).toEqual(value)
  })
})

describe('an upgrade that is blocked', () => {
  test('U31 rejects with store-blocked in time, and goes on once the other gives way', async () => {
    const raw = await connect('db', 3, (db) => db.createObjectStore('theirs'))
    const store = open({ openTimeout: 40 })
    for (const call of [calls['get']!, calls['set']!]) {
      await expect(call(store)).rejects.toMatchObject({
        code: 'store-blocked',
        fields: { database: 'db', waited: 40 },
        message: expect.stringContaining('another tab') as string,
      })
    }
    raw.close()
    const patient = open()
    await patient.set('key', value)
    expect(await store.get('key')).toEqual(value)
    expect(await store.get('a/b')).toBeUndefined()
  })

  test('U31 a store that was closed while it was blocked keeps nobody waiting afterwards', async () => {
    const raw = await connect('db', 3)
    const store = open({ openTimeout: 20 })
    await expect(store.get('key')).rejects.toMatchObject({ code: 'store-blocked' })
    await store.close()
    raw.close()
    await vi.waitFor(async () => expect((await indexedDB.databases())[0]!.version).toBe(4))
    expect(await deleteDatabase()).toBe('deleted')
  })

  test('U31 a wait that is long enough ends in the value', async () => {
    const raw = await connect('db', 3)
    const store = open()
    const write = store.set('key', value)
    setTimeout(() => raw.close(), 60)
    await write
    expect(await store.get('key')).toEqual(value)
  })
})

describe('space', () => {
  test.each(Object.entries(writes))(
    'U29 %s without space left is store-full, and nothing is written',
    async (_, write) => {
      const store = open()
      await store.get('open')
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (
        this: IDBObjectStore,
        ...args
      ) {
        const request = put.apply(this, args)
        // What browsers do when the quota shows only as the transaction is carried out.
        const transaction = this.transaction as unknown as Abortable
        transaction._abort('QuotaExceededError')
        return request
      })
      await expect(write(store)).rejects.toMatchObject({
        code: 'store-full',
        fields: { key: 'a/b' },
        cause: { name: 'QuotaExceededError' },
      })
      expect(await listed(store)).toEqual([])
      await write(store)
      expect(await listed(store)).toEqual(['a/b'])
    },
  )

  test('U30 setMany that fails in the middle writes nothing', async () => {
    const store = open()
    await store.set('a', other)
    let puts = 0
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (++puts === 2) throw new DOMException('full', 'QuotaExceededError')
      return put.apply(this, args)
    })
    const write = store.setMany([
      ['a', value],
      ['b', value],
      ['c', value],
    ])
    await expect(write).rejects.toMatchObject({ code: 'store-full', fields: { key: '' } })
    expect(await listed(store)).toEqual(['a'])
    expect(await store.get('a')).toEqual(other)
  })

  test('U29 a request that fails gives its own reason', async () => {
    const store = open()
    await store.get('open')
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (this: IDBObjectStore) {
      // Fails while it is carried out: the key is there already.
      this.add(1, 'taken')
      return this.add(2, 'taken')
    })
    await expect(store.set('key', value)).rejects.toMatchObject({
      code: 'store-failed',
      fields: { operation: 'set', key: 'key' },
      cause: { name: 'ConstraintError' },
    })
    expect(await listed(store)).toEqual([])
  })
})

describe('where there is no IndexedDB', () => {
  test.each(Object.entries(calls))('U29 %s is store-failed and says so', async (_, call) => {
    vi.stubGlobal('indexedDB', undefined)
    await expect(call(open())).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('this runtime has no IndexedDB') as string,
    })
  })

  test('U29 one that is refused is store-failed and says private mode; it is tried again at the next call', async () => {
    const factory = indexedDB
    const refuse = (): never => {
      throw new DOMException('denied', 'SecurityError')
    }
    vi.stubGlobal('indexedDB', { open: refuse })
    const store = open()
    await expect(store.get('key')).rejects.toMatchObject({
      code: 'store-failed',
      fields: { operation: 'get', key: 'key' },
      message: expect.stringMatching(/SecurityError.*private mode/) as string,
      cause: { name: 'SecurityError' },
    })
    vi.stubGlobal('indexedDB', factory)
    expect(await store.get('key')).toBeUndefined()
  })

  test('U29 an upgrade that is aborted for want of space is store-full', async () => {
    vi.spyOn(IDBDatabase.prototype, 'createObjectStore').mockImplementationOnce(function (this: IDBDatabase) {
      const database = this as unknown as { _rawDatabase: { transactions: Abortable[] } }
      database._rawDatabase.transactions[0]!._abort('QuotaExceededError')
      return undefined as never
    })
    const store = open()
    await expect(store.set('key', value)).rejects.toMatchObject({ code: 'store-full' })
    await store.set('key', value)
    expect(await store.get('key')).toEqual(value)
  })

  test.each([
    ['name', { name: '' }],
    ['name', { name: 7 as never }],
    ['storeName', { name: 'db', storeName: '' }],
    ['openTimeout', { name: 'db', openTimeout: -1 }],
    ['openTimeout', { name: 'db', openTimeout: Infinity }],
  ])('U29 a wrong %s is refused at once: %o', (argument, options) => {
    expect(() => createIndexedDbStore(options)).toThrow(
      expect.objectContaining({
        code: 'bad-argument',
        fields: expect.objectContaining({ argument }) as object,
      }),
    )
  })
})
