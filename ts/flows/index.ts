/**
 * Flow runners: linear flows of tasks, kept at every step, run again from where they failed.
 *
 * @module
 */
export { defineFlow, defineTask } from './definitions/index.js'
export type * from './definitions/index.js'
export { FLOW_STATUSES } from './execution/index.js'
export type { Execution, FlowStatus } from './execution/index.js'
export type * from './execution/flow-event.js'
export { readFlows } from './records/index.js'
export type {
  CommittedFlowEvents,
  ExecutionInfo,
  FlowFilter,
  FlowPage,
  FlowReader,
  ReadFlowsOptions,
  TaskProgress,
} from './records/index.js'
export { createFlowRunner } from './runner/index.js'
export type * from './runner/index.js'
export type { ErrorData } from '../errors/index.js'
export { isUnitflowError, UnitflowError } from '../errors/index.js'
export { of } from '../schema/index.js'
export type { Schema } from '../schema/index.js'
export { orThrow } from '../outcome/index.js'
export type { Outcome } from '../outcome/index.js'
