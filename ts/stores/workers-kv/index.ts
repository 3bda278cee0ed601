/**
 * The store in a KV namespace of Cloudflare Workers.
 *
 * @module
 */
export { createWorkersKvStore, MAX_WORKERS_KV_VALUE_BYTES } from './workers-kv-store.js'
export type { WorkersKvStoreOptions } from './workers-kv-store.js'
export type { WorkersKvListing, WorkersKvNamespace } from './workers-kv-namespace.js'
