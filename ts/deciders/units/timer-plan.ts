/** How long until a timer fires, and how often it does so. */
export interface TimerPlan {
  /** When it fires first, in ms since 1970. */
  readonly at: number
  /** Of a cycle: how long (ms) after that again. */
  readonly every?: number
  /** Of a cycle: how often in all; missing where it goes on for ever. */
  readonly times?: number
}

const DURATION =
  /^(-)?P(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/
const CYCLE = /^R(-?\d*)\/(?:([^P][^/]*)\/)?([^/]+)$/

/**
 * When a timer of a spec fires, from what its expression gives: an ISO 8601 duration, date or cycle (`R3/PT1H`,
 * `R/2026-01-01T00:00:00Z/P1D`), or a Date. Months and years are the calendar's, in UTC.
 *
 * @param now in ms since 1970
 * @returns nothing where it is none of these
 */
export function timerPlan(
  kind: 'duration' | 'date' | 'cycle' | undefined,
  value: unknown,
  now: number,
): TimerPlan | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : { at: value.getTime() }
  if (typeof value !== 'string' || value.length > 200) return undefined
  const text = value.trim()
  if (kind === 'duration') return planAt(afterDuration(now, text))
  if (kind === 'date') return planAt(dateOf(text))
  if (kind === 'cycle') return cycleOf(text, now)
  return planAt(afterDuration(now, text) ?? dateOf(text)) ?? cycleOf(text, now)
}

function planAt(at: number | undefined): TimerPlan | undefined {
  return at === undefined ? undefined : { at }
}

function cycleOf(text: string, now: number): TimerPlan | undefined {
  const parts = CYCLE.exec(text)
  if (parts === null) return undefined
  const [, count = '', start, duration = ''] = parts
  const begins = start === undefined ? now : dateOf(start)
  const next = begins === undefined ? undefined : afterDuration(begins, duration)
  if (begins === undefined || next === undefined || next <= begins) return undefined
  const times = count === '' || count.startsWith('-') ? undefined : Number(count)
  return {
    at: start === undefined ? next : begins,
    every: next - begins,
    ...(times !== undefined && { times }),
  }
}

/** Dates without a zone are in UTC: what a decider comes to must not depend on where it runs. */
function dateOf(text: string): number | undefined {
  if (!DATE.test(text)) return undefined
  const zoned = /[Zz]$|[+-]\d\d:?\d\d$/.test(text.slice(10)) ? text : text.length === 10 ? text : `${text}Z`
  const at = Date.parse(zoned.replace(' ', 'T'))
  return Number.isNaN(at) ? undefined : at
}

function afterDuration(from: number, text: string): number | undefined {
  const parts = DURATION.exec(text)
  if (parts === null || text.endsWith('P') || text.endsWith('T')) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(2)
    .map((part: string | undefined) => (part === undefined ? 0 : Number(part)))
  const sign = parts[1] === undefined ? 1 : -1
  const date = new Date(from)
  date.setUTCMonth(date.getUTCMonth() + sign * (years * 12 + months))
  const at =
    date.getTime() + sign * ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
  return Number.isFinite(at) ? at : undefined
}
