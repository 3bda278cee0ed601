import { drawable, shortened, textWidth } from '../drawing/index.js'
import type { DrawnRow } from './drawn-rows.js'
import { noteOf, outcomeWords } from './row-note.js'
import { momentsOf, spanOf } from './span.js'
import type { Timeline } from './timeline.js'

/** A line below the title, and the class of its colour. */
export interface SummaryLine {
  readonly text: string
  readonly tone: string
}

/** What it came to, in a few words. */
export function outcomeLine({ outcome, from, to }: Timeline): string {
  return `${outcomeWords(outcome)} ${outcome === 'open' ? 'for' : 'after'} ${spanOf(to - from)}`
}

export function summaryOf(timeline: Timeline, rows: readonly DrawnRow[]): SummaryLine[] {
  const { from, to, outcome, status } = timeline
  const drawn = rows.filter(({ type }) => type === 'row').length
  const left = timeline.rows.length - drawn
  const lines: SummaryLine[] = [
    { text: outcomeLine(timeline), tone: outcome },
    { text: momentsOf(from, to), tone: 'faint' },
  ]
  if (status !== undefined) lines.push({ text: status, tone: 'status' })
  if (left > 0) {
    lines.push({
      text: `Drawn: ${drawn} rows; ${left.toLocaleString('en')} more are left out`,
      tone: 'faint',
    })
  }
  return lines
}

/** Who cannot see the drawing gets its rows as sentences, as long as those can be listened to. */
export function descriptionOf(summary: readonly SummaryLine[], rows: readonly DrawnRow[]): string {
  const told = rows.slice(0, 60).map((drawn) => {
    if (drawn.type === 'left-out') return drawn.remark
    const note = noteOf(drawn.row)
    const label = shortened(drawn.row.label, 60)
    return note === '' ? label : `${label}: ${shortened(note, 120)}`
  })
  const more = rows.length > 60 ? [`and ${rows.length - 60} more`] : []
  return [...summary.map(({ text }) => shortened(text, 300)), ...told, ...more].join('. ')
}

/** As much of a line as has room: the middle makes way. */
export function fittingLine(text: string, room: number, fontSize: number): string {
  const safe = drawable(text)
  let length = Math.min(Array.from(safe).length, 300)
  while (length > 4 && textWidth(shortened(safe, length), fontSize) > room) length--
  return shortened(safe, length)
}
