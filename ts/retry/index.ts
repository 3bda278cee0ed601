/**
 * When what has failed is tried again.
 *
 * @module
 */
export { nextDelay } from './next-delay.js'
export { delayAfter, isPlainRetryPolicy, plainRetryPolicy } from './plain-retry-policy.js'
export type { PlainRetryPolicy } from './plain-retry-policy.js'
export { assertRetryPolicy } from './retry-policy.js'
export type { Backoff, RetryPolicy } from './retry-policy.js'
