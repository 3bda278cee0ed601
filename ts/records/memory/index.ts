/**
 * Records in memory.
 *
 * @module
 */
export { createMemoryRecords } from './memory-records.js'
