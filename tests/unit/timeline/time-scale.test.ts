import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spanOf, shortSpanOf, momentsOf } from '../../../ts/timeline/span.js'
import { ticksOf } from '../../../ts/timeline/ticks.js'
import { timeScale } from '../../../ts/timeline/time-scale.js'
import type { TimeScale } from '../../../ts/timeline/time-scale.js'
import type { Timeline } from '../../../ts/timeline/index.js'
import { aYear, DAY, MINUTE, ran, SECOND, timelineOf, YEAR } from './timelines.js'

const scaleOf = (timeline: Timeline, breaks = 5): TimeScale =>
  timeScale(timeline, { length: 100, breakLength: () => 6, breaks, place: 1, whole: true })
const breaksOf = (timeline: Timeline, breaks = 5): number[] =>
  scaleOf(timeline, breaks).parts.flatMap(({ isBreak, from, to }) => (isBreak ? [to - from] : []))

describe('long stretches in which nothing happens', () => {
  test('a year of waiting is left out, and what is around it can be told apart', () => {
    const scale = scaleOf(aYear)
    expect(scale.parts.map(({ isBreak }) => isBreak)).toEqual([false, true, false])
    const places = [0, 2 * SECOND, YEAR, YEAR + 3 * SECOND, YEAR + 5 * SECOND].map((at) =>
      Math.floor(scale.at(at)),
    )
    expect(new Set(places).size).toBe(5)
    expect(places[0]).toBe(0)
  })

  test('what is around it stays in proportion', () => {
    const scale = scaleOf(aYear)
    const length = (from: number, to: number): number => scale.at(to) - scale.at(from)
    expect(length(YEAR, YEAR + 3 * SECOND) / length(0, 2 * SECOND)).toBeCloseTo(1.5, 1)
  })

  test('what goes on through a break is drawn on both of its sides', () => {
    const { parts } = scaleOf(aYear)
    const torn = parts.find(({ isBreak }) => isBreak)!
    expect(torn.from).toBeGreaterThan(2 * SECOND)
    expect(torn.to).toBeLessThan(YEAR)
  })

  test('a plain scale stays plain', () => {
    expect(breaksOf(timelineOf([ran('a', 0, 10), ran('b', 10, 30), ran('c', 30, 35)]))).toEqual([])
    expect(breaksOf(timelineOf([ran('one', 0, 3 * DAY)]))).toEqual([])
    // One long thing beside a shorter one that can be seen.
    expect(breaksOf(timelineOf([ran('a', 0, 10 * MINUTE), ran('b', 10 * MINUTE, DAY / 4)]))).toEqual([])
  })

  test('milliseconds of decisions around long work are no reason for a break', () => {
    const work = [0, 1, 2].map((n) => ran(`work ${n}`, n * DAY + 4, (n + 1) * DAY))
    const decisions = [0, 1, 2, 3].map((n) => ({ from: n * DAY, to: n * DAY + 3, kind: 'deciding' as const }))
    expect(breaksOf(timelineOf([...work, { label: 'decisions', bars: decisions, marks: [] }]))).toEqual([])
  })

  test('work that can be seen is not torn for milliseconds', () => {
    const rows = [
      ran('publish', 400, 3400),
      ran('ask', 5400, 5 * DAY, { outcome: 'open' }),
      { label: 'signal', bars: [], marks: [{ at: 3 * DAY, kind: 'signal' as const, label: 'signal' }] },
    ]
    const decisions = [4, 3404].map((at) => ({ from: at, to: at + 3, kind: 'deciding' as const }))
    const breaks = breaksOf(timelineOf([...rows, { label: 'decisions', bars: decisions, marks: [] }]))
    expect(breaks.filter((ms) => ms < DAY)).toEqual([])
  })

  test('several are left out, of one length or of several', () => {
    const bursts = [0, YEAR, 2 * YEAR, 2 * YEAR + 7 * DAY]
    const rows = bursts.flatMap((at, index) =>
      [0, 1, 2].map((n) => ran(`${index} ${n}`, at + n * SECOND, at + (n + 1) * SECOND)),
    )
    expect(breaksOf(timelineOf(rows))).toHaveLength(3)
  })

  test('never more than there may be', () => {
    const rows = Array.from({ length: 40 }, (_, n) => ran(`${n}`, n * DAY, n * DAY + SECOND))
    expect(breaksOf(timelineOf(rows), 2).length).toBeLessThanOrEqual(2)
  })

  test('whatever happens when: places are in order, within the length, and as long as the scale', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: YEAR * 3 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time), { minLength: 1, maxLength: 12 }), (pairs) => {
        const timeline = timelineOf(pairs.map(([a, b], n) => ran(`${n}`, Math.min(a, b), Math.max(a, b))))
        const scale = scaleOf(timeline)
        const times = pairs.flat().sort((a, b) => a - b)
        const places = times.map((at) => scale.at(at))
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(places[index - 1] ?? 0)
          expect(place).toBeLessThanOrEqual(101)
          // Nothing begins or ends inside of a break.
          const at = times[index]!
          expect(scale.parts.some(({ isBreak, from, to }) => isBreak && at > from && at < to)).toBe(false)
        }
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test('all at one moment', () => {
    const scale = scaleOf(timelineOf([ran('a', 5, 5)]))
    expect(scale.at(5)).toBe(0)
    expect(ticksOf(scale, (label) => label.length)).toEqual([{ place: 0, label: '0' }])
  })
})

describe('ticks', () => {
  test('are round times since the begin, and after a break since it', () => {
    const labels = ticksOf(scaleOf(aYear), (label) => label.length + 3).map(({ label }) => label)
    expect(labels[0]).toBe('0')
    expect(labels).toContain('1 y')
    expect(labels.filter((label) => label.startsWith('+'))).not.toEqual([])
  })

  test('have room for their names', () => {
    for (const to of [1, 37, 4 * SECOND, 17 * MINUTE, DAY, 40 * DAY, 9 * YEAR]) {
      const ticks = ticksOf(scaleOf(timelineOf([ran('a', 0, to)])), (label) => label.length + 3)
      for (const [index, { place }] of ticks.slice(1).entries())
        expect(place - ticks[index]!.place).toBeGreaterThan(ticks[index]!.label.length)
    }
  })
})

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1400, '1.4 s'],
  [9960, '10 s'],
  [59_700, '1 min'],
  [125_000, '2 min 5 s'],
  [119_800, '2 min'],
  [3_599_900, '1 h'],
  [3 * DAY + 4 * 60 * MINUTE, '3 d 4 h'],
  [YEAR - 1, '1 y'],
  [YEAR + 20 * DAY, '1 y 20 d'],
])('%d ms are %s', (ms, text) => expect(spanOf(ms)).toBe(text))

test('short spans have one unit', () => {
  expect(shortSpanOf(3 * DAY + 4 * 60 * MINUTE)).toBe('3 d')
  expect(shortSpanOf(340)).toBe('340 ms')
})

test('moments name the day once', () => {
  expect(momentsOf(0, 20 * SECOND)).toBe('1970-01-01 00:00:00 to 00:00:20 UTC')
  expect(momentsOf(0, DAY)).toBe('1970-01-01 00:00:00 to 1970-01-02 00:00:00 UTC')
  expect(momentsOf(0, 7)).toBe('1970-01-01 00:00:00.000 to 00:00:00.007 UTC')
})
