/**
 * Running step workflows: plans, runs, reports.
 *
 * @module
 */
export { createRunner, restoreRunner } from './step-runner.js'
export type { RestoreOptions } from './step-runner.js'
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
export type { SavedRunner, SavedStep } from './saved-runner.js'
export type { StepEvent, StepListener } from './step-event.js'
