import type { Timeline, TimelineBar } from './timeline.js'

/** A stretch in which nothing begins and nothing ends. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** The place of a time, in the smallest stretches that can be told apart. */
export type PlaceOf = (time: number) => number

/** A gap has to be so many times longer than all that stays to be worth leaving out. */
const DOMINANT = 3
/** How many times more must be told apart with more left out. */
const GAIN = 2

/**
 * The gaps to leave out so that what happens around them can be told apart: none as long as a plain scale shows it. What
 * counts is how many different places work and marks begin and end at; that of decisions and queues, mostly milliseconds
 * around them, does not. Work that can be seen in one piece is not torn but for as much other work.
 *
 * @param scaleWith how times are placed when these gaps are left out; `undefined` where that leaves no room
 */
export function gapsToBreak(
  timeline: Timeline,
  most: number,
  scaleWith: (breaks: readonly Gap[]) => PlaceOf | undefined,
): readonly Gap[] {
  const { from, to } = timeline
  const { all, telling, work } = timesOf(timeline)
  const gaps = all
    .slice(1)
    .map((time, index): Gap => ({ from: all[index] ?? time, to: time }))
    .sort((a, b) => b.to - b.from - (a.to - a.from))
  let rest = to - from
  let chosen: readonly Gap[] = []
  let shown = shownWith([], scaleWith([]), telling, work)
  for (const [index, gap] of gaps.slice(0, most).entries()) {
    rest -= gap.to - gap.from
    if (rest <= 0 || gap.to - gap.from <= DOMINANT * rest) continue
    const tried = gaps.slice(0, index + 1)
    const now = shownWith(tried, scaleWith(tried), telling, work)
    const tellsMore = now.places >= GAIN * shown.places && now.whole >= shown.whole
    if (!tellsMore && !(now.whole > shown.whole && now.places >= shown.places)) continue
    chosen = tried
    shown = now
  }
  return [...chosen].sort((a, b) => a.from - b.from)
}

interface Times {
  /** When anything begins or ends, in order. */
  readonly all: readonly number[]
  /** When work and marks do. */
  readonly telling: readonly number[]
  /** What has ended. */
  readonly work: readonly TimelineBar[]
}

function timesOf({ from, to, rows }: Timeline): Times {
  const all = new Set([from, to])
  const telling = new Set<number>()
  const work: TimelineBar[] = []
  for (const { bars, marks } of rows) {
    for (const bar of bars) {
      all.add(bar.from).add(bar.to)
      if (bar.kind === 'running' || bar.kind === 'retry-wait') telling.add(bar.from).add(bar.to)
      if (bar.kind === 'timer') telling.add(bar.to)
      if (bar.kind === 'running' && bar.outcome !== 'open') work.push(bar)
    }
    for (const { at } of marks) {
      all.add(at)
      telling.add(at)
    }
  }
  return {
    all: [...all].filter((time) => time >= from && time <= to).sort((a, b) => a - b),
    telling: [...telling],
    work,
  }
}

/** How many places can be told apart, and how much work can be seen in one piece. */
function shownWith(
  breaks: readonly Gap[],
  placeOf: PlaceOf | undefined,
  telling: readonly number[],
  work: readonly TimelineBar[],
): { readonly places: number; readonly whole: number } {
  if (placeOf === undefined) return { places: 0, whole: 0 }
  const isWhole = ({ from, to }: TimelineBar): boolean =>
    placeOf(to) - placeOf(from) >= 1 && !breaks.some((gap) => gap.from >= from && gap.to <= to)
  return {
    places: new Set(telling.map((time) => Math.floor(placeOf(time)))).size,
    whole: work.filter(isWhole).length,
  }
}
