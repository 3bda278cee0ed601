/**
 * What steps keep in a `CacheStore`: results that machines share, and values that are too large for records.
 *
 * @module
 */
export { createStoreCache, sweepLargeValues } from './cache/index.js'
export type { StoreCacheOptions, SweepOptions } from './cache/index.js'
export { createLargeValues } from './values/index.js'
export type { LargeValueOptions, LargeValues } from './values/index.js'
