/**
 * What a program talks to, and the workers that decide and do.
 *
 * @module
 */
export { ActivityCanceled, ActivityFailed } from './activity-errors.js'
export { createActivityWorker } from './activity-worker.js'
export type { ActivityWorker, ActivityWorkerOptions } from './activity-worker.js'
export { createDecisionWorker } from './decision-worker.js'
export type { DecisionWorker, DecisionWorkerOptions } from './decision-worker.js'
export { createManager } from './manager.js'
export type { Manager, ManagerOptions, WaitingFor } from './manager-types.js'
export type { BulkFilter, BulkReport } from './for-all-processes.js'
export { workUntilIdle } from './work-until-idle.js'
