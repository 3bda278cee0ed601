// A page that may not compile WebAssembly: the full entry says so and how to help it, the reading entry works.
import { cacheElementUnitsForWorkflow, createMemoryStore, errorToData } from 'unitflow'
import { readElementUnit, unitJson } from 'unitflow/read'

globalThis.refusal = async () => {
  const work = cacheElementUnitsForWorkflow(createMemoryStore(), 'k', '{"spec":1}')
  return work.then(
    () => ({ code: 'nothing was thrown' }),
    (error) => errorToData(error),
  )
}

globalThis.read = async () => {
  const store = createMemoryStore()
  for (const [key, base64] of Object.entries(await (await fetch('/store.json')).json())) {
    await store.set(
      key,
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    )
  }
  return unitJson(await readElementUnit(store, 'company', { processId: 'Order' }))
}
