/**
 * Steps over element units: a model run for each process of a cached workflow, again where the process is another.
 *
 * @module
 */
export type {
  CachedProcess,
  CallingProcess,
  OfProcesses,
  ProcessDependence,
  ProcessFor,
  ProcessResult,
} from './cached-process.js'
export { perProcess } from './per-process.js'
export type {
  PerProcess,
  PerProcessOptions,
  ProcessPlanOptions,
  ProcessRunOptions,
  ProcessVersionOptions,
} from './per-process.js'
export type { ProcessPlan, ProcessRunReport } from './process-report.js'
