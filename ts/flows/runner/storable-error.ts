import type { ErrorData } from '../../errors/index.js'
import { errorToData } from '../../errors/index.js'
import { encodeValue } from '../../values/index.js'

/** Characters that are kept of each text of an error, and of its fields: an error and its causes fit in one record. */
const MAX_TEXT = 8000

/** What a task has thrown, with its causes (F18), as it can be stored: what is too long is cut, what is no value left out. */
export function storableError(thrown: unknown): ErrorData {
  return cut(errorToData(thrown))
}

function cut({ name, message, code, fields, stack, cause }: ErrorData): ErrorData {
  return {
    name: shorten(name),
    message: shorten(message),
    ...(typeof code === 'string' && { code: shorten(code) }),
    ...(fields !== undefined && isStorable(fields) && { fields }),
    ...(typeof stack === 'string' && { stack: shorten(stack) }),
    ...(cause !== undefined && { cause: cut(cause) }),
  }
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`
}

function isStorable(fields: object): boolean {
  try {
    return encodeValue(fields).length <= MAX_TEXT
  } catch {
    return false
  }
}
