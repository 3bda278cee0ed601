/**
 * The store in memory.
 *
 * @module
 */
export { createMemoryStore } from './memory-store.js'
