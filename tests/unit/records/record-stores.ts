import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { createIndexedDbRecords } from '../../../ts/records/indexeddb/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import type { RecordStore } from '../../../ts/records/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { temporaryFolder } from './sqlite/temporary-folder.js'

/** A store of records that tests run over. */
export interface RecordStoreUnderTest {
  readonly name: string
  /** Opens one for the test that runs, with nothing in it; what it is made of is gone when the test has finished. */
  readonly open: () => RecordStore
}

/** Each of the stores that a program in Node or in a page has. */
export const recordStores: readonly RecordStoreUnderTest[] = [
  { name: 'memory', open: createMemoryRecords },
  { name: 'SQLite', open: () => createSqliteRecords({ path: join(temporaryFolder(), 'records.db') }) },
  {
    name: 'IndexedDB',
    open: () => {
      vi.stubGlobal('indexedDB', new IDBFactory())
      vi.stubGlobal('IDBKeyRange', IDBKeyRange)
      onTestFinished(() => void vi.unstubAllGlobals())
      return createIndexedDbRecords({ name: 'records' })
    },
  },
]
