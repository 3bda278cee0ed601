/**
 * unitflow: takes workflows apart into element units that run alone, and keeps them in any store.
 *
 * @module
 */
export { errorFromData, errorToData, isUnitflowError, UnitflowError } from './errors/index.js'
export type { AnyUnitflowError, ErrorCode, ErrorData, ErrorFields } from './errors/index.js'
export type { Limits, ReadableSpecs, SpecStream } from './core/index.js'
export type { CacheStore } from './stores/cache-store.js'
export { createMemoryStore } from './stores/memory/index.js'
export * from './units/index.js'
export { VERSION } from './version.js'
