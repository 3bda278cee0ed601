import { milliseconds } from '../clock/index.js'
import type { RetryPolicy } from './retry-policy.js'
import { assertRetryPolicy, backoffOf } from './retry-policy.js'

/** A policy as plain data, its defaults filled in; times in ms. */
export interface PlainRetryPolicy {
  /** How often it is tried in all, from 1; `null` for as often as it takes. */
  readonly attempts: number | null
  readonly initial: number
  readonly factor: number
  readonly maximum: number
  /** 0 to 1. */
  readonly jitter: number
  /** Codes and names of errors that are worth another attempt; missing for all. */
  readonly retryable?: readonly string[]
}

/**
 * A policy as plain data. A function `retryable` is no data, and left out.
 *
 * @throws `bad-argument` for a policy that is none
 */
export function plainRetryPolicy(policy: RetryPolicy): PlainRetryPolicy {
  assertRetryPolicy(policy)
  const { attempts = 1, backoff = 'exponential', jitter = 0.5, retryable } = policy
  const { initial = 1000, factor = 2, maximum = 300_000 } = backoffOf(backoff)
  return {
    attempts: attempts === Infinity ? null : attempts,
    initial: milliseconds(initial, 'backoff.initial'),
    factor,
    maximum: milliseconds(maximum, 'backoff.maximum'),
    jitter,
    ...(typeof retryable === 'object' && { retryable: [...retryable] }),
  }
}

/** Whether something that came from elsewhere is a policy as plain data: else waits would be no numbers. */
export function isPlainRetryPolicy(value: unknown): value is PlainRetryPolicy {
  if (typeof value !== 'object' || value === null) return false
  const { attempts, initial, factor, maximum, jitter, retryable, ...more }: Record<string, unknown> = {
    ...value,
  }
  const isIn = (number: unknown, least: number, most: number): boolean =>
    typeof number === 'number' && number >= least && number <= most
  return (
    (attempts === null || (Number.isSafeInteger(attempts) && isIn(attempts, 1, Infinity))) &&
    isIn(initial, 0, Number.MAX_VALUE) &&
    isIn(factor, 1, Number.MAX_VALUE) &&
    isIn(maximum, 0, Number.MAX_VALUE) &&
    isIn(jitter, 0, 1) &&
    (retryable === undefined ||
      (Array.isArray(retryable) && retryable.every((code) => typeof code === 'string'))) &&
    Object.keys(more).length === 0
  )
}

/**
 * How long to wait before the next attempt, in milliseconds; `undefined` where there is to be none.
 *
 * @param attempt how many attempts have been made, from 1
 * @param failure what the last one failed with
 * @param random a number from 0 up to 1, as of Math.random
 */
export function delayAfter(
  { attempts, initial, factor, maximum, jitter, retryable }: PlainRetryPolicy,
  attempt: number,
  failure: { readonly name?: string; readonly code?: string },
  random: () => number,
): number | undefined {
  if (attempt >= (attempts ?? Infinity)) return undefined
  const said = [failure.name, failure.code]
  if (retryable !== undefined && !retryable.some((code) => said.includes(code))) return undefined
  // Of many attempts the power is infinite, and that of 0 times infinity no number.
  const full = initial === 0 ? 0 : Math.min(initial * factor ** (attempt - 1), maximum)
  return Math.round(full * (1 - jitter * random()))
}
