/**
 * The store behind a web server or an edge function.
 *
 * @module
 */
export { createHttpStore } from './http-store.js'
export type { HttpStoreOptions } from './http-store.js'
export type { HttpFetch, HttpHeaders, HttpRetry } from '../../http/index.js'
