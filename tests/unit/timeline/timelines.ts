import type { Timeline, TimelineBar, TimelineRow } from '../../../ts/timeline/index.js'

export const SECOND: number = 1000
export const MINUTE: number = 60 * SECOND
export const DAY: number = 24 * 60 * MINUTE
export const YEAR: number = 365 * DAY

/** A row with one bar of work. */
export function ran(label: string, from: number, to: number, rest: Partial<TimelineBar> = {}): TimelineRow {
  return { label, bars: [{ from, to, kind: 'running', outcome: 'completed', ...rest }], marks: [] }
}

export function timelineOf(rows: readonly TimelineRow[], rest: Partial<Timeline> = {}): Timeline {
  const times = rows.flatMap(({ bars, marks }) => [
    ...bars.flatMap(({ from, to }) => [from, to]),
    ...marks.map(({ at }) => at),
  ])
  const from = Math.min(...times)
  const to = times.reduce((most, time) => Math.max(most, time), from)
  return { title: 'order', outcome: 'completed', from, to, rows, ...rest }
}

/** What a year of waiting stands in the middle of. */
export const aYear: Timeline = timelineOf([
  ran('charge', 0, 2 * SECOND),
  {
    label: 'renewal',
    bars: [{ from: 2 * SECOND, to: YEAR, kind: 'timer', outcome: 'completed' }],
    marks: [{ at: YEAR, kind: 'timer', label: 'timer renewal' }],
  },
  ran('again', YEAR, YEAR + 3 * SECOND, { outcome: 'failed', label: 'card declined' }),
  ran('refund', YEAR + 3 * SECOND, YEAR + 5 * SECOND),
])
