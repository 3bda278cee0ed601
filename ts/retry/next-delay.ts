import type { ErrorData } from '../errors/index.js'
import { UnitflowError } from '../errors/index.js'
import { delayAfter, plainRetryPolicy } from './plain-retry-policy.js'
import type { RetryPolicy } from './retry-policy.js'

/**
 * How long to wait before the next attempt, in milliseconds; `undefined` where there is to be none.
 *
 * @param attempt how many attempts have been made, from 1
 * @param random a number from 0 up to 1, as of Math.random
 * @throws `bad-argument` for a policy that is none, and what `retryable` throws
 */
export function nextDelay(
  policy: RetryPolicy,
  attempt: number,
  error: ErrorData,
  random: () => number,
): number | undefined {
  const plain = plainRetryPolicy(policy)
  if (!Number.isSafeInteger(attempt) || attempt < 1) {
    const expected = 'a whole number from 1'
    const message = `retry policy: attempt: expected ${expected}`
    throw new UnitflowError('bad-argument', message, { argument: 'attempt', expected })
  }
  const { attempts = 1, retryable } = policy
  if (attempt < attempts && typeof retryable === 'function' && !retryable(error)) return undefined
  return delayAfter(plain, attempt, error, random)
}
