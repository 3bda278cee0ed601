import type { ErrorCode, ErrorFields } from './error-fields.js'

const brand = Symbol.for('unitflow.error')

/**
 * What this package throws when it could not do its work.
 *
 * `code` is a literal to switch on, `fields` what is known about the place, `cause` what lay beneath.
 */
export class UnitflowError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'UnitflowError'
  readonly code: C
  readonly fields: ErrorFields[C]

  constructor(code: C, message: string, fields: ErrorFields[C], options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    this.fields = fields
    // Marks the class in every realm and every copy of this package; see isUnitflowError.
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Every {@link UnitflowError}, discriminated by `code`, so that a test of `code` narrows `fields`. */
export type AnyUnitflowError = { [C in ErrorCode]: UnitflowError<C> }[ErrorCode]

/**
 * Whether a value is a {@link UnitflowError}, and of this code where one is given.
 * It also holds for errors of another realm (worker, frame, `vm`) or of a second copy of this package.
 */
export function isUnitflowError(value: unknown): value is AnyUnitflowError
export function isUnitflowError<C extends ErrorCode>(value: unknown, code: C): value is UnitflowError<C>
export function isUnitflowError(value: unknown, code?: ErrorCode): boolean {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false
  return code === undefined || ('code' in value && value.code === code)
}
