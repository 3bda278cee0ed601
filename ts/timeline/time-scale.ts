import type { Gap } from './breaks.js'
import { gapsToBreak } from './breaks.js'
import type { Timeline } from './timeline.js'

/** A stretch of time, and where it is drawn. */
export interface ScalePart {
  readonly from: number
  readonly to: number
  readonly start: number
  readonly end: number
  /** Whether time is left out in it. */
  readonly isBreak: boolean
}

/** Where times are drawn: evenly, but for long stretches that are left out. */
export interface TimeScale {
  readonly parts: readonly ScalePart[]
  /** How much a millisecond takes where none is left out. */
  readonly perMillisecond: number
  /** The place of a time, from 0 to the length; inside of a break somewhere inside of it. */
  readonly at: (time: number) => number
}

export interface TimeScaleOptions {
  /** In columns or pixels. */
  readonly length: number
  /** What the sign of a break takes, which leaves out so many milliseconds. */
  readonly breakLength: (ms: number) => number
  /** Breaks there may be at most. */
  readonly breaks: number
  /** Times that are drawn so near to one another cannot be told apart. */
  readonly place: number
  /** Whether breaks begin and end at whole numbers, as where columns are drawn. */
  readonly whole: boolean
}

/** So much of what stays is shown before and after a break, so that one sees what goes on through it. */
const MARGIN = 0.04

/** Lays the times of a timeline out over a length. */
export function timeScale(timeline: Timeline, options: TimeScaleOptions): TimeScale {
  const { length, place, breaks: most } = options
  const gaps = gapsToBreak(timeline, most, (breaks) => {
    const { at, perMillisecond } = scaleWith(timeline, breaks, options)
    // The end of the scale is no place of its own.
    return perMillisecond > 0 ? (time) => Math.min(at(time), length - 0.01) / place : undefined
  })
  return scaleWith(timeline, gaps, options)
}

function scaleWith({ from, to }: Timeline, gaps: readonly Gap[], options: TimeScaleOptions): TimeScale {
  const ordered = [...gaps].sort((a, b) => a.from - b.from)
  const left = ordered.reduce((sum, gap) => sum - (gap.to - gap.from), to - from)
  const margin = Math.min(left * MARGIN, ...ordered.map((gap) => (gap.to - gap.from) / 4))
  const breaks = ordered.map((gap) => ({ from: gap.from + margin, to: gap.to - margin }))
  const room = breaks.reduce((sum, gap) => sum - options.breakLength(gap.to - gap.from), options.length)
  const shown = left + 2 * margin * breaks.length
  const perMillisecond = shown > 0 ? room / shown : 0
  const parts: ScalePart[] = []
  let time = from
  let place = 0
  const add = (until: number, length: number, isBreak: boolean): void => {
    const end = options.whole ? Math.round(place + length) : place + length
    parts.push({ from: time, to: until, start: place, end, isBreak })
    time = until
    place = end
  }
  for (const gap of breaks) {
    add(gap.from, (gap.from - time) * perMillisecond, false)
    add(gap.to, options.breakLength(gap.to - gap.from), true)
  }
  add(to, (to - time) * perMillisecond, false)
  return { parts, perMillisecond, at: (wanted) => placeOf(wanted, parts) }
}

function placeOf(time: number, parts: readonly ScalePart[]): number {
  let low = 0
  let high = parts.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    const part = parts[middle]
    if (part !== undefined && time > part.to) low = middle + 1
    else high = middle
  }
  const part = parts[low]
  if (part === undefined || part.to <= part.from) return part?.start ?? 0
  const share = Math.min(Math.max((time - part.from) / (part.to - part.from), 0), 1)
  return part.start + share * (part.end - part.start)
}
