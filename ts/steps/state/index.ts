/**
 * Named state: in memory, and in records.
 *
 * @module
 */
export { createState } from './memory-state.js'
export { createRecordState } from './record-state.js'
export type { RecordStateOptions } from './record-state.js'
export { isRunnable, MEDIUM } from './state-medium.js'
export type { LastResult, RunnableState, StateMedium, StateView, StepPost } from './state-medium.js'
export { isImmutable, noSuchState } from './state-errors.js'
export type { State, StateOptions, StateValues, WatchOptions } from './state.js'
