/**
 * When what has failed is tried again.
 *
 * @module
 */
export { assertRetryPolicy, nextDelay } from './retry-policy.js'
export type { Backoff, RetryPolicy } from './retry-policy.js'
