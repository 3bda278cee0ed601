/**
 * Runners of step workflows as plain JSON.
 *
 * @module
 */
export { restoreRunner, saveRunner } from './saved-runner.js'
export type { RestoreOptions, SavedRunner, SavedStep } from './saved-runner.js'
export type { ErrorData } from '../../errors/index.js'
export { isUnitflowError, UnitflowError } from '../../errors/index.js'
