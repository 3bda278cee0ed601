import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import { afterAll, beforeAll, describe, test, vi } from 'vitest'
import { createIndexedDbRecords } from '../../../ts/records/indexeddb/index.js'
import { recordStoreSuite, type RecordStoreFixture } from '../../../ts/testing/index.js'

beforeAll(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
})
afterAll(() => void vi.unstubAllGlobals())

let databases = 0
async function create(): Promise<RecordStoreFixture> {
  const name = `suite-${databases++}`
  return {
    store: createIndexedDbRecords({ name }),
    reopen: async () => createIndexedDbRecords({ name }),
  }
}

recordStoreSuite({ name: 'IndexedDB', test, create })

describe('in a browser without getAllRecords', () => {
  const getAllRecords: unknown = Reflect.get(IDBObjectStore.prototype, 'getAllRecords')
  beforeAll(() => void Reflect.deleteProperty(IDBObjectStore.prototype, 'getAllRecords'))
  afterAll(() => void Reflect.set(IDBObjectStore.prototype, 'getAllRecords', getAllRecords))
  recordStoreSuite({
    name: 'IndexedDB',
    test,
    create,
    large: { records: 1000, reason: 'the same with many was looked at above' },
  })
})
