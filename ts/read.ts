/**
 * unitflow for runtimes that only read units: the same functions without the Wasm core.
 *
 * @module
 */
export { errorFromData, errorToData, isUnitflowError, UnitflowError } from './errors/index.js'
export type { AnyUnitflowError, ErrorCode, ErrorData, ErrorFields } from './errors/index.js'
export type { CacheStore } from './stores/cache-store.js'
export * from './units/reading.js'
export { VERSION } from './version.js'
