// The IndexedDB store in a page: the whole store suite, and what a reload must not lose. The test calls what hangs here.
import { cacheElementUnitsForWorkflow, readElementUnit, unitJson } from 'unitflow'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { cacheStoreSuite } from 'unitflow/testing'
import { runSuite } from './run-suite.mjs'
import { settledRequest } from './settled-request.mjs'

let databases = 0

globalThis.unitflowTest = {
  runSuite: () =>
    runSuite((test) =>
      cacheStoreSuite({
        name: 'IndexedDB',
        test,
        create: async () => {
          const name = `suite-${databases++}`
          return {
            store: createIndexedDbStore({ name }),
            reopen: async () => createIndexedDbStore({ name }),
            cleanup: () => settledRequest(globalThis.indexedDB.deleteDatabase(name)),
          }
        },
      }),
    ),
  async cache(specs) {
    const store = createIndexedDbStore({ name: 'kept' })
    const report = await cacheElementUnitsForWorkflow(store, 'orders', specs)
    return report.written.length
  },
  async read() {
    const store = createIndexedDbStore({ name: 'kept' })
    return unitJson(await readElementUnit(store, 'orders', { processId: 'Order' }))
  },
}
