/**
 * Step workflows: steps over named state that skip what has not changed.
 *
 * @module
 */
export { createStepWorkflow, defineModel, defineStep } from './definitions/index.js'
export type * from './definitions/index.js'
export { createRecordState, createState } from './state/index.js'
export type { RecordStateOptions, State, StateOptions, StateValues, WatchOptions } from './state/index.js'
export { createMemoryCache, createRecordCache, createStoreCache } from './cache/index.js'
export type {
  CachedResult,
  CacheLimit,
  CachePruneReport,
  MemoryCacheOptions,
  RecordCacheOptions,
  ResultCache,
  ResultKey,
  StoreCacheOptions,
} from './cache/index.js'
export type { LargeValueOptions } from './values/index.js'
export { createRunner, orThrow, restoreRunner } from './runner/index.js'
export type * from './runner/index.js'
export type { ErrorData } from '../errors/index.js'
export { isUnitflowError, UnitflowError } from '../errors/index.js'
export { fingerprint } from '../fingerprint/index.js'
export { of } from '../schema/index.js'
export type { Schema } from '../schema/index.js'
