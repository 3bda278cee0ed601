/**
 * What an execution is, and how it goes on: without I/O and without a clock.
 *
 * @module
 */
export { advanced } from './advanced.js'
export { FLOW_STATUSES, isEnded, WAITING } from './execution.js'
export type { Execution, FlowStatus } from './execution.js'
export type * from './flow-event.js'
export {
  assertHeld,
  cancelAsked,
  claimed,
  migrated,
  pauseAsked,
  recovered,
  released,
  renewed,
  rescheduled,
  resumed,
  scheduled,
  taskCompleted,
  taskFailed,
} from './transitions.js'
export type { Migration, NewExecution, TaskFailure, Transition } from './transitions.js'
