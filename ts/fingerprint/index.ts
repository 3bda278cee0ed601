/**
 * A hash of any value, the same for the same value everywhere.
 *
 * @module
 */
export { bothForms, canonicalForm } from './canonical-form.js'
export { fingerprint } from './fingerprint.js'
