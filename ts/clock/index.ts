/**
 * Time: the host's, and one that tests move.
 *
 * @module
 */
export type { Clock, SleepOptions, TimerOptions } from './clock.js'
export { milliseconds } from './duration.js'
export type { Duration } from './duration.js'
export { createManualClock } from './manual-clock.js'
export type { ManualClock } from './manual-clock.js'
export { SharedTimer } from './shared-timer.js'
export { systemClock } from './system-clock.js'
