import { UnitflowError } from '../errors/index.js'

/** How much of an input is taken; going over one is `limit-exceeded`. */
export interface Limits {
  /** Bytes of UTF-8 text. @default 268435456 (256 MiB) */
  readonly bytes?: number
  /** Levels of nested arrays and objects. @default 1000 */
  readonly depth?: number
  /** Process specs in one workflow. @default 100000 */
  readonly processes?: number
  /** Characters of a process, task or element id. @default 10000 */
  readonly idLength?: number
}

const DEFAULTS: Required<Limits> = {
  bytes: 256 * 1024 * 1024,
  depth: 1000,
  processes: 100_000,
  idLength: 10_000,
}
/** What a 32-bit Wasm memory can be asked for at all. */
const MOST = 0x7fff_ffff

/**
 * The limits with their defaults.
 *
 * @throws `bad-argument` for one that is no whole number from 1 to 2,147,483,647
 */
export function resolveLimits(limits: Limits = {}): Required<Limits> {
  const resolved = { ...DEFAULTS }
  for (const name of ['bytes', 'depth', 'processes', 'idLength'] as const) {
    const value = limits[name]
    if (value === undefined) continue
    if (!Number.isInteger(value) || value < 1 || value > MOST) {
      const expected = `a whole number from 1 to ${MOST}`
      throw new UnitflowError(
        'bad-argument',
        `limits.${name}: expected ${expected}, found ${String(value)}`,
        {
          argument: `limits.${name}`,
          expected,
        },
      )
    }
    resolved[name] = value
  }
  return resolved
}
