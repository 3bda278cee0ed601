import type { UnitflowError } from '../../errors/index.js'
import { isUnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import type { ElementUnit } from '../../units/reading.js'
import { describeProcess, readElementUnit } from '../../units/reading.js'
import type { ProcessPlan } from './process-plan.js'
import { planOf } from './process-plan.js'
import type { UnitRead, UnitStart } from './unit-workflow.js'

/** A process of a version. */
export type ProcessOfVersion = Pick<UnitStart, 'processId' | 'version'>

/** A process that can be run, and what is embedded in it. */
export interface LoadedUnit extends ProcessOfVersion {
  readonly plan: ProcessPlan
  /** Its own, and those of what is embedded in it. */
  readonly plans: ReadonlyMap<string, ProcessPlan>
  /** Names of the messages that something in it waits for. */
  readonly messages: ReadonlySet<string>
  /** Of the specs, UTF-8. */
  readonly bytes: number
}

/** So many bytes of specs are kept at most, the last used ones, beside the one in use. */
const KEPT_BYTES = 32 * 1024 * 1024

/** Reads units from a store, each when it is first asked for, and keeps them: a version never changes. */
export class UnitSource {
  readonly #store: CacheStore
  readonly #cacheKey: string
  readonly #onUnit: ((unit: UnitRead) => void) | undefined
  /** The last used at the end. */
  readonly #kept = new Map<string, LoadedUnit>()
  /** Processes that a version does not hold, and never will. */
  readonly #absent = new Map<string, UnitflowError<'unknown-process'>>()
  readonly #reading = new Map<string, Promise<LoadedUnit>>()
  #bytes = 0

  constructor(store: CacheStore, cacheKey: string, onUnit: ((unit: UnitRead) => void) | undefined) {
    this.#store = store
    this.#cacheKey = cacheKey
    this.#onUnit = onUnit
  }

  /** The unit where it is at hand: no promise is waited for then. */
  kept(process: ProcessOfVersion): LoadedUnit | undefined {
    const key = keyOf(process)
    const unit = this.#kept.get(key)
    if (unit === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, unit)
    return unit
  }

  /** Why the unit will never be there, where that is known. */
  absent(process: ProcessOfVersion): UnitflowError<'unknown-process'> | undefined {
    return this.#absent.get(keyOf(process))
  }

  /**
   * The unit to run a process.
   *
   * @throws as `readElementUnit`
   */
  async load(process: ProcessOfVersion): Promise<LoadedUnit> {
    const kept = this.kept(process)
    if (kept !== undefined) return kept
    const key = keyOf(process)
    const under = this.#reading.get(key)
    if (under !== undefined) return under
    const reading = this.#read(process)
      .catch((error: unknown) => {
        if (isUnitflowError(error, 'unknown-process')) this.#absent.set(key, error)
        throw error
      })
      .finally(() => this.#reading.delete(key))
    this.#reading.set(key, reading)
    return reading
  }

  async #read({ version, processId }: ProcessOfVersion): Promise<LoadedUnit> {
    const unit = await readElementUnit(this.#store, this.#cacheKey, { processId }, { version })
    const loaded = loadedUnit(unit, version)
    this.#keep(loaded)
    this.#onUnit?.({ processId, version, included: unit.included, bytes: loaded.bytes })
    return loaded
  }

  #keep(unit: LoadedUnit): void {
    this.#kept.set(keyOf(unit), unit)
    this.#bytes += unit.bytes
    for (const [key, oldest] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES || oldest === unit) return
      this.#kept.delete(key)
      this.#bytes -= oldest.bytes
    }
  }
}

function keyOf({ version, processId }: ProcessOfVersion): string {
  return `${version} ${processId}`
}

function loadedUnit(unit: ElementUnit, version: string): LoadedUnit {
  const { processId, included } = unit
  const plan = planOf(describeProcess(unit, processId))
  const plans = new Map(
    included.map((id) => [id, id === processId ? plan : planOf(describeProcess(unit, id))]),
  )
  const encoder = new TextEncoder()
  let bytes = 0
  for (const id of included) bytes += encoder.encode(unit.specs[id]?.text).length
  const messages = new Set([...plans.values()].flatMap((each) => [...each.messages]))
  return { processId, version, plan, plans, messages, bytes }
}
