import { columnsOf, cutTo, fitted, shortenedTo } from '../drawing/index.js'
import { drawnRows } from './drawn-rows.js'
import type { DrawnRow } from './drawn-rows.js'
import { legendOf } from './legend.js'
import { noteOf, outcomeOf, outcomeWords } from './row-note.js'
import { momentsOf, shortSpanOf, spanOf } from './span.js'
import { cells, painted } from './text-cells.js'
import type { TimelineColors } from './text-cells.js'
import { ASCII, UNICODE } from './text-signs.js'
import type { Signs } from './text-signs.js'
import { ticksOf } from './ticks.js'
import { timeScale } from './time-scale.js'
import type { TimeScale } from './time-scale.js'
import { timelineUntil } from './timeline.js'
import type { Timeline, TimelineRow } from './timeline.js'

export interface TimelineTextOptions {
  /**
   * Columns; no line is longer. Fewer than 24 are taken for 24.
   *
   * @default 80
   */
  readonly width?: number
  /** Functions that colour a text, such as picocolors'; what is missing stays as it is. */
  readonly colors?: TimelineColors
  /**
   * Nothing but ASCII, but for what labels hold.
   *
   * @default false
   */
  readonly ascii?: boolean
  /** Milliseconds since 1970: what is open is drawn up to here. */
  readonly now?: number
  /**
   * Rows that are drawn at most, from 4; a remark says what was left out.
   *
   * @default 200
   */
  readonly maxRows?: number
}

const MIN_WIDTH = 24
/** Below this there is no room for notes. */
const NOTES_FROM = 56

/**
 * A timeline as lines of text for a terminal, without control characters but those of `colors`: a heading, a scale, a row
 * for each thing, a legend. Long stretches in which nothing happens are left out, and the scale says how long they are.
 */
export function timelineText(timeline: Timeline, options: TimelineTextOptions = {}): string {
  const { colors = {}, ascii = false, maxRows = 200 } = options
  const shown = timelineUntil(timeline, options.now)
  const signs = ascii ? ASCII : UNICODE
  const width = Math.max(Math.floor(options.width ?? 80), MIN_WIDTH)
  const rows = drawnRows(shown.rows, Math.max(maxRows, 4))
  const layout = layoutOf(rows, width, signs)
  const scale = timeScale(shown, {
    length: layout.chart,
    breakLength: (ms) => shortSpanOf(ms).length + 2,
    breaks: Math.max(1, Math.floor(layout.chart / 16)),
    place: 1,
    whole: true,
  })
  return [
    ...headingOf(shown, width, signs, colors),
    '',
    scaleLine(scale, layout, signs, colors),
    ...rows.map((drawn) =>
      drawn.type === 'row'
        ? rowLine(drawn.row, scale, layout, signs, colors)
        : paint(cutTo(`${signs.leftOut} ${drawn.remark}`, width, signs.dots), colors.faint),
    ),
    ...legendLines(rows, width, signs, colors),
    '',
  ].join('\n')
}

interface Layout {
  readonly label: number
  readonly chart: number
  readonly note: number
}

function layoutOf(rows: readonly DrawnRow[], width: number, signs: Signs): Layout {
  let label = 4
  let note = 0
  for (const drawn of rows) {
    if (drawn.type !== 'row') continue
    label = Math.max(label, columnsOf(labelOf(drawn.row)))
    note = Math.max(note, columnsOf(noteOf(drawn.row, signs.ends)))
  }
  label = Math.min(label, Math.floor(width * 0.3))
  note = width < NOTES_FROM ? 0 : Math.min(note, Math.floor(width * 0.3))
  return { label, note, chart: width - label - 2 - (note === 0 ? 0 : note + 2) }
}

function headingOf(timeline: Timeline, width: number, signs: Signs, colors: TimelineColors): string[] {
  const { title, status, outcome, from, to } = timeline
  const words = `${outcomeWords(outcome)} ${outcome === 'open' ? 'for' : 'after'} ${spanOf(to - from)}`
  const name = shortenedTo(title, Math.max(width - words.length - 2, 12), signs.dots)
  const first = cutTo(words, width - columnsOf(name) - 2, signs.dots)
  return [
    `${paint(name, colors.heading)}  ${paint(first, colors[outcome])}`,
    paint(cutTo(momentsOf(from, to), width, signs.dots), colors.faint),
    ...(status === undefined ? [] : [cutTo(status, width, signs.dots)]),
  ]
}

/** Times along the scale, and how long the stretches are that are left out. */
function scaleLine(scale: TimeScale, { label, chart }: Layout, signs: Signs, colors: TimelineColors): string {
  const line = Array.from({ length: chart }, () => ' ')
  const put = (place: number, text: string): void => {
    Array.from(text).forEach((character, index) => (line[place + index] = character))
  }
  for (const { isBreak, from, to, start } of scale.parts) {
    if (isBreak) put(start, `${signs.break}${shortSpanOf(to - from)}${signs.break}`)
  }
  for (const { place, label: text } of ticksOf(scale, (name) => name.length + 3)) {
    const column = Math.min(Math.floor(place), chart - 1)
    const at = line[column - 1] === signs.break ? column + 1 : column
    const isFree = line.slice(Math.max(at - 1, 0), at + text.length + 1).every((sign) => sign === ' ')
    if (isFree && at + text.length <= chart) put(at, text)
  }
  return paint(`${' '.repeat(label + 2)}${line.join('').trimEnd()}`, colors.faint)
}

function labelOf({ label, depth = 0 }: TimelineRow): string {
  return `${'  '.repeat(Math.min(Math.max(depth, 0), 8))}${label}`
}

function rowLine(
  row: TimelineRow,
  scale: TimeScale,
  { label, chart, note }: Layout,
  signs: Signs,
  colors: TimelineColors,
): string {
  const name = fitted(shortenedTo(labelOf(row), label, signs.dots), label, signs.dots)
  const drawing = painted(cells(row, scale, chart, signs), colors)
  if (note === 0) return `${name}  ${drawing}`.trimEnd()
  const outcome = outcomeOf(row)
  const text = cutTo(noteOf(row, signs.ends), note, signs.dots)
  const tone = outcome === undefined || outcome === 'completed' ? colors.faint : colors[outcome]
  return `${name}  ${drawing}  ${paint(text, tone)}`.trimEnd()
}

function legendLines(
  rows: readonly DrawnRow[],
  width: number,
  signs: Signs,
  colors: TimelineColors,
): string[] {
  const lines: string[] = []
  for (const item of legendOf(rows)) {
    const sign =
      item.type === 'bar'
        ? signs.bars[item.kind]
        : item.type === 'end'
          ? signs.ends[item.outcome]
          : signs.marks[item.kind]
    const text = `${sign} ${item.text}`
    const last = lines.at(-1)
    if (last !== undefined && last.length + 3 + text.length <= width)
      lines[lines.length - 1] = `${last}   ${text}`
    else lines.push(cutTo(text, width, signs.dots))
  }
  return lines.length === 0 ? [] : ['', ...lines.map((line) => paint(line, colors.faint))]
}

function paint(text: string, color: ((text: string) => string) | undefined): string {
  return color === undefined || text === '' ? text : color(text)
}
