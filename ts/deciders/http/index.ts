/**
 * A backend on another machine.
 *
 * @module
 */
export { createBackendHandler } from './backend-handler.js'
export type { AuthorizeAnswer, BackendHandlerOptions } from './backend-handler.js'
export { createHttpBackend } from './http-backend.js'
export type { HttpBackendOptions } from './http-backend.js'
export type { BackendCall, BackendOperation } from './routes.js'
export type { HttpFetch, HttpHeaders, HttpRetry } from '../../http/index.js'
