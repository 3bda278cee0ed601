/**
 * What may be there at once, or come later.
 *
 * @module
 */
export { isPromise } from './is-promise.js'
