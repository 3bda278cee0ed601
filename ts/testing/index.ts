/**
 * For those who write adapters: conformance suites that run under any test runner, and faults to test against.
 *
 * @module
 */
export { ConformanceError } from './assertions.js'
export { cacheStoreSuite } from './cache-store-suite.js'
export type { CacheStoreFixture, CacheStoreSuiteOptions, Deviation } from './cache-store-suite.js'
export type { OptionalPart } from './cache-store/case.js'
export { failingStore } from './failing-store.js'
export type { FailingStoreOptions, StoreOperation } from './failing-store.js'
