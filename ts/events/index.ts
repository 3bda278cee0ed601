/**
 * Telling of what has happened.
 *
 * @module
 */
export { EventListeners } from './event-listeners.js'
