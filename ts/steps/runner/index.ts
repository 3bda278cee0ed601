/**
 * Running step workflows: plans, runs, reports.
 *
 * @module
 */
export { createRunner } from './step-runner.js'
export type { AnyOptions } from './step-runner.js'
export { lastOutputs } from './last-outputs.js'
export { partsOf } from './runner-parts.js'
export { resolve } from './references.js'
export { wiringOf } from './wiring.js'
export type { Wiring } from './wiring.js'
export type {
  KeptReport,
  LastComputed,
  PlanOptions,
  ReuseOptions,
  RunOptions,
  StateFor,
  StepRunner,
  StepRunnerOptions,
} from './runner-types.js'
export type { PlannedStep, StepPlan } from './plan-run.js'
export type { Reference, StepRegistry } from './references.js'
export { orThrow } from './run-report.js'
export type {
  BlockedStep,
  FailedStep,
  InputChange,
  RanStep,
  RunReason,
  RunSummary,
  SkippedStep,
  SkipReason,
  StepReport,
  StepRunReport,
} from './run-report.js'
export type { StepEvent, StepListener } from './step-event.js'
