/**
 * `unitflow` on the command line, as a function over what it needs of the world.
 *
 * @module
 */
export { ExitCode } from './exit-code.js'
export type { Io, Output } from './io.js'
export { run } from './run.js'
