import { spanOf } from './span.js'
import type { TimeScale } from './time-scale.js'

/** A place on the scale that has a name. */
export interface Tick {
  readonly place: number
  readonly label: string
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 30, 90, 180].map((count) => count * DAY),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((count) => count * YEAR),
]

/**
 * What stands along the scale: time since its begin; after a break the time at which it goes on, and `+` since then. As
 * many as have room for their names.
 *
 * @param lengthOf how long a name is, with the room around it
 */
export function ticksOf(scale: TimeScale, lengthOf: (label: string) => number): Tick[] {
  const begin = scale.parts[0]?.from ?? 0
  const { perMillisecond } = scale
  const longest = Math.max(...scale.parts.map(({ from, to, isBreak }) => (isBreak ? 0 : to - from)))
  const fits = (step: number): boolean => {
    const room = step * perMillisecond
    // Nothing has room that is not even longer than a short name.
    if (room < lengthOf('0 s')) return false
    const names = Array.from({ length: Math.floor(longest / step) }, (_, at) => spanOf((at + 1) * step))
    return names.every((name) => lengthOf(`+${name}`) <= room)
  }
  const step = perMillisecond > 0 ? STEPS.find(fits) : undefined
  return scale.parts
    .filter(({ isBreak }) => !isBreak)
    .flatMap(({ from, to, start }, index): Tick[] => {
      const first = { place: start, label: index === 0 ? '0' : spanOf(from - begin) }
      if (step === undefined) return [first]
      const count = Math.floor((to - from) / step)
      const more = Array.from({ length: count }, (_, at): Tick => {
        const ms = (at + 1) * step
        return { place: start + ms * perMillisecond, label: index === 0 ? spanOf(ms) : `+${spanOf(ms)}` }
      })
      return [first, ...more]
    })
}
