/**
 * Results of steps, by what they were computed from.
 *
 * @module
 */
export { createMemoryCache } from './memory-cache.js'
export type { MemoryCacheOptions } from './memory-cache.js'
export { createRecordCache, RecordCache } from './record-cache.js'
export type { RecordCacheOptions } from './record-cache.js'
export { sweepLargeValues } from './sweep-large-values.js'
export type { SweepOptions } from './sweep-large-values.js'
export { createStoreCache } from './store-cache.js'
export type { StoreCacheOptions } from './store-cache.js'
export { STEP_SCHEMA } from './step-schema.js'
export { textOf } from './result-cache.js'
export type { CachedResult, CacheLimit, CachePruneReport, ResultCache, ResultKey } from './result-cache.js'
