/**
 * Records in IndexedDB, for browsers: pages and workers.
 *
 * @module
 */
export { createIndexedDbRecords } from './indexeddb-records.js'
export type { IndexedDbRecordsOptions } from './indexeddb-records.js'
