/**
 * The history of a process as a timeline.
 *
 * @module
 */
export { timelineOfHistory } from './timeline-of-history.js'
export type { TimelineOfHistoryOptions } from './timeline-of-history.js'
