import type { UnitflowError } from '../../errors/index.js'
import { isUnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import type { ElementUnit } from '../../units/reading.js'
import { describeProcess, readElementUnit } from '../../units/reading.js'
import type { ProcessPlan } from './process-plan.js'
import { planOf } from './process-plan.js'
import type { UnitRead } from './unit-workflow.js'

/** A process that can be run, and what is embedded in it. */
export interface LoadedUnit {
  readonly processId: string
  readonly version: string
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
  readonly store: CacheStore
  readonly cacheKey: string
  readonly #onUnit: ((unit: UnitRead) => void) | undefined
  /** The last used at the end. */
  readonly #kept = new Map<string, LoadedUnit>()
  /** Processes that a version does not hold, and never will. */
  readonly #absent = new Map<string, UnitflowError<'unknown-process'>>()
  readonly #reading = new Map<string, Promise<LoadedUnit>>()
  #bytes = 0

  constructor(store: CacheStore, cacheKey: string, onUnit: ((unit: UnitRead) => void) | undefined) {
    this.store = store
    this.cacheKey = cacheKey
    this.#onUnit = onUnit
  }

  /** The unit where it is at hand: no promise is waited for then. */
  kept(version: string, processId: string): LoadedUnit | undefined {
    const key = `${version} ${processId}`
    const unit = this.#kept.get(key)
    if (unit === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, unit)
    return unit
  }

  /** Why the unit will never be there, where that is known. */
  absent(version: string, processId: string): UnitflowError<'unknown-process'> | undefined {
    return this.#absent.get(`${version} ${processId}`)
  }

  /**
   * The unit to run a process of a version.
   *
   * @throws as `readElementUnit`
   */
  async load(version: string, processId: string): Promise<LoadedUnit> {
    const kept = this.kept(version, processId)
    if (kept !== undefined) return kept
    const key = `${version} ${processId}`
    const under = this.#reading.get(key)
    if (under !== undefined) return under
    const reading = this.#read(version, processId)
      .catch((error: unknown) => {
        if (isUnitflowError(error, 'unknown-process')) this.#absent.set(key, error)
        throw error
      })
      .finally(() => this.#reading.delete(key))
    this.#reading.set(key, reading)
    return reading
  }

  async #read(version: string, processId: string): Promise<LoadedUnit> {
    const unit = await readElementUnit(this.store, this.cacheKey, { processId }, { version })
    const loaded = loadedUnit(unit, version)
    this.#keep(loaded)
    this.#onUnit?.({ processId, version, included: unit.included, bytes: loaded.bytes })
    return loaded
  }

  #keep(unit: LoadedUnit): void {
    this.#kept.set(`${unit.version} ${unit.processId}`, unit)
    this.#bytes += unit.bytes
    for (const [key, oldest] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES || oldest === unit) return
      this.#kept.delete(key)
      this.#bytes -= oldest.bytes
    }
  }
}

function loadedUnit(unit: ElementUnit, version: string): LoadedUnit {
  const plans = new Map(unit.included.map((id) => [id, planOf(describeProcess(unit, id))]))
  const encoder = new TextEncoder()
  let bytes = 0
  for (const id of unit.included) bytes += encoder.encode(unit.specs[id]?.text).length
  const messages = new Set([...plans.values()].flatMap((plan) => [...plan.messages]))
  return { processId: unit.processId, version, plans, messages, bytes }
}
