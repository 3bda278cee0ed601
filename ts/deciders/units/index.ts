/**
 * Deciders over element units: a process of a cached workflow runs, and reads what it has reached.
 *
 * @module
 */
export { checkExpression, comparisons } from '../../comparisons/index.js'
export type { Evaluate } from '../../comparisons/index.js'
export { defineUnitWorkflow } from './define-unit-workflow.js'
export type {
  Changes,
  CompletedUnitElement,
  HumanActivity,
  HumanResult,
  UnboundElement,
  UnitActivity,
  UnitBindings,
  UnitCheck,
  UnitData,
  UnitElement,
  UnitFunction,
  UnitLimits,
  UnitProblem,
  UnitRead,
  UnitStart,
  UnitTask,
  UnitWorkflow,
  UnitWorkflowOptions,
} from './unit-workflow.js'
export { versionsOf } from './versions-of.js'
