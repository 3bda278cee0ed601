import { UnitflowError } from '../errors/index.js'

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** How long something takes: milliseconds, or a number and its unit: `'500ms'`, `'10s'`, `'2m'`, `'1.5h'`, `'7d'`, `'1w'`. */
export type Duration = number | `${number}${keyof typeof UNITS}`

/**
 * A duration in milliseconds: a finite number from 0.
 *
 * @param argument what the caller calls it, for the error
 * @throws `bad-argument`
 */
export function milliseconds(duration: Duration, argument: string): number {
  const ms = typeof duration === 'string' ? parsed(duration) : duration
  if (typeof ms === 'number' && Number.isFinite(ms) && ms >= 0) return ms
  const expected = "milliseconds from 0, or a text like '500ms', '10s', '2m', '1.5h', '7d', '1w'"
  const found = JSON.stringify(String(duration).slice(0, 100))
  throw new UnitflowError('bad-argument', `${argument}: expected ${expected}; found ${found}`, {
    argument,
    expected,
  })
}

function parsed(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,15}(?:\.\d{1,15})?)(ms|[smhdw])$/.exec(text) ?? []
  return amount !== undefined && isUnit(unit) ? Number(amount) * UNITS[unit] : undefined
}

function isUnit(unit: string | undefined): unit is keyof typeof UNITS {
  return unit !== undefined && Object.hasOwn(UNITS, unit)
}
