import { test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import { workflowBackendSuite } from '../../../../ts/testing/workflow-backend-suite.js'
import { recordStores } from '../../records/record-stores.js'

for (const { name, open } of recordStores) {
  workflowBackendSuite({
    name,
    test,
    create: async () => {
      const records = open()
      const clock = createManualClock(1_800_000_000_000)
      return { clock, backend: createBackend({ records, clock }), cleanup: () => records.close() }
    },
  })
}
