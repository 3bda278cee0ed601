import { isUnitflowError } from '../../../ts/errors/index.js'

/** The code and the message that something is refused with. */
export function problemOf(define: () => unknown): string {
  try {
    define()
  } catch (error) {
    if (isUnitflowError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing'
}
