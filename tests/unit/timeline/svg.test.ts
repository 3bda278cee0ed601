import { describe, expect, test } from 'vitest'
import { timelineSvg } from '../../../ts/timeline/index.js'
import type { Timeline } from '../../../ts/timeline/index.js'
import { xmlFault } from '../graph/well-formed.js'
import { aYear, ran, SECOND, timelineOf, YEAR } from './timelines.js'

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0
const numbers = (text: string, part: RegExp): number[] =>
  [...text.matchAll(part)].map(([, value]) => Number(value))

test.each([280, 360, 960, 1200])('stands by itself, %d pixels wide', (width) => {
  const svg = timelineSvg(aYear, { width })
  expect(xmlFault(svg)).toBeUndefined()
  expect(svg).not.toMatch(/<script|<image|<foreignObject|href|@import|@font-face|url\(|\son\w+=/i)
  expect(svg).toMatch(
    /^<svg [^>]*role="img" aria-labelledby="unitflow-timeline-title unitflow-timeline-desc">/,
  )
  expect(svg).toContain('<title id="unitflow-timeline-title">order: completed after 1 y</title>')
  expect(svg).toContain('again: failed after 3 s: card declined')
  expect(svg).toContain('@media (prefers-color-scheme:dark)')
  // Its style means nothing to a page that holds it.
  const rules = /<style>([^]*?)<\/style>/.exec(svg)![1]!.replace(/@media[^{]*\{|\}\s*\}/g, '}')
  expect(
    rules.split('}').filter((rule) => rule.trim() !== '' && !rule.trim().startsWith('.unitflow-timeline ')),
  ).toEqual([])
})

test.each([280, 360, 960, 1200])('nothing is drawn outside of %d pixels', (width) => {
  const svg = timelineSvg(aYear, { width })
  for (const [, x, wide] of svg.matchAll(/<rect class="[a-z-]+" x="([\d.-]+)" [^>]*?width="([\d.]+)"/g)) {
    expect(Number(x)).toBeGreaterThanOrEqual(0)
    expect(Number(x) + Number(wide)).toBeLessThanOrEqual(width)
  }
  for (const x of numbers(svg, /<text [^>]*x="([\d.-]+)"/g)) expect(x).toBeLessThanOrEqual(width)
})

test('few pixels are taken for 280', () => {
  for (const width of [0, -1, 279.9])
    expect(timelineSvg(aYear, { width })).toBe(timelineSvg(aYear, { width: 280 }))
})

test('a year of waiting is torn out, and says so', () => {
  const svg = timelineSvg(aYear)
  expect(count(svg, /class="zigzag"/g)).toBe(2)
  expect(svg).toMatch(/<title>1 y in which nothing begins or ends are left out<\/title>/)
  expect(count(timelineSvg(timelineOf([ran('a', 0, 10), ran('b', 10, 20)])), /class="zigzag"/g)).toBe(0)
})

test('bars are as long as what they stand for', () => {
  const svg = timelineSvg(timelineOf([ran('a', 0, 10 * SECOND), ran('b', 10 * SECOND, 40 * SECOND)]))
  const [a, b] = numbers(
    svg,
    /<rect class="completed" x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="12" rx="2.5"\/><\/?(?:rect|path|g)/g,
  )
  expect(b! / a!).toBeCloseTo(3, 1)
})

test('what failed is told by more than its colour', () => {
  const svg = timelineSvg(timelineOf([ran('pay', 0, 9, { outcome: 'failed', label: 'card declined' })]))
  expect(svg).toMatch(/<title>Ran 9 ms, failed: card declined; from 1970-01-01 00:00:00.000 UTC<\/title>/)
  expect(count(svg, /<circle class="failed"/g)).toBe(2)
  expect(svg).toContain('>failed</text>')
})

test('what failed is drawn over what went well beside it', () => {
  const bars = (['failed', 'completed'] as const).map((outcome, n) => ({
    from: n,
    to: n + 1,
    kind: 'deciding' as const,
    outcome,
  }))
  const svg = timelineSvg(timelineOf([{ label: 'decisions', bars, marks: [] }, ran('a', 0, YEAR)]))
  const drawn = [...svg.matchAll(/Decided 1 ms, (\w+)/g)].map(([, outcome]) => outcome)
  expect(drawn).toEqual(['completed', 'failed'])
})

test('texts are texts, whatever they hold', () => {
  const evil = `</text><script>alert(1)</script>&amp;"'\u0000\u202e\ud800`
  const timeline: Timeline = timelineOf(
    [
      {
        ...ran(evil, 0, 5, { label: evil, outcome: 'failed' }),
        marks: [{ at: 3, kind: 'signal', label: evil }],
      },
    ],
    { title: evil, status: evil },
  )
  for (const width of [300, 1200]) {
    const svg = timelineSvg(timeline, { width })
    expect(xmlFault(svg)).toBeUndefined()
    expect(svg).not.toContain('<script')
  }
})

describe('much of it', () => {
  test('10,000 rows are drawn in part, and a remark says so', () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => ran(`work ${n}`, n * SECOND, (n + 1) * SECOND))
    const svg = timelineSvg(timelineOf(rows))
    expect(count(svg, /<text class="name"/g)).toBe(400)
    expect(svg).toContain('Drawn: 400 rows; 9,600 more are left out')
    expect(svg).toContain('9,600 rows left out: 9,600 completed')
    expect(count(timelineSvg(timelineOf(rows), { maxRows: 10 }), /<text class="name"/g)).toBe(10)
  })

  test('10,000 bars and marks of one row take no more than there is room for, and none is lost', () => {
    const times = Array.from({ length: 10_000 }, (_, n) => n * SECOND)
    const svg = timelineSvg(
      timelineOf([
        {
          label: 'poll',
          bars: times.map((at) => ({ from: at, to: at + 9, kind: 'running', outcome: 'completed' })),
          marks: times.map((at) => ({ at, kind: 'signal', label: `signal ${at}` })),
        },
      ]),
    )
    expect(svg.length).toBeLessThan(900_000)
    expect(svg).toMatch(/<title>Ran [^<]*\nand \d+ more<\/title>/)
    expect(svg).toContain('10000 attempts')
  })
})

test('what is open is drawn up to now', () => {
  const open = timelineOf([ran('ship', 0, SECOND, { outcome: 'open' })], { outcome: 'open' })
  expect(timelineSvg(open, { now: 60 * SECOND })).toContain('open for 1 min')
  expect(timelineSvg(aYear, { now: 9 * YEAR })).toBe(timelineSvg(aYear))
})

describe('colours can be told from what they stand on', () => {
  const svg = timelineSvg(aYear)
  const [light = '', dark = ''] = svg.split('@media')
  const colourOf = (rules: string, name: string): string =>
    new RegExp(`\\.${name}\\{(?:fill:none;)?(?:fill|stroke):(#[0-9a-f]{6})`).exec(rules)![1]!
  const luminance = (colour: string): number => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
  }
  const contrast = (a: string, b: string): number => {
    const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (bright! + 0.05) / (dim! + 0.05)
  }

  test.each([
    ['light', light],
    ['dark', dark],
  ])('%s', (_, rules) => {
    for (const ground of [colourOf(rules, 'paper'), colourOf(rules, 'stripe')]) {
      for (const text of ['completed', 'failed', 'canceled', 'timed-out', 'open', 'faint', 'mark'])
        expect(contrast(colourOf(rules, text), ground), text).toBeGreaterThan(4.5)
      for (const sign of ['waiting', 'dashed'])
        expect(contrast(colourOf(rules, sign), ground), sign).toBeGreaterThan(3)
    }
  })
})
