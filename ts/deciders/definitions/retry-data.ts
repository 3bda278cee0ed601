import type { RetryPolicy } from '../../retry/index.js'
import { assertRetryPolicy } from '../../retry/index.js'
import { milliseconds } from '../../clock/index.js'
import type { RetryData } from '../history/index.js'

/**
 * A policy as plain data, its defaults filled in. A function `retryable` is no data, and left out.
 *
 * @throws `bad-argument` for a policy that is none
 */
export function retryData(policy: RetryPolicy): RetryData {
  assertRetryPolicy(policy)
  const { attempts = 1, backoff = 'exponential', jitter = 0.5, retryable } = policy
  const {
    initial = 1000,
    factor = 2,
    maximum = 300_000,
  } = backoff === 'fixed' ? { factor: 1 } : backoff === 'exponential' ? {} : backoff
  return {
    attempts: attempts === Infinity ? null : attempts,
    initial: milliseconds(initial, 'backoff.initial'),
    factor,
    maximum: milliseconds(maximum, 'backoff.maximum'),
    jitter,
    ...(typeof retryable === 'object' && { retryable: [...retryable] }),
  }
}
