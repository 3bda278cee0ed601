/**
 * For those who write adapters: conformance suites that run under any test runner, faults to test against, and a
 * clock that stands still.
 *
 * @module
 */
export { createManualClock } from '../clock/index.js'
export type { Clock, ManualClock, SleepOptions, TimerOptions } from '../clock/index.js'
export { ConformanceError } from './assertions.js'
export { cacheStoreSuite } from './cache-store-suite.js'
export type { CacheStoreFixture, CacheStoreSuiteOptions, Deviation } from './cache-store-suite.js'
export type { OptionalPart } from './cache-store/case.js'
export { createProcessHarness, decideOn, fake, happened, historyOf } from '../deciders/testing-kit/index.js'
export type {
  Fake,
  Happening,
  HistoryOptions,
  HistoryStep,
  OpenExecutionFilter,
  ProcessHarness,
  ProcessHarnessOptions,
} from '../deciders/testing-kit/index.js'
export { failingStore } from './failing-store.js'
export type { FailingStoreOptions, StoreOperation } from './failing-store.js'
export { flowRunnerSuite } from './flow-runner-suite.js'
export type { FlowRunnerFixture, FlowRunnerSuiteOptions } from './flow-runner-suite.js'
export { recordStoreSuite } from './record-store-suite.js'
export type { RecordStoreFixture, RecordStoreSuiteOptions } from './record-store-suite.js'
export type { RecordStorePart } from './record-store/case.js'
export { checkSerializable } from './record-store/check-serializable.js'
export type { Anomaly, HistoryOperation, HistoryTransaction } from './record-store/check-serializable.js'
export { recordHistory } from './record-store/random-history.js'
export type { RecordHistoryOptions } from './record-store/random-history.js'
export { stepRunnerSuite } from './step-runner-suite.js'
export type { StepRunnerFixture, StepRunnerSuiteOptions } from './step-runner-suite.js'
export type { StepStatePart } from './step-runner/case.js'
export { workflowBackendSuite } from './workflow-backend-suite.js'
export type { WorkflowBackendFixture, WorkflowBackendSuiteOptions } from './workflow-backend-suite.js'
