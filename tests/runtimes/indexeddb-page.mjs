// The IndexedDB store in a page: the whole store suite, and what a reload must not lose. The test calls what hangs here.
import { cacheElementUnitsForWorkflow, readElementUnit, unitJson } from 'unitflow'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { cacheStoreSuite } from 'unitflow/testing'

const tests = []
let databases = 0
cacheStoreSuite({
  name: 'IndexedDB',
  test: (name, run) => tests.push({ name, run }),
  create: async () => {
    const name = `suite-${databases++}`
    return {
      store: createIndexedDbStore({ name }),
      reopen: async () => createIndexedDbStore({ name }),
      cleanup: () => settled(globalThis.indexedDB.deleteDatabase(name)),
    }
  },
})

globalThis.unitflowTest = {
  async runSuite() {
    const failures = []
    for (const { name, run } of tests) {
      try {
        await run()
      } catch (error) {
        failures.push(`${name}: ${error.message}`)
      }
    }
    return { count: tests.length, failures }
  },
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

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('a connection is still open'))
  })
}
