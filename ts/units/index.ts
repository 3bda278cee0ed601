/**
 * Element units: taking workflows apart, caching the pieces, reading the one that a run needs.
 *
 * @module
 */
export type { CacheLayout, CacheOptions, CacheProgress, WriteOptions } from './cache-options.js'
export { cacheProcess, removeProcess } from './cache-process.js'
export type { CacheReport, ReportedProcess } from './cache-report.js'
export { cacheElementUnitsForWorkflow } from './cache-workflow.js'
export { cacheWorkflows } from './cache-workflows.js'
export type {
  CachedWorkflows,
  CacheWorkflowsOptions,
  FailedWorkflow,
  WorkflowProgress,
  WorkflowToCache,
} from './cache-workflows.js'
export { decompose, decomposeStream } from './decompose.js'
export type {
  Decomposition,
  DecomposedObject,
  DecomposeOptions,
  DecomposeStreamOptions,
  WorkflowSpecs,
} from './decompose.js'
export { heldVersions, holdVersion, releaseVersion } from './hold-version.js'
export type { HeldVersion, HeldVersionInfo, HoldOptions } from './hold-version.js'
export { prune, removeWorkflow } from './prune.js'
export type { PruneOptions, PruneReport } from './prune.js'
export * from './reading.js'
