import { filesBelow, read } from '../../../architecture/sources.js'
import { decodeValue } from '../../../../ts/values/index.js'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'

/** Any JSON, to be altered. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export type JsonObject = Record<string, Json>

export interface Fixture {
  readonly name: string
  readonly json: Json[]
  /** As the engine has them: what JSON cannot say is no longer tagged. */
  readonly events: readonly HistoryEvent[]
}

/** The histories in tests/fixtures/histories. */
export const fixtures: readonly Fixture[] = filesBelow('tests/fixtures/histories')
  .filter((path) => path.endsWith('.json'))
  .map((path) => ({
    name: path.replace(/^.*\/|\.json$/g, ''),
    json: JSON.parse(read(path)) as Json[],
    // The schema's tests say that they are events.
    events: decodeValue(read(path)) as unknown as readonly HistoryEvent[],
  }))

export function fixture(name: string): Fixture {
  const found = fixtures.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no history ${name}`)
  return found
}

/** All objects in a value, from the outside in. */
export function objectsIn(value: Json): JsonObject[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  return [value, ...Object.values(value).flatMap(objectsIn)]
}
