import type { ErrorData } from '../errors/index.js'
import { errorToData } from '../errors/index.js'
import { encodeValue } from '../values/index.js'

/** Characters that are kept of each text of an error, and of its fields. */
const MAX_TEXT = 8000
/** Of an error with all its causes: twice that, as bytes, has room in one record. */
const MAX_ALL = 60_000

/**
 * What a function of the user's has thrown, with its causes (F18), as it can be stored: what is too long is cut, what is no
 * value left out.
 */
export function storableError(thrown: unknown): ErrorData {
  try {
    return new ErrorCutter().cut(errorToData(thrown))
  } catch {
    // Its own getters have thrown.
    return { name: 'Error', message: 'what was thrown cannot be read' }
  }
}

class ErrorCutter {
  #left = MAX_ALL

  cut({ name, message, code, fields, stack, cause }: ErrorData): ErrorData {
    return {
      name: this.#text(name),
      message: this.#text(message),
      ...(code !== undefined && { code: this.#text(code) }),
      ...(fields !== undefined && this.#isStorable(fields) && { fields }),
      ...(stack !== undefined && { stack: this.#text(stack) }),
      ...(cause !== undefined && this.#left > 0 && { cause: this.cut(cause) }),
    }
  }

  /** Of some makes of errors it is no text. */
  #text(given: unknown): string {
    const text = String(given)
    const kept = text.slice(0, Math.min(MAX_TEXT, this.#left))
    this.#left -= kept.length
    return kept.length === text.length ? text : `${kept}… (${text.length} characters)`
  }

  #isStorable(fields: object): boolean {
    try {
      const { length } = encodeValue(fields)
      if (length > MAX_TEXT || length > this.#left) return false
      this.#left -= length
      return true
    } catch {
      return false
    }
  }
}
