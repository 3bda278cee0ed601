import { type ErrorFields, isUnitflowError, UnitflowError } from '../errors/index.js'

/** What a call was about, for its errors. `key` is empty where it concerned no single key. */
export type StoreCall = ErrorFields['store-failed']

/** The name of a DOMException. By name, because browsers differ in the class: a full disk has one of its own in some. */
export function errorName(error: unknown): string | undefined {
  return error instanceof Error || error instanceof DOMException ? error.name : undefined
}

/** The typed error for a call that failed. */
export function storeError(error: unknown, call: StoreCall): Error {
  if (isUnitflowError(error)) return error
  const { operation, key } = call
  const what = key === '' ? operation : `${operation} "${key}"`
  const name = errorName(error)
  if (name === 'QuotaExceededError') {
    return new UnitflowError(
      'store-full',
      `${what}: the browser gives this site no more space`,
      { key },
      { cause: error },
    )
  }
  const reason =
    name === 'SecurityError'
      ? 'IndexedDB is refused here (SecurityError), as in private mode, in a sandboxed frame, or where site data is blocked'
      : `IndexedDB failed (${describe(error)})`
  return new UnitflowError('store-failed', `${what}: ${reason}`, call, { cause: error })
}

function describe(error: unknown): string {
  const name = errorName(error)
  const message = error instanceof Error || error instanceof DOMException ? error.message : String(error)
  return name === undefined || name === 'Error' ? message : `${name}${message === '' ? '' : `: ${message}`}`
}
