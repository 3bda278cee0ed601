import { drawable, px, shortened, textWidth, xml } from '../drawing/index.js'
import { noteOf, outcomeOf, outcomeWords } from './row-note.js'
import { momentOf, spanOf } from './span.js'
import { END_SIZE, endSign, markSign } from './svg-signs.js'
import type { TimeScale } from './time-scale.js'
import type { TimelineBar, TimelineMark, TimelineRow } from './timeline.js'

/** Where the pieces of a row are. */
export interface RowPlace {
  /** Left end of the scale. */
  readonly left: number
  /** Length of the scale. */
  readonly length: number
  /** The middle of the bars. */
  readonly y: number
  /** Right end of the drawing. */
  readonly right: number
}

const HEIGHTS: Readonly<Record<TimelineBar['kind'], number>> = {
  whole: 4,
  running: 12,
  waiting: 6,
  'retry-wait': 0,
  timer: 0,
  deciding: 12,
}
/** A bar that is shorter would not be seen. */
const LEAST = 2

interface Drawn {
  readonly start: number
  readonly end: number
  readonly bars: TimelineBar[]
}

/** Bars and marks of a row. */
export function rowSvg(row: TimelineRow, scale: TimeScale, place: RowPlace): string {
  const merged = mergedBars(row.bars, scale)
  const bars = [...merged].sort((a, b) => rankOf(a) - rankOf(b))
  const marks = mergedMarks(row.marks, scale)
  return [
    ...bars.map((bar) => barSvg(bar, place)),
    ...marks.map((group) => marksSvg(group, scale, place)),
  ].join('')
}

/** Work is drawn over waiting, and what went wrong over what went well. */
function rankOf({ bars: [bar] }: Drawn): number {
  if (bar?.kind !== 'running' && bar?.kind !== 'deciding') return 0
  return bar.outcome === 'failed' || bar.outcome === 'timed-out' ? 2 : 1
}

/** Bars that would be drawn over one another are one, so that what is drawn does not grow with what happened. */
function mergedBars(bars: readonly TimelineBar[], scale: TimeScale): Drawn[] {
  const drawn: Drawn[] = []
  const latest = new Map<string, number>()
  for (const bar of bars) {
    const start = scale.at(bar.from)
    const end = Math.max(scale.at(bar.to), start + LEAST)
    const look = `${bar.kind} ${bar.outcome ?? ''}`
    const index = latest.get(look)
    const last = index === undefined ? undefined : drawn[index]
    if (index !== undefined && last !== undefined && end < last.start + LEAST + 1) {
      last.bars.push(bar)
    } else {
      latest.set(look, drawn.length)
      drawn.push({ start, end, bars: [bar] })
    }
  }
  return drawn
}

function barSvg({ start, end, bars }: Drawn, { left, y }: RowPlace): string {
  const bar = bars[0]
  if (bar === undefined) return ''
  const x = left + start
  const width = end - start
  const height = HEIGHTS[bar.kind]
  const outcome = bar.outcome ?? 'open'
  const shape =
    bar.kind === 'timer' || bar.kind === 'retry-wait'
      ? `<path class="${bar.kind === 'timer' ? `thin ${outcome}` : 'dashed'}" d="M${px(x)} ${px(y)}h${px(width)}"/>`
      : `<rect class="${bar.kind === 'waiting' ? 'waiting' : outcome}" x="${px(x)}" y="${px(y - height / 2)}" width="${px(width)}" height="${height}" rx="${px(Math.min(2.5, width / 2, height / 2))}"/>`
  const sign =
    bar.outcome === undefined || bar.kind === 'deciding'
      ? ''
      : endSign(bar.outcome, x + Math.max(width - END_SIZE / 2, width / 2), y)
  const lines = bars.slice(0, 12).map(barTitle)
  if (bars.length > 12) lines.push(`and ${bars.length - 12} more`)
  // What can be seen of a wait is thin, and hard to point at.
  const target = `<rect x="${px(x)}" y="${px(y - 8)}" width="${px(width)}" height="16" fill="none" pointer-events="all"/>`
  return `<g><title>${lines.map(xml).join('\n')}</title>${shape}${sign}${target}</g>`
}

const KINDS: Readonly<Record<TimelineBar['kind'], string>> = {
  whole: 'From begin to end',
  running: 'Ran',
  waiting: 'Waited for its turn',
  'retry-wait': 'Waited to be tried again',
  timer: 'Timer',
  deciding: 'Decided',
}

function barTitle(bar: TimelineBar): string {
  const outcome = bar.outcome === undefined ? '' : `, ${outcomeWords(bar.outcome)}`
  const label = bar.label === undefined ? '' : `: ${shortened(bar.label, 300)}`
  return `${KINDS[bar.kind]} ${spanOf(bar.to - bar.from)}${outcome}${label}; from ${momentOf(bar.from, true)} UTC`
}

function mergedMarks(marks: readonly TimelineMark[], scale: TimeScale): TimelineMark[][] {
  const groups: TimelineMark[][] = []
  const latest = new Map<string, TimelineMark[]>()
  for (const mark of marks) {
    const group = latest.get(mark.kind)
    const first = group?.[0]
    if (group !== undefined && first !== undefined && scale.at(mark.at) - scale.at(first.at) < 4)
      group.push(mark)
    else {
      const begun = [mark]
      latest.set(mark.kind, begun)
      groups.push(begun)
    }
  }
  return groups
}

function marksSvg(group: readonly TimelineMark[], scale: TimeScale, { left, y }: RowPlace): string {
  const mark = group[0]
  if (mark === undefined) return ''
  const lines = group
    .slice(0, 12)
    .map(({ label, at }) => `${shortened(label, 300)}; ${momentOf(at, true)} UTC`)
  if (group.length > 12) lines.push(`and ${group.length - 12} more`)
  const title = lines.map(xml).join('\n')
  return `<g><title>${title}</title>${markSign(mark.kind, left + scale.at(mark.at), y)}</g>`
}

/** A row in a few words behind what is drawn, or before it where there is more room. */
export function noteSvg(row: TimelineRow, scale: TimeScale, { left, length, y, right }: RowPlace): string {
  const { bars, marks } = row
  const begins = [
    ...bars.slice(0, 1).map(({ from }) => scale.at(from)),
    ...marks.slice(0, 1).map(({ at }) => scale.at(at) - 6),
  ]
  const ends = [
    ...bars.map(({ from, to }) => Math.max(scale.at(to), scale.at(from) + END_SIZE)),
    ...marks.slice(-1).map(({ at }) => scale.at(at) + 6),
  ]
  const begin = begins.reduce((least, place) => Math.min(least, place), length)
  const end = ends.reduce((most, place) => Math.max(most, place), 0)
  const behind = right - (left + end + 8)
  const before = begin - 8
  const isBehind = textWidth(drawable(noteOf(row)), 11) <= behind || behind >= before
  const x = isBehind ? left + end + 8 : left + begin - 8
  return noteText(row, { x, y: y + 4, room: isBehind ? behind : before, isEnd: !isBehind })
}

/** Where a note is. */
export interface NotePlace {
  readonly x: number
  readonly y: number
  readonly room: number
  /** Whether it ends at `x`. */
  readonly isEnd: boolean
}

/** A row in a few words; nothing where there is no room for them. */
export function noteText(row: TimelineRow, { x, y, room, isEnd }: NotePlace): string {
  const text = cut(noteOf(row), room)
  if (text === '') return ''
  const outcome = outcomeOf(row)
  const tone = outcome === undefined || outcome === 'completed' ? 'faint' : outcome
  return `<text class="small halo ${tone}" x="${px(x)}" y="${px(y)}"${isEnd ? ' text-anchor="end"' : ''}>${xml(text)}</text>`
}

/** As much of a text as has room; nothing where that says nothing. */
function cut(text: string, room: number): string {
  const safe = drawable(text)
  if (textWidth(safe, 11) <= room) return safe
  let width = textWidth('\u2026', 11)
  let kept = ''
  for (const character of safe) {
    width += textWidth(character, 11)
    if (width > room) break
    kept += character
  }
  return kept.length < 6 ? '' : `${kept.trimEnd()}\u2026`
}
