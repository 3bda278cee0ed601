/**
 * What schedules and runs flows.
 *
 * @module
 */
export { createFlowRunner } from './flow-runner.js'
export type {
  FlowBulkFilter,
  FlowBulkReport,
  FlowReport,
  FlowRunner,
  FlowRunnerOptions,
  PlainReport,
  RerunOptions,
  RunOptions,
  ScheduleOptions,
} from './runner-types.js'
