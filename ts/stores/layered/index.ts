/**
 * Several stores as one: near ones that are fast before a far one that is right.
 *
 * @module
 */
export { createLayeredStore } from './layered-store.js'
export type { LayeredStoreOptions } from './layered-store.js'
