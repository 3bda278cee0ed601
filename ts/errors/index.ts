/**
 * The errors of this package: one class, a literal `code`, typed `fields`.
 *
 * @module
 */
export { errorFromData, errorToData } from './error-data.js'
export type { ErrorData } from './error-data.js'
export type {
  ErrorCode,
  ErrorFields,
  InvalidValueIssue,
  LimitName,
  NotASpecKind,
  SpecPlace,
} from './error-fields.js'
export { isUnitflowError, UnitflowError } from './unitflow-error.js'
export type { AnyUnitflowError } from './unitflow-error.js'
