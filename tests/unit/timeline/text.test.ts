import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { timelineText } from '../../../ts/timeline/index.js'
import type { Timeline, TimelineRow } from '../../../ts/timeline/index.js'
import { columnsOf, cutTo, shortenedTo } from '../../../ts/drawing/index.js'
import { aYear, ran, SECOND, timelineOf, YEAR } from './timelines.js'

const lines = (text: string): string[] => text.split('\n')
const lineOf = (text: string, label: string): string =>
  lines(text).find((line) => line.startsWith(label)) ?? ''

const order: Timeline = timelineOf(
  [
    {
      label: 'charge',
      bars: [
        { from: 0, to: 4 * SECOND, kind: 'waiting' },
        { from: 4 * SECOND, to: 8 * SECOND, kind: 'running', outcome: 'failed', label: 'reset' },
        { from: 8 * SECOND, to: 12 * SECOND, kind: 'retry-wait' },
        { from: 12 * SECOND, to: 20 * SECOND, kind: 'running', outcome: 'completed' },
      ],
      marks: [],
    },
    { label: 'signal', bars: [], marks: [{ at: 10 * SECOND, kind: 'signal', label: 'signal more' }] },
    { ...ran('ship', 20 * SECOND, 40 * SECOND, { outcome: 'open' }), depth: 1 },
  ],
  { outcome: 'open', status: 'shipping' },
)

test('draws what happened, in one picture', () => {
  expect(timelineText(order, { width: 64 })).toBe(`order  open for 40 s
1970-01-01 00:00:00 to 00:00:40 UTC
shipping

        0        10 s      20 s     30 s
charge  ░░░████✗╌╌╌████████                     20 s, 2 attempts
signal           ◆
  ship                     ██████████████████►  ► 20 s

█ running   ░ waiting for its turn   ╌ waiting to be tried again
✗ failed   ► still open   ◆ signal
`)
})

test('a year of waiting is one break', () => {
  const text = timelineText(aYear, { width: 80 })
  expect(text.match(/╱1 y╱/g)).toHaveLength(1)
  expect(lineOf(text, 'charge')).toMatch(/█{5}/)
  expect(lineOf(text, 'again')).toMatch(/█{5,}✗ .*✗ 3 s: card declined/)
  expect(lineOf(text, 'renewal')).toMatch(/─+╱─+╱─+●/)
})

describe('fits into the width', () => {
  const wide = timelineOf([
    ran('発注を処理する長い名前のアクティビティ', 0, 30 * SECOND, {
      outcome: 'failed',
      label: '在庫がありません'.repeat(9),
    }),
    ...order.rows,
    ran('x'.repeat(300), 3, 4),
  ])
  test.each([24, 40, 60, 80, 140, 400])('%d columns', (width) => {
    for (const ascii of [false, true])
      for (const timeline of [wide, aYear, order])
        for (const line of lines(timelineText(timeline, { width, ascii })))
          expect(columnsOf(line), line).toBeLessThanOrEqual(width)
  })

  test('few columns are taken for 24', () => {
    for (const width of [0, 3, -5])
      expect(timelineText(order, { width })).toBe(timelineText(order, { width: 24 }))
  })

  test('whatever it holds', () => {
    const time = fc.integer({ min: 0, max: 3 * YEAR })
    const row = fc.record({
      label: fc.string({ unit: 'binary', maxLength: 40 }),
      bars: fc.array(
        fc.tuple(time, time).map(([a, b]) => ({
          from: Math.min(a, b),
          to: Math.max(a, b),
          kind: 'running' as const,
          outcome: 'failed' as const,
          label: 'because',
        })),
        { minLength: 1, maxLength: 4 },
      ),
      marks: fc.array(
        time.map((at) => ({ at, kind: 'signal' as const, label: 'x' })),
        { maxLength: 3 },
      ),
    })
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 24, max: 120 }),
        (rows, width) => {
          const text = timelineText(timelineOf(rows), { width })
          expect(lines(text).filter((line) => columnsOf(line) > width)).toEqual([])
          expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Zp}]/u)
        },
      ),
      { numRuns: 200, seed: 11 },
    )
  })
})

test('nothing but ASCII where that is asked for', () => {
  for (const timeline of [order, aYear]) {
    const text = timelineText(timeline, { width: 80, ascii: true })
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    expect(text).toMatch(/###/)
  }
})

test('what a terminal would act on is not handed through', () => {
  const evil = 'a\u001b[31mb\u202ec\nd'
  const text = timelineText(
    timelineOf([ran(evil, 0, 5, { outcome: 'failed', label: evil })], { title: evil, status: evil }),
  )
  for (const acted of ['\u001b', '\u202e']) expect(text).not.toContain(acted)
  expect(lines(text)).toHaveLength(9)
})

describe('colours', () => {
  const named = (name: string) => (text: string) => `<${name}>${text}</${name}>`

  test('are only those that were handed in, around what they belong to', () => {
    const text = timelineText(order, {
      width: 80,
      colors: { failed: named('bad'), completed: named('good') },
    })
    expect(text).toMatch(/<bad>█+✗<\/bad>╌+<good>█+<\/good>/)
    expect(text).not.toContain('<open>')
  })

  test('change nothing else', () => {
    const all = ['completed', 'failed', 'canceled', 'timed-out', 'open', 'mark', 'faint', 'heading'] as const
    const colors = Object.fromEntries(all.map((tone) => [tone, named(tone)]))
    const text = timelineText(order, { width: 70, colors })
    expect(text.replace(/<\/?[a-z-]+>/g, '')).toBe(timelineText(order, { width: 70 }))
  })
})

test('where several fall into one column, a failure is seen', () => {
  const bars = Array.from({ length: 500 }, (_, n) => ({
    from: n * SECOND,
    to: n * SECOND + 5,
    kind: 'running' as const,
    outcome: n === 250 ? ('failed' as const) : ('completed' as const),
  }))
  const text = timelineText(timelineOf([{ label: 'work', bars, marks: [] }]), { width: 60 })
  expect(lineOf(text, 'work').match(/✗/g)).toHaveLength(1)
})

test('what is open is drawn up to now', () => {
  const text = timelineText(order, { width: 80, now: 80 * SECOND })
  expect(text).toContain('open for 1 min 20 s')
  expect(lineOf(text, '  ship')).toContain('► 1 min')
  expect(lineOf(text, 'charge')).toContain('20 s, 2 attempts')
  // What is over is over.
  expect(timelineText(aYear, { now: 9 * YEAR })).toBe(timelineText(aYear))
})

describe('more rows than can be looked at', () => {
  const rows: TimelineRow[] = Array.from({ length: 10_000 }, (_, n) =>
    ran(`work ${n}`, n * SECOND, (n + 1) * SECOND, n % 1000 === 500 ? { outcome: 'failed' } : {}),
  )
  const text = timelineText(timelineOf(rows), { width: 80 })

  test('are left out, and a remark says how many', () => {
    const shown = lines(text).filter((line) => line.startsWith('work '))
    expect(shown).toHaveLength(200)
    const left = [...text.matchAll(/⋮ ([\d,]+) rows? left out/g)].map(([, count = '']) =>
      Number(count.replace(',', '')),
    )
    expect(left.reduce((sum, count) => sum + count, 0)).toBe(9800)
    expect(text).toMatch(/rows left out: [\d,]+ completed/)
  })

  test('first, last and those that failed are kept', () => {
    for (const kept of ['work 0 ', 'work 9999 ', ...[0, 4, 9].map((n) => `work ${n * 1000 + 500} `)])
      expect(lineOf(text, kept), kept).not.toBe('')
  })

  test('as many as are asked for', () => {
    expect(
      lines(timelineText(timelineOf(rows), { maxRows: 6 })).filter((line) => line.startsWith('work')),
    ).toHaveLength(6)
    expect(timelineText(timelineOf(rows.slice(0, 200)))).not.toContain('left out')
  })
})

test('texts are cut to columns, not to characters', () => {
  expect(cutTo('日本語', 4, '…')).toBe('日…')
  expect(cutTo('日本語', 6, '…')).toBe('日本語')
  expect(shortenedTo('payment-4711', 8, '…')).toBe('paym…711')
  expect(cutTo('abc', 1, '..')).toBe('.')
  expect(columnsOf('e\u0301')).toBe(1)
})
