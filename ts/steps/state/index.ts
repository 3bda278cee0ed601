/**
 * Named state: in memory, and in records.
 *
 * @module
 */
export { createState } from './memory-state.js'
export { createRecordState } from './record-state.js'
export type { RecordStateOptions } from './record-state.js'
export type { State, StateOptions, StateValues } from './state.js'
