/**
 * What every cache store is: the contract, and the form of its keys. The stores themselves are entries of their own.
 *
 * @module
 */
export type { CacheStore } from './cache-store.js'
export { assertStoreKey, isStoreKey, MAX_STORE_KEY_LENGTH } from './store-key.js'
