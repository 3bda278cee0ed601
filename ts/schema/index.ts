/**
 * Schemas of any make (Standard Schema, version 1), and types where no schema is wanted.
 *
 * @module
 */
export { isTypeOnly, of } from './of.js'
export type {
  Schema,
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaPathSegment,
  SchemaResult,
} from './schema.js'
export { assertSchema, invalidValue, isSchema, validate } from './validate.js'
