import { outcomeOf } from './row-note.js'
import type { TimelineOutcome, TimelineRow } from './timeline.js'

/** A row that is drawn, or a remark that stands for rows that are not. */
export type DrawnRow =
  { readonly type: 'row'; readonly row: TimelineRow } | { readonly type: 'left-out'; readonly remark: string }

/**
 * At most so many rows: the first, those that did not complete as far as half of the room goes, and the last. A remark
 * stands where others are left out.
 */
export function drawnRows(rows: readonly TimelineRow[], most: number): DrawnRow[] {
  const kept = keptOf(rows, most)
  const drawn: DrawnRow[] = []
  let left: TimelineRow[] = []
  const tell = (): void => {
    if (left.length > 0) drawn.push({ type: 'left-out', remark: remarkOf(left) })
    left = []
  }
  rows.forEach((row, index) => {
    if (kept === undefined || kept.has(index)) {
      tell()
      drawn.push({ type: 'row', row })
    } else left.push(row)
  })
  tell()
  return drawn
}

function keptOf(rows: readonly TimelineRow[], most: number): ReadonlySet<number> | undefined {
  if (rows.length <= most) return undefined
  const kept = new Set<number>()
  for (let index = 0; kept.size < most / 4; index++) kept.add(index)
  for (let index = rows.length - 1; kept.size < most / 2; index--) kept.add(index)
  const telling = (row: TimelineRow): boolean => !['completed', undefined].includes(outcomeOf(row))
  for (const [index, row] of rows.entries()) {
    if (kept.size >= most) break
    if (telling(row)) kept.add(index)
  }
  for (let index = 0; kept.size < most; index++) kept.add(index)
  return kept
}

function remarkOf(rows: readonly TimelineRow[]): string {
  const counts = new Map<TimelineOutcome, number>()
  for (const row of rows) {
    const outcome = outcomeOf(row)
    if (outcome !== undefined) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }
  const noun = rows.length === 1 ? 'row' : 'rows'
  const parts = [...counts].map(([outcome, count]) => `${number(count)} ${outcome.replace('-', ' ')}`)
  return `${number(rows.length)} ${noun} left out${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`
}

function number(count: number): string {
  return count.toLocaleString('en')
}
