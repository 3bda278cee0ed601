import { MAX_NAME } from '../../checks/index.js'
import { fingerprint } from '../../fingerprint/index.js'

/** Of the fingerprint that stands for what a path is too long for. */
const DIGITS = 16
/** What ids hold and paths must not: what paths are made of, and what no name may have. */
const SPECIAL = /[%/~\p{Cc}\p{Cs}]|^\s+|\s+$/gu

/**
 * The name of an element's task in a flow: the ids of the elements that it stands in, and its own. No two elements have the
 * same, and each is a name, whatever the ids are: characters that may not be in it stand as `%` and their code, and of one
 * that is too long the beginning is a fingerprint.
 *
 * @param parent the path of the element that it stands in
 */
export function elementPath(parent: string | undefined, id: string): string {
  // Nothing else begins with % and ends there.
  const own = id === '' ? '%' : id.replace(SPECIAL, escaped)
  const path = parent === undefined ? own : `${parent}/${own}`
  if (path.length <= MAX_NAME) return path
  const rest = MAX_NAME - DIGITS - 2
  // Half a character is none.
  const end = path.slice(-rest).replace(/^[\uDC00-\uDFFF]/, '')
  return `~${fingerprint(path).slice(0, DIGITS)}~${end}`
}

function escaped(found: string): string {
  return found
    .split('')
    .map((unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
