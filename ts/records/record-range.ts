import { UnitflowError } from '../errors/index.js'
import { AFTER_ALL, mediumKey } from './record-key.js'
import type { MediumRange } from './record-medium.js'
import type { RecordRange } from './record-store.js'

/** How many records a scan gives where nothing is said. */
export const DEFAULT_LIMIT = 1000

/** The largest limit that media are given: more than any of them holds, and a whole number for all of them. */
export const MAX_LIMIT: number = 2 ** 31 - 1

/**
 * A range as media take it.
 *
 * @throws `bad-key`, `bad-argument`
 */
export function mediumRange(range: RecordRange): MediumRange {
  if (typeof range !== 'object' || (range as unknown) === null) throw badRange('range', 'an object')
  const { prefix, from, to, limit: most = DEFAULT_LIMIT, reverse = false } = range
  if (typeof reverse !== 'boolean') throw badRange('reverse', 'true or false')
  if (!Number.isSafeInteger(most) || most < 1) throw badRange('limit', 'a whole number from 1')
  const limit = Math.min(most, MAX_LIMIT)
  if (prefix !== undefined) {
    // The types forbid it; without them it would be ignored.
    if (isGiven(from) || isGiven(to)) throw badRange('range', 'either prefix, or from and to')
    const { collection, sort } = mediumKey(prefix)
    return { collection, from: sort, to: sort + AFTER_ALL, limit, reverse }
  }
  const first = from === undefined ? undefined : mediumKey(from)
  const last = to === undefined ? undefined : mediumKey(to)
  const collection = first?.collection ?? last?.collection
  if (collection === undefined) throw badRange('range', 'prefix, from or to')
  if (last !== undefined && last.collection !== collection) {
    throw badRange('range', 'from and to in the same collection')
  }
  return { collection, from: first?.sort ?? '', to: last?.sort, limit, reverse }
}

function badRange(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `scan: ${argument}: expected ${expected}`, { argument, expected })
}

function isGiven(end: unknown): boolean {
  return end !== undefined
}
