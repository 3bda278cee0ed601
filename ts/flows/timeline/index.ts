/**
 * The history of an execution of a flow as a timeline.
 *
 * @module
 */
export { timelineOfFlowHistory } from './timeline-of-flow-history.js'
export type { TimelineOfFlowHistoryOptions } from './timeline-of-flow-history.js'
