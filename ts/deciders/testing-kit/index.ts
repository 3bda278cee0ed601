/**
 * Histories written by hand, what a workflow decides after them, and processes that run in virtual time.
 *
 * @module
 */
export { decideOn } from './decide-on.js'
export { fake } from './fake.js'
export type { Fake } from './fake.js'
export { happened } from './happened.js'
export type { Happening, OfId } from './happened.js'
export { historyOf } from './history-of.js'
export type { HistoryOptions, HistoryStep } from './history-of.js'
export { createProcessHarness } from './process-harness.js'
export type { OpenExecutionFilter, ProcessHarness, ProcessHarnessOptions } from './process-harness.js'
