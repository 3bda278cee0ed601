import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RecordStore } from '../../../ts/records/index.js'
import { createIndexedDbRecords } from '../../../ts/records/indexeddb/index.js'
import { IndexedDbMedium } from '../../../ts/records/indexeddb/indexeddb-medium.js'
import { type Abortable, begin, type Begin, connect, put, spyOnConnections } from '../stores/fake-database.js'

const opened: { close(): Promise<void> }[] = []

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const store of opened.splice(0)) await store.close()
  vi.unstubAllGlobals()
})

function open(options: Partial<Parameters<typeof createIndexedDbRecords>[0]> = {}): RecordStore {
  const records = createIndexedDbRecords({ name: 'db', ...options })
  opened.push(records)
  return records
}

const get = (records: RecordStore, ...key: [string, ...(string | number)[]]) =>
  records.transact((transaction) => transaction.get(key), { readonly: true })
const set = (records: RecordStore, id: number, value: string | number) =>
  records.transact((transaction) => transaction.set(['c', id], value))
const ids = async (records: RecordStore) => {
  const found = await records.transact((transaction) => transaction.scan({ prefix: ['c'] }))
  return found.map(({ key }) => key[1])
}

/** Counts the transactions that write from now on. */
function countWriting(): { readonly options: unknown[] } {
  const options: unknown[] = []
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    if (args[1] === 'readwrite') options.push(args[2])
    return begin.apply(this, args)
  })
  return { options }
}

describe('transactions of IndexedDB', () => {
  test('works that wait together share one, with strict durability; one that throws leaves nothing of its own', async () => {
    const records = open()
    await set(records, 0, 'first')
    const writing = countWriting()
    const works = [1, 2, 3, 4, 5].map((id) =>
      records.transact(async (transaction) => {
        // Each sees what those before it have written.
        expect((await transaction.get(['c', id - 1])) !== undefined).toBe(id !== 4)
        transaction.set(['c', id], id)
        if (id === 3) throw new Error('planned')
        return id
      }),
    )
    const outcomes = await Promise.allSettled(works)
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true])
    expect(writing.options).toEqual([{ durability: 'strict' }])
    expect(await ids(records)).toEqual([0, 1, 2, 4, 5])
  })

  test('without groupCommit each has its own', async () => {
    const records = open({ groupCommit: false })
    await set(records, 0, 'first')
    const writing = countWriting()
    await Promise.all([1, 2, 3].map((id) => set(records, id, id)))
    expect(writing.options).toHaveLength(3)
  })

  test('work that writes without reading begins its transaction when it has settled', async () => {
    const records = open()
    await get(records, 'c')
    const writing = countWriting()
    await records.transact(async (transaction) => {
      transaction.set(['c', 1], 1)
      expect(await transaction.get(['c', 1])).toBe(1)
      expect(writing.options).toHaveLength(0)
    })
    expect(writing.options).toHaveLength(1)
    expect(await ids(records)).toEqual([1])
  })

  test('what IndexedDB has committed by itself holds whole works, and what comes too late is foreign-await', async () => {
    const medium = new IndexedDbMedium({ name: 'db', openTimeout: 1000, groupCommit: true })
    opened.push(medium)
    const key = (sort: string) => ({ collection: 'c', sort })
    const how = { readonly: false, signal: undefined }
    const early = medium.transact(
      async (reader) => ({ result: await reader.get(key('a')), writes: [{ ...key('a'), text: '1' }] }),
      how,
    )
    // Past what watches over work, which would have noticed: so long that IndexedDB has committed.
    const late = medium.transact(async (reader) => {
      await reader.get(key('a'))
      await new Promise((resolve) => setTimeout(resolve, 30))
      return {
        result: 'late',
        writes: [
          { ...key('b'), text: '2' },
          { ...key('c'), text: '3' },
        ],
      }
    }, how)
    const read = medium.transact(async (reader) => {
      await reader.get(key('a'))
      await new Promise((resolve) => setTimeout(resolve, 30))
      return { result: await reader.get(key('a')), writes: [{ ...key('d'), text: '4' }] }
    }, how)
    const after = medium.transact(
      async () => ({ result: 'after', writes: [{ ...key('e'), text: '5' }] }),
      how,
    )
    const outcomes = await Promise.allSettled([early, late, read, after])
    expect(outcomes).toMatchObject([
      { value: undefined },
      { reason: { code: 'foreign-await' } },
      { reason: { code: 'foreign-await' } },
      { value: 'after' },
    ])
    const scan = { collection: 'c', from: '', to: undefined, limit: 10, reverse: false }
    const left = await medium.transact(
      async (reader) => ({ result: await reader.scan(scan), writes: [] }),
      how,
    )
    expect(left.map(({ sort }) => sort)).toEqual(['a', 'e'])
  })
})

describe('what goes wrong', () => {
  test('works that shared a transaction without space left run again one by one; only the large one is store-full', async () => {
    const records = open()
    await get(records, 'c')
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      const request = put.apply(this, args)
      // What browsers do when the quota shows only as the transaction is carried out.
      if (String(args[0]).includes('large'))
        (this.transaction as unknown as Abortable)._abort('QuotaExceededError')
      return request
    })
    const outcomes = await Promise.allSettled([
      set(records, 1, 'a'),
      set(records, 2, 'large'),
      set(records, 3, 'b'),
    ])
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'store-full', fields: { key: '' }, cause: { name: 'QuotaExceededError' } } },
      { status: 'fulfilled' },
    ])
    expect(await ids(records)).toEqual([1, 3])
  })

  test.each(['AbortError', 'UnknownError'])(
    'a connection that is cut under works (%s) has them run again on a new one',
    async (name) => {
      const records = open()
      const connections = spyOnConnections()
      await set(records, 0, 'first')
      vi.mocked(Reflect.get(IDBDatabase.prototype, 'transaction') as Begin).mockImplementationOnce(function (
        this: IDBDatabase,
        ...args
      ) {
        const transaction = begin.apply(this, args)
        queueMicrotask(() => {
          ;(transaction as unknown as Abortable)._abort(name)
          forceCloseDatabase(this as never)
        })
        return transaction
      })
      let runs = 0
      const works = [1, 2].map((id) =>
        records.transact(async (transaction) => {
          runs++
          await transaction.get(['c', 0])
          transaction.set(['c', id], id)
        }),
      )
      await Promise.all(works)
      expect(connections).toHaveLength(2)
      expect(runs).toBeGreaterThan(2)
      expect(await ids(records)).toEqual([0, 1, 2])
    },
  )

  test.each([true, false])(
    'a connection that goes again and again is store-failed (readonly: %s)',
    async (readonly) => {
      const records = open()
      await set(records, 0, 'first')
      const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
        this: IDBDatabase,
        ...args
      ) {
        // Opening looks into the database, too.
        if (args[2] === undefined) return begin.apply(this, args)
        throw new DOMException('the connection is closing', 'InvalidStateError')
      })
      const work = records.transact((transaction) => transaction.get(['c', 0]), { readonly })
      await expect(work).rejects.toMatchObject({
        code: 'store-failed',
        fields: { operation: 'transact', key: '' },
        cause: { name: 'InvalidStateError' },
      })
      spy.mockRestore()
      expect(await ids(records)).toEqual([0])
    },
  )

  test.each([
    ['once is tried again', 1, 'nothing'],
    ['twice is store-failed', 2, 'store-failed'],
  ])('an opening that fails %s, while the browser clears the data', async (_, times, expected) => {
    const opening = vi.spyOn(IDBFactory.prototype, 'open')
    for (let left = times; left > 0; left--) {
      opening.mockImplementationOnce(() => {
        throw new DOMException('Internal error opening backing store', 'UnknownError')
      })
    }
    const records = open()
    const found = await get(records, 'c').catch((error: unknown) => (error as { code: string }).code)
    expect(found ?? 'nothing').toBe(expected)
    expect(await get(records, 'c')).toBe(undefined)
  })

  test("an error of the caller that looks like one of IndexedDB is the caller's, and nothing runs again", async () => {
    const records = open()
    const reason = new DOMException('planned', 'AbortError')
    let runs = 0
    const work = records.transact(async (transaction) => {
      runs++
      await transaction.get(['c', 1])
      throw reason
    })
    await expect(work).rejects.toBe(reason)
    expect(runs).toBe(1)
  })

  test('a database of something else is foreign-store, and stays as it is', async () => {
    ;(await connect('db', 3, (db) => db.createObjectStore('things'))).close()
    await expect(get(open(), 'c')).rejects.toMatchObject({
      code: 'foreign-store',
      fields: { found: 'the object stores "things"' },
    })
    const raw = await connect()
    expect([raw.version, [...raw.objectStoreNames]]).toEqual([3, ['things']])
    raw.close()
  })

  test.each([
    ['newer-schema', { found: 2, known: 1 }, { format: 'unitflow-records', schema: 2 }],
    ['foreign-store', { found: '"unitflow-records" of another form' }, { format: 'other', schema: 1 }],
    ['foreign-store', { found: '"unitflow-records" of another form' }, 'text'],
  ])('what says of itself to be something else is %s %o', async (code, fields, about) => {
    ;(await connect('db', 1, (db) => db.createObjectStore('unitflow-records').put(about, 0))).close()
    await expect(set(open(), 1, 1)).rejects.toMatchObject({ code, fields })
  })

  test('an empty database that somebody has opened is made one', async () => {
    ;(await connect('db', 5)).close()
    const records = open()
    await set(records, 1, 1)
    expect(await ids(records)).toEqual([1])
  })

  test('a record that is no text is store-damaged', async () => {
    const records = open()
    await set(records, 1, 1)
    const raw = await connect()
    raw
      .transaction('unitflow-records', 'readwrite')
      .objectStore('unitflow-records')
      .put({ not: 'text' }, 'c\u0000')
    raw.close()
    await expect(get(records, 'c')).rejects.toMatchObject({ code: 'store-damaged' })
  })

  test('a database that does not open in time is store-blocked, and a signal gives up sooner', async () => {
    const raw = await connect('db', 1)
    const records = open({ openTimeout: 30 })
    for (const readonly of [true, false]) {
      const work = records.transact((transaction) => transaction.get(['c', 1]), { readonly })
      await expect(work).rejects.toMatchObject({
        code: 'store-blocked',
        fields: { database: 'db', waited: 30 },
      })
    }
    const patient = open()
    const abort = new AbortController()
    const reason = new Error('planned')
    const given = [true, false].map((readonly) =>
      patient.transact(() => 'ran', { signal: abort.signal, readonly }),
    )
    const waiting = set(patient, 1, 1)
    abort.abort(reason)
    for (const work of given) await expect(work).rejects.toBe(reason)
    raw.close()
    await waiting
    expect(await ids(records)).toEqual([1])
  })

  test.each([
    ['name', { name: '' }],
    ['openTimeout', { name: 'db', openTimeout: -1 }],
  ])('a wrong %s is refused at once', (argument, options) => {
    expect(() => createIndexedDbRecords(options)).toThrow(
      expect.objectContaining({
        code: 'bad-argument',
        fields: expect.objectContaining({ argument }) as object,
      }),
    )
  })
})

describe('wake-ups', () => {
  test('a burst of commits gives a few calls, and the last commit is among what they tell', async () => {
    const [writing, listening] = [open(), open()]
    const heard: string[][] = []
    listening.onCommit(({ collections }) => void heard.push([...(collections ?? [])]))
    const channel = vi.spyOn(BroadcastChannel.prototype, 'postMessage')
    for (let id = 0; id < 50; id++) await set(writing, id, id)
    await writing.transact((transaction) => transaction.set(['last'], 1))
    await vi.waitFor(() => expect(heard.flat()).toContain('last'))
    expect(channel.mock.calls.length).toBeLessThan(51)
    expect(heard.length).toBeLessThanOrEqual(channel.mock.calls.length)
  })

  test('closing tells what has not been told', async () => {
    const [writing, listening] = [open(), open()]
    const heard: string[] = []
    listening.onCommit(({ collections }) => void heard.push(...(collections ?? [])))
    for (const name of ['a', 'b', 'c']) await writing.transact((transaction) => transaction.set([name], 1))
    await writing.close()
    await vi.waitFor(() => expect(new Set(heard)).toEqual(new Set(['a', 'b', 'c'])))
  })

  test('what somebody else says on the channel wakes, whatever it is', async () => {
    const records = open()
    const changes: unknown[] = []
    records.onCommit((change) => void changes.push(change))
    const channel = new BroadcastChannel('unitflow-records:db')
    channel.postMessage({ of: 'a later version' })
    await vi.waitFor(() => expect(changes).toEqual([{}]))
    channel.close()
  })

  test.each([
    ['is none', undefined],
    [
      'is one that is refused',
      function refused() {
        throw new DOMException('denied', 'SecurityError')
      },
    ],
  ])('where there %s, all else works, and commits through the same object are told', async (_, channel) => {
    vi.stubGlobal('BroadcastChannel', channel)
    const records = open()
    const heard: unknown[] = []
    const end = records.onCommit((change) => void heard.push(change.collections))
    await set(records, 1, 1)
    expect(heard).toEqual([['c']])
    end()
  })
})
