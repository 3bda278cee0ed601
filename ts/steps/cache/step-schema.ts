import { SchemaVersion } from '../../records/index.js'

/** Of all records of steps: their state, and their results. */
export const STEP_SCHEMA: SchemaVersion = new SchemaVersion(['step_schema'], 1, 'the steps')
