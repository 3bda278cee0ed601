/**
 * Values as steps and state hold them, and as they are stored.
 *
 * @module
 */
export { fieldsOf } from './fields-of.js'
export { fingerprintOf, HeldValue } from './held-value.js'
export { LargeValues } from './large-values.js'
export type { LargeValueOptions } from './large-values.js'
export { bytesInRecord, MOST_IN_RECORD } from './record-fit.js'
export { digestOfMark, isPlainMark, markOf, plainValue } from './stored-value.js'
