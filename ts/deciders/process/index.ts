/**
 * What happens to a process, step by step: pure functions of what it was and what came.
 *
 * @module
 */
export { completeActivity, heartbeat, releaseActivity, startActivity } from './activity-steps.js'
export type { ActivityClaim, Heartbeat } from './activity-steps.js'
export { areWellFormed } from './assert-decisions.js'
export { completeDecision, failDecision, startDecision } from './decision-steps.js'
export type { Decided, DecisionClaim, DecisionOutcome, Surroundings } from './decision-steps.js'
export {
  childClosed,
  closeFromOutside,
  fireTimer,
  passTime,
  requestCancel,
  signal,
  startProcess,
} from './process-steps.js'
export type { NewProcess } from './process-steps.js'
export { forkedHistory, forkProcess } from './fork-process.js'
export type { ForkedHistory } from './fork-process.js'
export { nextDeadline, NOTHING_OPEN } from './process-state.js'
export type * from './process-state.js'
export type { Message, StepResult, StepTime } from './step.js'
export { ACTIVITY_TYPE, WORKFLOW_TYPE } from './type-shapes.js'
export { typeIn } from './types.js'
export type * from './types.js'
