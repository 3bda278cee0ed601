/**
 * Step workflows: steps over named state that skip what has not changed. No entry of the package yet: what runs them is not
 * there.
 *
 * @module
 */
export { createStepWorkflow, defineModel, defineStep } from './definitions/index.js'
export type * from './definitions/index.js'
export { createRecordState, createState } from './state/index.js'
export type * from './state/index.js'
export { of } from '../schema/index.js'
