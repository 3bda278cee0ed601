import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'
import type { PayloadCodec } from '../../../ts/codec/index.js'
import type { RecordStore } from '../../../ts/records/index.js'
import { createIndexedDbRecords } from '../../../ts/records/indexeddb/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { flowRunnerSuite } from '../../../ts/testing/flow-runner-suite.js'

const start = 1_800_000_000_000

function over(records: RecordStore, cleanup?: () => Promise<void>) {
  return { records, clock: createManualClock(start), ...(cleanup && { cleanup }) }
}

flowRunnerSuite({ name: 'memory', test, create: async () => over(createMemoryRecords()) })

flowRunnerSuite({
  name: 'SQLite',
  test,
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unitflow-flows-'))
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
  flowRunnerSuite({
    name: 'IndexedDB',
    test,
    create: async () => over(createIndexedDbRecords({ name: 'flows' })),
  })
})

/** Nothing that it has sealed is anything else to who does not open it. It takes no time, as the clock that stands still wants it. */
const sealing: PayloadCodec = {
  encode: async (text) => `sealed ${encodeURIComponent(text)}`,
  decode: async (sealed) => decodeURIComponent(sealed.slice('sealed '.length)),
}

flowRunnerSuite({
  name: 'sealed',
  test,
  codec: sealing,
  create: async () => over(createMemoryRecords()),
})
