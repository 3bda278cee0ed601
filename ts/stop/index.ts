/**
 * Ending functions of the user's: when they take too long, when nobody wants their result any more.
 *
 * @module
 */
export { Stop } from './stop.js'
export { untilStopped } from './until-stopped.js'
export type { Waiting } from './until-stopped.js'
