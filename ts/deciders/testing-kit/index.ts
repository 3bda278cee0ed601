/**
 * Histories written by hand, and what a workflow decides after them.
 *
 * @module
 */
export { decideOn } from './decide-on.js'
export { happened } from './happened.js'
export type { Happening, OfId } from './happened.js'
export { historyOf } from './history-of.js'
export type { HistoryOptions, HistoryStep } from './history-of.js'
