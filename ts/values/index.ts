/**
 * Values that JSON cannot say, as JSON.
 *
 * @module
 */
export type { Value } from './value.js'
export { copyOf, decodeValue, define, encodeValue } from './value-form.js'
