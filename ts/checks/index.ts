/**
 * Whether what users hand in is of the form that it must have.
 *
 * @module
 */
export { assertDistinct, assertName, assertThat } from './definition-checks.js'
export { A_NAME, isName, MAX_NAME } from './names.js'
export {
  ANYTHING,
  assertIs,
  assertShape,
  COUNT,
  ERROR_DATA,
  FLAG,
  ITERABLE,
  LIST,
  NUMBER,
  oneOf,
  optional,
  record,
  TEXT,
  TEXTS,
  TIME,
} from './shapes.js'
export type { Check, Checks } from './shapes.js'
