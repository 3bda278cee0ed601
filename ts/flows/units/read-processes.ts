import { UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import { inParallel } from '../../stores/in-parallel.js'
import type { ElementUnit, ProcessDescription } from '../../units/reading.js'
import { describeProcess, readElementUnit } from '../../units/reading.js'

/** Where processes are read. */
export interface ProcessSource {
  readonly store: CacheStore
  readonly cacheKey: string
  readonly version: string
  readonly signal: AbortSignal | undefined
}

/** The processes of one version that a process reaches. */
export interface Processes {
  /** @throws what reading it threw: one that is not needed may be missing or damaged */
  description(processId: string): ProcessDescription
}

/**
 * Reads a process and what it calls, directly or through others: those that are equally far away at once.
 *
 * @param depth so many processes that call one another are read at most
 * @throws (by rejecting) for the process itself what `readElementUnit` throws; the signal's reason
 */
export async function readProcesses(
  { store, cacheKey, version, signal }: ProcessSource,
  processId: string,
  depth: number,
): Promise<Processes> {
  const options = { version, ...(signal !== undefined && { signal }) }
  const found = new ReadProcesses(cacheKey)
  const read = (id: string): Promise<ElementUnit> =>
    readElementUnit(store, cacheKey, { processId: id }, options)
  let next = found.add(await read(processId))
  for (let far = 1; far < depth && next.length > 0; far++) {
    const units = await inParallel(next, async (id) => {
      const [outcome] = await Promise.allSettled([read(id)])
      signal?.throwIfAborted()
      if (outcome.status === 'fulfilled') return [outcome.value]
      found.fail(id, outcome)
      return []
    })
    next = units.flat().flatMap((unit) => found.add(unit))
  }
  return found
}

class ReadProcesses implements Processes {
  readonly #cacheKey: string
  readonly #units = new Map<string, ElementUnit>()
  readonly #descriptions = new Map<string, ProcessDescription>()
  readonly #failures = new Map<string, PromiseRejectedResult>()
  readonly #asked = new Set<string>()

  constructor(cacheKey: string) {
    this.#cacheKey = cacheKey
  }

  /** @returns what is to be read, too */
  add(unit: ElementUnit): readonly string[] {
    for (const id of unit.included) {
      this.#units.set(id, unit)
      this.#asked.add(id)
    }
    const next = unit.lazy.filter((id) => !this.#asked.has(id))
    for (const id of next) this.#asked.add(id)
    return next
  }

  fail(processId: string, failure: PromiseRejectedResult): void {
    this.#failures.set(processId, failure)
  }

  description(processId: string): ProcessDescription {
    const known = this.#descriptions.get(processId)
    if (known !== undefined) return known
    const unit = this.#units.get(processId)
    if (unit === undefined) throw this.#failures.get(processId)?.reason ?? this.#unknown(processId)
    const description = describeProcess(unit, processId)
    this.#descriptions.set(processId, description)
    return description
  }

  #unknown(processId: string): UnitflowError<'unknown-process'> {
    const cacheKey = this.#cacheKey
    const message = `the workflow ${JSON.stringify(cacheKey)} has no process ${JSON.stringify(processId)}`
    return new UnitflowError('unknown-process', message, { cacheKey, processId })
  }
}
