/**
 * What the user's own code came to.
 *
 * @module
 */
export { storableError } from './storable-error.js'
export { canceled, completed, failed, orThrow, timedOut } from './outcome.js'
export type { Outcome, UnsuccessfulOutcome } from './outcome.js'
