import { describeProcess, readElementUnit } from 'unitflow'
import type { ProcessDescription } from 'unitflow'
import { storeOf } from '../database.js'

/** So many descriptions are kept: a run is looked at again and again. */
const KEPT = 200

const kept = new Map<string, Promise<ProcessDescription>>()

/** A process as it was drawn in a version, which never changes. */
export function described(id: string, version: string, processId: string): Promise<ProcessDescription> {
  const key = JSON.stringify([id, version, processId])
  const known = kept.get(key)
  if (known !== undefined) return known
  const reading = read(id, version, processId)
  kept.set(key, reading)
  reading.catch(() => kept.delete(key))
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break
    kept.delete(oldest)
  }
  return reading
}

async function read(id: string, version: string, processId: string): Promise<ProcessDescription> {
  return describeProcess(await readElementUnit(storeOf(id), id, { processId }, { version }), processId)
}
