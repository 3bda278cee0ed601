// Not from the index: what it loads, and a program without records need not.
import { SchemaVersion } from '../../records/schema-version.js'

/** Of all records of steps: their state, and their results. */
export const STEP_SCHEMA: SchemaVersion = new SchemaVersion(['step_schema'], 1, 'the steps')
