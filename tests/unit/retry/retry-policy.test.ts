import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ErrorData } from '../../../ts/errors/index.js'
import { errorToData, UnitflowError } from '../../../ts/errors/index.js'
import type { RetryPolicy } from '../../../ts/retry/index.js'
import { assertRetryPolicy, nextDelay } from '../../../ts/retry/index.js'

const error: ErrorData = { name: 'TypeError', message: 'broken' }
const never = (): number => 0

function delays(policy: RetryPolicy, count: number): (number | undefined)[] {
  return Array.from({ length: count }, (_, at) => nextDelay(policy, at + 1, error, never))
}

test('without a policy nothing is tried again', () => {
  expect(delays({}, 2)).toEqual([undefined, undefined])
})

test('attempts counts the first one', () => {
  expect(delays({ attempts: 3, backoff: 'fixed' }, 4)).toEqual([1000, 1000, undefined, undefined])
})

test('exponential doubles from a second up to five minutes, for as many attempts as there are', () => {
  const policy: RetryPolicy = { attempts: Infinity, backoff: 'exponential' }
  expect(delays(policy, 11)).toEqual([
    1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000,
  ])
  expect(nextDelay(policy, Number.MAX_SAFE_INTEGER, error, never)).toBe(300_000)
})

test('a backoff of one’s own', () => {
  const backoff = { initial: '100ms', factor: 3, maximum: '2s' } as const
  expect(delays({ attempts: 6, backoff }, 6)).toEqual([100, 300, 900, 2000, 2000, undefined])
  expect(delays({ attempts: 2, backoff: { initial: 0 } }, 1)).toEqual([0])
  expect(nextDelay({ attempts: Infinity, backoff: { initial: 0 } }, 5000, error, never)).toBe(0)
  // A first wait that is longer than the longest is cut as well.
  expect(delays({ attempts: 2, backoff: { initial: '1h', maximum: '1m' } }, 1)).toEqual([60_000])
})

test('jitter leaves that part of a wait to chance, and no more', () => {
  const policy = (jitter: number): RetryPolicy => ({ attempts: 2, backoff: { initial: '10s' }, jitter })
  expect(nextDelay(policy(0.5), 1, error, () => 0)).toBe(10_000)
  expect(nextDelay(policy(0.5), 1, error, () => 0.5)).toBe(7500)
  expect(nextDelay(policy(1), 1, error, () => 0.999999)).toBe(0)
  expect(nextDelay(policy(0), 1, error, () => 0.7)).toBe(10_000)
})

test('a wait is a whole number of milliseconds from 0 to the maximum', () => {
  const policies = fc.record({
    attempts: fc.constant(Infinity),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    backoff: fc.record({
      initial: fc.nat(),
      factor: fc.double({ min: 1, max: 1e300, noNaN: true }),
      maximum: fc.nat(),
    }),
  })
  const attempt = fc.integer({ min: 1, max: 2 ** 40 })
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(policies, attempt, chance, (policy, count, random) => {
      const delay = nextDelay(policy, count, error, () => random)
      expect(Number.isSafeInteger(delay)).toBe(true)
      expect(delay).toBeGreaterThanOrEqual(0)
      expect(delay).toBeLessThanOrEqual(policy.backoff.maximum)
    }),
  )
})

test('what is worth another attempt is told by code, by name, or by a function', () => {
  const busy = errorToData(new UnitflowError('store-busy', 'busy', { waited: 10 }))
  const policy = (retryable: RetryPolicy['retryable'] & {}): RetryPolicy => ({
    attempts: 2,
    backoff: 'fixed',
    retryable,
  })
  expect(nextDelay(policy(['store-busy']), 1, busy, never)).toBe(1000)
  expect(nextDelay(policy(['store-busy']), 1, error, never)).toBeUndefined()
  expect(nextDelay(policy(['TypeError']), 1, error, never)).toBe(1000)
  expect(nextDelay(policy([]), 1, error, never)).toBeUndefined()
  expect(
    nextDelay(
      policy(({ message }) => message === 'broken'),
      1,
      error,
      never,
    ),
  ).toBe(1000)
  expect(
    nextDelay(
      policy(() => false),
      1,
      error,
      never,
    ),
  ).toBeUndefined()
})

test('after the last attempt nobody is asked', () => {
  const retryable = (): boolean => {
    throw new Error('asked')
  }
  expect(nextDelay({ attempts: 2, retryable }, 2, error, never)).toBeUndefined()
  expect(() => nextDelay({ attempts: 2, retryable }, 1, error, never)).toThrow('asked')
})

test.each<[string, unknown]>([
  ['attempts', { attempts: 0 }],
  ['attempts', { attempts: 1.5 }],
  ['attempts', { attempts: NaN }],
  ['attempts', { attempts: '3' }],
  ['backoff', { backoff: 'linear' }],
  ['backoff', { backoff: null }],
  ['backoff.factor', { backoff: { factor: 0.5 } }],
  ['backoff.factor', { backoff: { factor: Infinity } }],
  ['backoff.initial', { backoff: { initial: '1 s' } }],
  ['backoff.initial', { backoff: { initial: -1 } }],
  ['backoff.maximum', { backoff: { maximum: Infinity } }],
  ['jitter', { jitter: 1.1 }],
  ['jitter', { jitter: NaN }],
  ['jitter', { jitter: true }],
  ['timeout', { timeout: 'soon' }],
  ['retryable', { retryable: 'store-busy' }],
])('a policy with a wrong %s is refused: %j', (argument, policy) => {
  const refusal = expect.objectContaining({
    code: 'bad-argument',
    fields: expect.objectContaining({ argument }) as unknown,
  }) as Error
  expect(() => assertRetryPolicy(policy as RetryPolicy)).toThrow(refusal)
  expect(() => nextDelay(policy as RetryPolicy, 1, error, never)).toThrow(refusal)
})

test.each([0, -1, 1.5, NaN])('an attempt number %s is refused', (attempt) => {
  expect(() => nextDelay({}, attempt, error, never)).toThrow(
    expect.objectContaining({ code: 'bad-argument' }),
  )
})
