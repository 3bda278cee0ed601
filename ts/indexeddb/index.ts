/**
 * Databases of IndexedDB: opened when needed, opened again when lost, and their errors.
 *
 * @module
 */
export { DatabaseConnection } from './database-connection.js'
export { assertDatabaseOptions } from './database-options.js'
export { errorName, storeError } from './indexeddb-errors.js'
export type { StoreCall } from './indexeddb-errors.js'
export { openAtAnyVersion } from './open-at-any-version.js'
