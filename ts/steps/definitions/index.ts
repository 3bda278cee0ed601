/**
 * What users declare: models, steps that wire them to state, workflows of steps.
 *
 * @module
 */
export { createStepWorkflow } from './create-step-workflow.js'
export type { CheckedSteps, StepWorkflowOptions } from './create-step-workflow.js'
export { defineModel } from './define-model.js'
export type { ModelDefinition } from './define-model.js'
export { defineStep } from './define-step.js'
export type { StepCacheOptions, StepDefinition } from './define-step.js'
export type { AnyModel, Model, StepContext } from './model.js'
export { Places } from './places.js'
export type { AnyStep, CachePolicy, Step, StepCache, StepGives, StepNeeds } from './step.js'
export type {
  AnyStepWorkflow,
  PlacedStep,
  StepName,
  StepWorkflow,
  WorkflowNeeds,
  WorkflowResult,
} from './step-workflow.js'
export type { Fields, Given, Made } from '../../fields/index.js'
