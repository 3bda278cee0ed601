/**
 * Requests over HTTP: their URLs, their headers, their time limits, and when they are made again.
 *
 * @module
 */
export { what } from './http-client.js'
export type { HttpCall, HttpClient, HttpFetch, HttpHeaders, HttpRequest, HttpRetry } from './http-client.js'
export { openHttp } from './open-http.js'
export type { Http, HttpOptions } from './open-http.js'
export type { ServiceUrl, UrlParameters } from './service-url.js'
