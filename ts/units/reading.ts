/**
 * All of units that reads: no Wasm in it.
 *
 * @module
 */
export { compareManifests } from './compare-manifests.js'
export type { ManifestDiff } from './compare-manifests.js'
export { describeProcess } from './description/index.js'
export type * from './description/index.js'
export type { ElementUnit, UnitSpec } from './element-unit.js'
export type { Manifest, ManifestObject, ManifestProcess, NotSplitReason } from './manifest.js'
export { mergeUnits } from './merge-units.js'
export { readElementUnit } from './read-element-unit.js'
export type { ActiveElement, ReadOptions, UnitRequest } from './read-element-unit.js'
export { listWorkflows, readManifest } from './read-manifest.js'
export type { CachedWorkflow } from './read-manifest.js'
export { specsToLoad } from './specs-to-load.js'
export { stampUnit } from './stamp-unit.js'
export { unitJson } from './unit-json.js'
export { verifyStore } from './verify.js'
export type { Finding, VerifyReport } from './verify.js'
export { workflowFromCachedElementUnit } from './workflow-from-cached-element-unit.js'
export type { CachedUnitOptions } from './workflow-from-cached-element-unit.js'
