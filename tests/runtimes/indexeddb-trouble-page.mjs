// The IndexedDB store in a page, one call at a time, for a test that makes trouble from outside.
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { noise } from './noise.mjs'
import { settledRequest } from './settled-request.mjs'
import { told } from './told.mjs'

let store

globalThis.trouble = {
  open: (options) => void (store = createIndexedDbStore(options)),
  set: (key, bytes) => told(() => store.set(key, noise(bytes))),
  setMany: (keys, bytes) => told(() => store.setMany(keys.map((key) => [key, noise(bytes)]))),
  size: (key) => told(async () => (await store.get(key))?.length ?? 'nothing'),
  deleteDatabase: (name) =>
    told(async () => {
      await settledRequest(globalThis.indexedDB.deleteDatabase(name))
      return 'deleted'
    }),
  /** A connection of somebody else's, who does not give way. */
  holdOn: (name) =>
    told(async () => {
      globalThis.held = await settledRequest(globalThis.indexedDB.open(name))
      return 'held'
    }),
  letGo: () => void globalThis.held.close(),
}
