import { UsageError } from './failures.js'

export { size } from '../drawing/index.js'

/** A count with its noun. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** Milliseconds as people read them. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(Math.round(ms), 1)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

const SPANS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
] as const

/** A time that somebody set, in the largest unit that it is whole in. */
export function span(ms: number): string {
  for (const [unit, name] of SPANS) if (ms >= unit && ms % unit === 0) return counted(ms / unit, name)
  return `${ms} ms`
}

/** The value in the middle; between the two middle ones of an even number; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  const upper = sorted[Math.floor(half)] ?? 0
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[half - 1] ?? 0) + upper) / 2)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `500ms`, `30s`, `10m`, `24h`, `7d`. */
export function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  const factor = UNITS[unit]
  if (factor === undefined) {
    throw new UsageError(`expected a time such as 30s, 10m, 24h or 7d, found ${JSON.stringify(text)}`)
  }
  return Number(amount) * factor
}
