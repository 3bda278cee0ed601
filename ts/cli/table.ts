import Table from 'cli-table3'
import type { Colors } from './colors.js'
import { cut, displayWidth, shorten } from './shorten.js'

/** A column of a table. */
export interface Column {
  readonly head: string
  /** @default 'left' */
  readonly align?: 'left' | 'right'
  /** Takes what the others leave over, and is shortened in the middle, cut at its end, or wrapped, where that is too little. */
  readonly flexible?: 'shorten' | 'cut' | 'wrap'
  /** Colours a cell. */
  readonly paint?: (cell: string) => string
}

/** Spaces between columns. */
const GAP = 2
/** Narrower than this a column says nothing. */
const LEAST = 8

/**
 * A table without frames, at most `width` columns wide as far as its content can be shortened.
 *
 * @param rows cells as plain text; unprintable characters are escaped
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | readonly string[])[])[],
  width: number,
  colors: Colors,
): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.join(', '))))
  const natural = columns.map(({ head }, index) =>
    Math.max(displayWidth(head), ...texts.map((row) => displayWidth(shorten(row[index] ?? '', 10_000)))),
  )
  const widths = fitted(columns, natural, width - GAP * (columns.length - 1))
  const drawn = new Table({
    head: columns.map(({ head }, index) => colors.bold(shorten(head, widths[index] ?? LEAST))),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: BLANK,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  })
  rows.forEach((row) => {
    drawn.push(
      columns.map(({ flexible, paint = unpainted }, index) => {
        const cell = row[index] ?? ''
        const room = widths[index] ?? LEAST
        if (flexible === 'wrap') return wrapped(typeof cell === 'string' ? [cell] : commas(cell), room)
        const text = (flexible === 'cut' ? cut : shorten)(
          typeof cell === 'string' ? cell : cell.join(', '),
          room,
        )
        return text === '' ? '' : paint(text)
      }),
    )
  })
  return `${drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`
}

function unpainted(cell: string): string {
  return cell
}

function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const fixed = columns.reduce(
    (sum, { flexible }, index) => sum + (flexible === undefined ? (natural[index] ?? 0) : 0),
    0,
  )
  let room = width - fixed
  let open = columns.flatMap(({ flexible }, index) => (flexible === undefined ? [] : [index]))
  const widths = [...natural]
  // Columns that need less than their share leave the rest to the others.
  while (open.length > 0) {
    const share = Math.max(Math.floor(room / open.length), LEAST)
    const small = open.filter((index) => (natural[index] ?? 0) <= share)
    if (small.length === 0) {
      for (const index of open) widths[index] = share
      break
    }
    for (const index of small) room -= natural[index] ?? 0
    open = open.filter((index) => !small.includes(index))
  }
  return widths
}

function commas(items: readonly string[]): string[] {
  return items.map((item, index) => (index < items.length - 1 ? `${item},` : item))
}

function wrapped(items: readonly string[], width: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of items.flatMap((item) => item.split(' '))) {
    const safe = shorten(word, width)
    if (line !== '' && displayWidth(line) + 1 + displayWidth(safe) > width) {
      lines.push(line)
      line = safe
    } else {
      line = line === '' ? safe : `${line} ${safe}`
    }
  }
  return [...lines, line].join('\n')
}

const BLANK = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
}
