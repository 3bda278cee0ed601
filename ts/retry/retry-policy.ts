import type { Duration } from '../clock/index.js'
import { milliseconds } from '../clock/index.js'
import type { ErrorData } from '../errors/index.js'
import { UnitflowError } from '../errors/index.js'

/** How long to wait before the next attempt. */
export interface Backoff {
  /**
   * Before the second attempt.
   *
   * @default '1s'
   */
  readonly initial?: Duration
  /**
   * How many times longer each wait is than the one before, from 1.
   *
   * @default 2
   */
  readonly factor?: number
  /**
   * No wait is longer.
   *
   * @default '5m'
   */
  readonly maximum?: Duration
}

/** When what has failed is tried again: the same in activities, tasks and steps. */
export interface RetryPolicy {
  /**
   * How often it is tried in all, a whole number from 1; `Infinity` for as often as it takes.
   *
   * @default 1
   */
  readonly attempts?: number
  /**
   * `'fixed'`: a second each time; `'exponential'`: a second, then double, up to five minutes.
   *
   * @default 'exponential'
   */
  readonly backoff?: 'fixed' | 'exponential' | Backoff
  /**
   * The part of each wait that is left to chance, 0 to 1, so that those who failed together do not come back together:
   * with 0.5 a wait of 10 s takes 5 to 10 s.
   *
   * @default 0.5
   */
  readonly jitter?: number
  /** How long one attempt may take. */
  readonly timeout?: Duration
  /**
   * Which errors are worth another attempt: a list of codes and names, or a function that says so.
   *
   * @default every one
   */
  readonly retryable?: readonly string[] | ((error: ErrorData) => boolean)
}

const FIXED: Backoff = { factor: 1 }
const EXPONENTIAL: Backoff = {}

/**
 * Refuses what is no policy: where one is defined, and not when the first attempt has failed.
 *
 * @throws `bad-argument`
 */
export function assertRetryPolicy(policy: RetryPolicy): void {
  const { attempts = 1, backoff = 'exponential', jitter = 0.5, timeout, retryable = [] } = policy
  const isCount = attempts === Infinity || Number.isSafeInteger(attempts)
  assertThat('attempts', 'a whole number from 1, or Infinity', isCount && attempts >= 1)
  assertThat('backoff', "'fixed', 'exponential' or an object", isBackoff(backoff))
  const { initial = 0, factor = 2, maximum = 0 } = backoffOf(backoff)
  assertThat('backoff.factor', 'a finite number from 1', Number.isFinite(factor) && factor >= 1)
  milliseconds(initial, 'backoff.initial')
  milliseconds(maximum, 'backoff.maximum')
  assertThat('jitter', 'a number from 0 to 1', typeof jitter === 'number' && jitter >= 0 && jitter <= 1)
  if (timeout !== undefined) milliseconds(timeout, 'timeout')
  const isAnswer = typeof retryable === 'function' || Array.isArray(retryable)
  assertThat('retryable', 'a list of error codes and names, or a function', isAnswer)
}

function isBackoff(backoff: unknown): boolean {
  return backoff === 'fixed' || backoff === 'exponential' || (typeof backoff === 'object' && backoff !== null)
}

/** How waits grow, by whichever name. */
export function backoffOf(backoff: 'fixed' | 'exponential' | Backoff): Backoff {
  return backoff === 'fixed' ? FIXED : backoff === 'exponential' ? EXPONENTIAL : backoff
}

function assertThat(argument: string, expected: string, holds: boolean): void {
  if (holds) return
  const message = `retry policy: ${argument}: expected ${expected}`
  throw new UnitflowError('bad-argument', message, { argument, expected })
}
