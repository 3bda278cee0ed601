// The acceptance program in a service worker, and units in IndexedDB, which the page reads too.
import { cacheElementUnitsForWorkflow, readElementUnit, unitJson } from 'unitflow'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { acceptance } from './acceptance.mjs'

const store = () => createIndexedDbStore({ name: 'of-the-service-worker' })

const WORK = {
  accept: acceptance,
  cache: async (specs) => (await cacheElementUnitsForWorkflow(store(), 'orders', specs)).written.length,
  read: async () => unitJson(await readElementUnit(store(), 'orders', { processId: 'Order' })),
}

globalThis.onactivate = (event) => event.waitUntil(globalThis.clients.claim())
globalThis.onmessage = (event) => {
  const { work, specs } = event.data
  event.waitUntil(
    WORK[work](specs).then(
      (result) => event.ports[0].postMessage({ result }),
      (error) => event.ports[0].postMessage({ error: String(error?.stack ?? error) }),
    ),
  )
}
