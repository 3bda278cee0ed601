// A page that reads units from the edge and keeps them, as examples/edge-function/README.md has it.
import { readElementUnit, unitJson } from 'unitflow/read'
import { createHttpStore } from 'unitflow/stores/http'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { createLayeredStore } from 'unitflow/stores/layered'
import { createMemoryStore } from 'unitflow/stores/memory'

globalThis.readFromEdge = async (url, token, request) => {
  const headers = { authorization: `Bearer ${token}` }
  const http = createHttpStore(url, { headers, retry: { attempts: 1 } })
  const store = createLayeredStore(createMemoryStore(), createIndexedDbStore({ name: 'units' }), http)
  try {
    return unitJson(await readElementUnit(store, 'orders', request))
  } catch (error) {
    return error.code
  }
}
