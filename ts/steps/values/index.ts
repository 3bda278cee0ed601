/**
 * Values as steps and state hold them, and as they are stored.
 *
 * @module
 */
export { assertHas, assertObject } from './assert-options.js'
export { fieldsOf } from './fields-of.js'
export { fingerprintOf, HeldValue } from './held-value.js'
export { createLargeValues } from './large-values.js'
export type { LargeValueOptions, LargeValues } from './large-values.js'
export { bytesInRecord, MOST_IN_RECORD } from './record-fit.js'
export { digestOfMark, isPlainMark, markOf, plainValue } from './stored-value.js'
