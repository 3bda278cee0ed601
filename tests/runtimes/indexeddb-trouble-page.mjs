// The IndexedDB store in a page, one call at a time, for a test that makes trouble from outside.
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { errorToData } from 'unitflow/read'

let store

async function told(work) {
  try {
    return { value: await work() }
  } catch (error) {
    const { code, fields } = errorToData(error)
    return { code, fields }
  }
}

/** Bytes that the browser cannot make smaller. */
function noise(length) {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
  return bytes
}

globalThis.trouble = {
  open: (options) => void (store = createIndexedDbStore(options)),
  set: (key, bytes) => told(() => store.set(key, noise(bytes))),
  setMany: (keys, bytes) => told(() => store.setMany(keys.map((key) => [key, noise(bytes)]))),
  size: (key) => told(async () => (await store.get(key))?.length ?? 'nothing'),
  deleteDatabase: (name) =>
    told(
      () =>
        new Promise((resolve, reject) => {
          const request = globalThis.indexedDB.deleteDatabase(name)
          request.onsuccess = () => resolve('deleted')
          request.onerror = () => reject(request.error)
        }),
    ),
  /** A connection of somebody else's, who does not give way. */
  holdOn: (name) =>
    told(
      () =>
        new Promise((resolve, reject) => {
          const request = globalThis.indexedDB.open(name)
          request.onsuccess = () => {
            globalThis.held = request.result
            resolve('held')
          }
          request.onerror = () => reject(request.error)
        }),
    ),
  letGo: () => void globalThis.held.close(),
}
