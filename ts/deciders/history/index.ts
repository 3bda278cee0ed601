/**
 * What happens to processes, and what is decided: plain JSON, kept for ever.
 *
 * @module
 */
export { isClosing, resultOfClosing } from './decisions.js'
export type * from './decisions.js'
export { HISTORY_VERSION, isSeenByDeciders } from './history-event.js'
export type * from './history-event.js'
export { A_NAME, isName, MAX_NAME } from './names.js'
export type * from './results.js'
export {
  ACTIVITY_RESULT,
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
