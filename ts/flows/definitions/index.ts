/**
 * What users declare: tasks, and flows of them.
 *
 * @module
 */
export { declaredFlow, defineFlow } from './define-flow.js'
export type { Checked } from './define-flow.js'
export { defineTask, limit } from './define-task.js'
export { definitionOf, definitionsOf } from './earlier-definitions.js'
export type { TaskDefinition } from './define-task.js'
export type {
  AnyFlow,
  BareExecutionId,
  ExecutionId,
  Flow,
  FlowGiven,
  FlowLimits,
  FlowOptions,
  FlowResult,
  Migrated,
  OldExecution,
  TaskName,
} from './flow.js'
export type { AnyTask, Task, TaskContext } from './task.js'
export type { Fields, Given, Made } from '../../fields/index.js'
