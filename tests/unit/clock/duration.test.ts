import { expect, test } from 'vitest'
import type { Duration } from '../../../ts/clock/index.js'
import { milliseconds } from '../../../ts/clock/index.js'

test.each<[Duration, number]>([
  [0, 0],
  [1500, 1500],
  [0.5, 0.5],
  ['500ms', 500],
  ['10s', 10_000],
  ['2m', 120_000],
  ['1.5h', 5_400_000],
  ['365d', 365 * 86_400_000],
  ['1w', 604_800_000],
  ['0s', 0],
])('%s is %d ms', (duration, ms) => {
  expect(milliseconds(duration, 'timeout')).toBe(ms)
})

const refused: readonly unknown[] = [
  '',
  's',
  '10',
  '10 s',
  ' 10s',
  '10s\n',
  '-1s',
  '+1s',
  '1e3s',
  '0x1s',
  '.5s',
  '1.s',
  '1.2.3s',
  '10S',
  '10sec',
  '1m30s',
  '1constructor',
  '١s',
  `${'9'.repeat(400)}d`,
  `${'9'.repeat(100_000)}x`,
  -1,
  NaN,
  Infinity,
  null,
  undefined,
  10n,
  {},
  ['10s'],
]

const named = refused.map(
  (duration) => [`${typeof duration} ${String(duration).slice(0, 20)}`, duration] as const,
)

test.each(named)('%s is refused, by name', (_, duration) => {
  expect(() => milliseconds(duration as Duration, 'heartbeat')).toThrow(
    expect.objectContaining({
      code: 'bad-argument',
      fields: expect.objectContaining({ argument: 'heartbeat' }) as unknown,
    }),
  )
})

test('what is wrong is in the message, and no more of it than a line', () => {
  expect(() => milliseconds('2 min' as Duration, 'timeout')).toThrow('timeout: expected')
  expect(() => milliseconds('2 min' as Duration, 'timeout')).toThrow('found "2 min"')
  try {
    milliseconds('x'.repeat(10_000) as Duration, 'timeout')
  } catch (error) {
    expect(String(error).length).toBeLessThan(300)
  }
  expect.hasAssertions()
})
