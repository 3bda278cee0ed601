import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { recordStoreSuite } from '../../../ts/testing/index.js'

for (const groupCommit of [true, false]) {
  recordStoreSuite({
    name: `sqlite${groupCommit ? '' : ' without group commit'}`,
    test,
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'unitflow-sqlite-'))
      const open = () => createSqliteRecords({ path: join(folder, 'records.db'), groupCommit })
      return {
        store: open(),
        reopen: async () => open(),
        cleanup: () => rm(folder, { recursive: true }),
      }
    },
  })
}
