/**
 * Deciders: durable processes, decided by pure functions of their history, and worked by anybody who has the functions.
 *
 * @module
 */
export { createBackend } from './backend/index.js'
export type * from './backend/index.js'
export {
  cancelActivity,
  cancelProcess,
  cancelTimer,
  checkDecider,
  completeProcess,
  continueAsNew,
  defineActivity,
  defineRuleSet,
  defineWorkflow,
  failProcess,
  ProcessHistory,
  recordMarker,
  requestCancelProcess,
  scheduleActivity,
  signalProcess,
  startChildProcess,
  startTimer,
  status,
  unhandledEvents,
} from './definitions/index.js'
export type * from './definitions/index.js'
export { HISTORY_VERSION, isSeenByDeciders } from './history/index.js'
export type * from './history/decisions.js'
export type * from './history/history-event.js'
export type * from './history/results.js'
export {
  ActivityCanceled,
  ActivityFailed,
  createActivityWorker,
  createDecisionWorker,
  createManager,
  workUntilIdle,
} from './manager/index.js'
export type * from './manager/index.js'
export type { ActivityType, WorkflowType } from './process/index.js'
export { isUnitflowError, UnitflowError } from '../errors/index.js'
export { of } from '../schema/index.js'
export type { Schema } from '../schema/index.js'
export { orThrow } from '../outcome/index.js'
export type { Outcome } from '../outcome/index.js'
