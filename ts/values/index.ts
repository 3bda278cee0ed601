/**
 * Values that JSON cannot say, as JSON.
 *
 * @module
 */
export type { Value } from './value.js'
export { decodeValue, encodeValue } from './value-form.js'
