import type { Signs } from './text-signs.js'
import type { TimeScale } from './time-scale.js'
import type { TimelineBar, TimelineOutcome, TimelineRow } from './timeline.js'

/** Which parts of a timeline can have a colour of their own. */
export type TimelineTone = TimelineOutcome | 'mark' | 'faint' | 'heading'

/** Functions that colour a text. */
export type TimelineColors = Readonly<Partial<Record<TimelineTone, (text: string) => string>>>

/** One column of a row. */
export interface Cell {
  readonly sign: string
  readonly tone?: TimelineTone
}

const BLANK: Cell = { sign: ' ' }

/** What hides what, where two fall into one column: trouble is never hidden by what went well. */
const RANK: Readonly<Record<TimelineOutcome, number>> = {
  completed: 1,
  open: 2,
  canceled: 3,
  'timed-out': 4,
  failed: 4,
}

/** A row over so many columns. Whatever is in it takes a column at least. */
export function cells(row: TimelineRow, scale: TimeScale, columns: number, signs: Signs): Cell[] {
  const line = Array.from({ length: columns }, () => BLANK)
  const ends = new Map<number, { readonly cell: Cell; readonly rank: number }>()
  const columnOf = (time: number): number => Math.min(Math.floor(scale.at(time)), columns - 1)
  // Work is drawn over waiting.
  const ordered = [...row.bars.filter((bar) => !isWork(bar)), ...row.bars.filter(isWork)]
  for (const bar of ordered) {
    const start = columnOf(bar.from)
    const end = Math.max(start, Math.min(Math.round(scale.at(bar.to)), columns) - 1)
    const cell: Cell = { sign: signs.bars[bar.kind], tone: toneOf(bar) }
    for (let column = start; column <= end; column++) line[column] = cell
    if (bar.outcome === undefined) continue
    const rank = RANK[bar.outcome]
    const sign = signs.ends[bar.outcome]
    if (sign !== '' && rank > (ends.get(end)?.rank ?? 0))
      ends.set(end, { cell: { sign, tone: bar.outcome }, rank })
  }
  for (const part of scale.parts) {
    if (!part.isBreak) continue
    const side: Cell = { sign: signs.break, tone: 'faint' }
    line[part.start] = side
    line[part.end - 1] = side
  }
  for (const [column, { cell }] of ends) line[column] = cell
  for (const { at, kind } of row.marks) line[columnOf(at)] = { sign: signs.marks[kind], tone: 'mark' }
  return line
}

function isWork({ kind }: TimelineBar): boolean {
  return kind === 'running' || kind === 'deciding'
}

function toneOf({ kind, outcome }: TimelineBar): TimelineTone {
  if (kind === 'waiting' || kind === 'retry-wait') return 'faint'
  return outcome ?? 'open'
}

/** Cells as text; neighbours of one colour are coloured in one piece. */
export function painted(line: readonly Cell[], colors: TimelineColors): string {
  let text = ''
  let piece = ''
  let tone: TimelineTone | undefined
  const close = (): void => {
    const color = tone === undefined ? undefined : colors[tone]
    text += piece === '' || color === undefined ? piece : color(piece)
    piece = ''
  }
  for (const cell of line) {
    if (cell.tone !== tone) close()
    tone = cell.tone
    piece += cell.sign
  }
  close()
  return text
}
