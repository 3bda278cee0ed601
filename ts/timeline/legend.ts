import type { DrawnRow } from './drawn-rows.js'
import type { TimelineBarKind, TimelineMarkKind, TimelineOutcome } from './timeline.js'

/** A sign that occurs, and what it means. */
export type LegendItem =
  | { readonly type: 'bar'; readonly kind: TimelineBarKind; readonly text: string }
  | { readonly type: 'end'; readonly outcome: TimelineOutcome; readonly text: string }
  | { readonly type: 'mark'; readonly kind: TimelineMarkKind; readonly text: string }

const BARS: readonly (readonly [TimelineBarKind, string])[] = [
  ['running', 'running'],
  ['waiting', 'waiting for its turn'],
  ['retry-wait', 'waiting to be tried again'],
  ['timer', 'timer'],
  ['deciding', 'decision'],
]

const ENDS: readonly (readonly [TimelineOutcome, string])[] = [
  ['failed', 'failed'],
  ['canceled', 'canceled'],
  ['timed-out', 'timed out'],
  ['open', 'still open'],
]

const MARKS: readonly (readonly [TimelineMarkKind, string])[] = [
  ['signal', 'signal'],
  ['sent', 'sent to another'],
  ['timer', 'timer fired'],
  ['child', 'child started'],
  ['marker', 'marker'],
  ['cancel-request', 'asked to cancel'],
]

/** What occurs among these rows, in an order that is always the same. */
export function legendOf(rows: readonly DrawnRow[]): LegendItem[] {
  const bars = new Set<TimelineBarKind>()
  const ends = new Set<TimelineOutcome>()
  const marks = new Set<TimelineMarkKind>()
  for (const drawn of rows) {
    if (drawn.type !== 'row') continue
    for (const { kind, outcome } of drawn.row.bars) {
      bars.add(kind)
      if (outcome !== undefined) ends.add(outcome)
    }
    for (const { kind } of drawn.row.marks) marks.add(kind)
  }
  if (marks.has('decision')) bars.add('deciding')
  return [
    ...BARS.filter(([kind]) => bars.has(kind)).map(([kind, text]): LegendItem => ({
      type: 'bar',
      kind,
      text,
    })),
    ...ENDS.filter(([outcome]) => ends.has(outcome)).map(([outcome, text]): LegendItem => ({
      type: 'end',
      outcome,
      text,
    })),
    ...MARKS.filter(([kind]) => marks.has(kind)).map(([kind, text]): LegendItem => ({
      type: 'mark',
      kind,
      text,
    })),
  ]
}
