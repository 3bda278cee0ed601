import { test } from 'vitest'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import { recordStoreSuite } from '../../../ts/testing/index.js'

recordStoreSuite({
  name: 'memory',
  test,
  without: ['reopen', 'watch'],
  create: async () => ({ store: createMemoryRecords() }),
})
