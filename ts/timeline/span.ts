const UNITS = [
  ['y', 31_536_000_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** Milliseconds in the two largest units that say something: `3 d 4 h`, `2 min 5 s`, `1.4 s`, `340 ms`. A year is 365 days. */
export function spanOf(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`
  for (const [index, [unit, length]] of UNITS.entries()) {
    const [next, part] = UNITS[index + 1] ?? ['', length]
    // What would be rounded up to one more of the larger unit is one more.
    const rounded = Math.round(ms / part) * part
    if (rounded < length) continue
    const whole = Math.floor(rounded / length)
    const rest = Math.round((rounded - whole * length) / part)
    return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${next}`
  }
  return `${Math.round(ms / 1000)} s`
}

/** The same in one unit, for where there is little room: `3 d`, `2 min`. */
export function shortSpanOf(ms: number): string {
  return /^\S+ \S+/.exec(spanOf(ms))?.[0] ?? ''
}

/** A moment as people read it, in UTC, to the second; milliseconds where they are asked for. */
export function momentOf(at: number, withMilliseconds = false): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return String(at)
  return date
    .toISOString()
    .slice(0, withMilliseconds ? -1 : -5)
    .replace('T', ' ')
}

/** From when to when, in UTC; the day once where it is the same, milliseconds where they tell something. */
export function momentsOf(from: number, to: number): string {
  const withMilliseconds = to - from < 10_000
  const begin = momentOf(from, withMilliseconds)
  const end = momentOf(to, withMilliseconds)
  return `${begin} to ${begin.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end} UTC`
}
