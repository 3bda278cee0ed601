import type { ErrorCode, ErrorFields } from './error-fields.js'
import { isUnitflowError, UnitflowError } from './unitflow-error.js'

/** An error as plain JSON, for a worker, a database or a wire (structured clone drops what our errors add). */
export interface ErrorData {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly stack?: string
  readonly cause?: ErrorData
}

/** Causes deeper than this are cut off: a chain of causes may be a cycle. */
const MAX_CAUSES = 16

/** Turns any thrown value into plain JSON. {@link errorFromData} is the way back. */
export function errorToData(error: unknown): ErrorData {
  return toData(error, 0)
}

function toData(error: unknown, depth: number): ErrorData {
  if (!isErrorLike(error)) return { name: 'Error', message: describe(error) }
  const data: { -readonly [K in keyof ErrorData]: ErrorData[K] } = {
    name: error.name,
    message: error.message,
  }
  if (isUnitflowError(error)) {
    data.code = error.code
    data.fields = { ...error.fields }
  }
  if (error.stack !== undefined) data.stack = error.stack
  if (error.cause !== undefined && depth < MAX_CAUSES) data.cause = toData(error.cause, depth + 1)
  return data
}

/** `instanceof` fails for errors of another realm. */
function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    'name' in value &&
    typeof value.name === 'string'
  )
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    const text: unknown = JSON.stringify(value)
    return typeof text === 'string' ? text : String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}

/** Makes an error of what {@link errorToData} gave: a {@link UnitflowError} where it was one. */
export function errorFromData(data: ErrorData): Error {
  const options = data.cause === undefined ? undefined : { cause: errorFromData(data.cause) }
  const error =
    data.code === undefined
      ? new Error(data.message, options)
      : // The code came from another copy of this package, so its fields are taken at its word.
        new UnitflowError(
          data.code as ErrorCode,
          data.message,
          (data.fields ?? {}) as unknown as ErrorFields[ErrorCode],
          options,
        )
  Object.defineProperty(error, 'name', { value: data.name, configurable: true, writable: true })
  if (data.stack !== undefined) error.stack = data.stack
  return error
}
