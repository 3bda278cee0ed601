/**
 * What keeps processes and hands out their work.
 *
 * @module
 */
export { createBackend } from './record-backend.js'
export type { BackendOptions } from './record-backend.js'
export type * from './workflow-backend.js'
