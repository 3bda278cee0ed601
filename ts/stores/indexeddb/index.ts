/**
 * The store in IndexedDB, for browsers: pages and workers.
 *
 * @module
 */
export { createIndexedDbStore } from './indexeddb-store.js'
export type { IndexedDbStoreOptions } from './indexeddb-store.js'
