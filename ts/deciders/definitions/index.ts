/**
 * What users declare: activities, workflows, rule sets; what they decide with; and a process as a decider sees it.
 *
 * @module
 */
export type * from './activity-execution.js'
export type * from './activity.js'
export { checkDecider } from './check-decider.js'
export type { DecidedOrThrown, DeciderDifference } from './check-decider.js'
export type * from './child-execution.js'
export { decide } from './decide.js'
export type * from './decided.js'
export {
  cancelActivity,
  cancelProcess,
  cancelTimer,
  completeProcess,
  continueAsNew,
  failProcess,
  recordMarker,
  requestCancelProcess,
  scheduleActivity,
  signalProcess,
  startChildProcess,
  startTimer,
  status,
} from './decision-functions.js'
export type { EndCause, ScheduleOptions, StartChildOptions } from './decision-functions.js'
export { defineActivity } from './define-activity.js'
export type { ActivityOptions, ManualActivityOptions } from './define-activity.js'
export { defineRuleSet } from './define-rule-set.js'
export type { RuleSet, RuleSetDefinition } from './define-rule-set.js'
export { defineWorkflow } from './define-workflow.js'
export type { WorkflowDefinition } from './define-workflow.js'
export type { Match, Matches } from './match.js'
export { ProcessHistory } from './process-history.js'
export type * from './process-id.js'
export type * from './process-view.js'
export type { Rule, RuleSubject, SeenEventType } from './rule.js'
export { unhandledEvents } from './unhandled-events.js'
export type { UnhandledEvents } from './unhandled-events.js'
export type { When } from './when.js'
export type { WorkflowSettings } from './workflow-of.js'
export type * from './workflow.js'
