/**
 * Step workflows: steps over named state that skip what has not changed.
 *
 * @module
 */
export { createStepWorkflow, defineModel, defineStep } from './definitions/index.js'
export type {
  AnyModel,
  AnyStep,
  AnyStepWorkflow,
  CachePolicy,
  CheckedSteps,
  Fields,
  Given,
  Made,
  Model,
  ModelDefinition,
  PlacedStep,
  Step,
  StepCache,
  StepCacheOptions,
  StepContext,
  StepDefinition,
  StepGives,
  StepName,
  StepNeeds,
  StepWorkflow,
  StepWorkflowOptions,
  WorkflowNeeds,
  WorkflowResult,
} from './definitions/index.js'
export { createRecordState, createState } from './state/index.js'
export type { RecordStateOptions, State, StateOptions, StateValues, WatchOptions } from './state/index.js'
export { createMemoryCache, createRecordCache } from './cache/index.js'
export type {
  CachedResult,
  CacheLimit,
  CachePruneReport,
  MemoryCacheOptions,
  RecordCacheOptions,
  ResultCache,
  ResultKey,
} from './cache/index.js'
export type { LargeValues } from './values/index.js'
export { createRunner, orThrow } from './runner/index.js'
export type {
  BlockedStep,
  FailedStep,
  InputChange,
  KeptReport,
  LastComputed,
  PlannedStep,
  PlanOptions,
  RanStep,
  Reference,
  ReuseOptions,
  RunOptions,
  RunReason,
  RunSummary,
  SkippedStep,
  SkipReason,
  StateFor,
  StepEvent,
  StepListener,
  StepPlan,
  StepRegistry,
  StepReport,
  StepRunner,
  StepRunnerOptions,
  StepRunReport,
} from './runner/index.js'
export type { ErrorData } from '../errors/index.js'
export { isUnitflowError, UnitflowError } from '../errors/index.js'
export { fingerprint } from '../fingerprint/index.js'
export { of } from '../schema/index.js'
export type { Schema } from '../schema/index.js'
