import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import { createIndexedDbRecords } from '../../../../ts/records/indexeddb/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { createSqliteRecords } from '../../../../ts/records/sqlite/index.js'
import { workflowBackendSuite } from '../../../../ts/testing/workflow-backend-suite.js'

const start = 1_800_000_000_000

function over(records: RecordStore, cleanup?: () => Promise<void>) {
  const clock = createManualClock(start)
  return {
    clock,
    backend: createBackend({ records, clock }),
    cleanup: async () => {
      await records.close()
      await cleanup?.()
    },
  }
}

workflowBackendSuite({ name: 'memory', test, create: async () => over(createMemoryRecords()) })

workflowBackendSuite({
  name: 'SQLite',
  test,
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unitflow-backend-'))
    const records = createSqliteRecords({ path: join(folder, 'records.db') })
    return over(records, () => rm(folder, { recursive: true }))
  },
})

describe('in a browser', () => {
  beforeEach(() => {
    vi.stubGlobal('indexedDB', new IDBFactory())
    vi.stubGlobal('IDBKeyRange', IDBKeyRange)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
  })
  workflowBackendSuite({
    name: 'IndexedDB',
    test,
    create: async () => over(createIndexedDbRecords({ name: 'backend' })),
  })
})
