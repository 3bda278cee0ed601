/**
 * What happens to processes, and what is decided: plain JSON, kept for ever.
 *
 * @module
 */
export { isClosing, resultOfClosing } from './decisions.js'
export type * from './decisions.js'
export { HISTORY_VERSION, isSeenByDeciders } from './history-event.js'
export type * from './history-event.js'
export { ACTIVITY_RESULT } from './result-shape.js'
export type * from './results.js'
