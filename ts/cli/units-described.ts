import { isUnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/index.js'
import { describeProcess, readElementUnit } from '../units/index.js'
import type { DescribedElement, ProcessDescription } from '../units/index.js'

/** A process that is run, and what is embedded in it, as drawn. */
export interface DescribedUnit {
  /** By the id of the process, or of what is embedded in it. */
  readonly processes: ReadonlyMap<string, ProcessDescription>
  readonly element: (process: string, element: string) => DescribedElement | undefined
}

/** A unit of which nothing is known. */
const UNKNOWN: DescribedUnit = { processes: new Map(), element: () => undefined }

/** What the processes of a workflow look like, in the version that a run is on; each is read once. */
export class UnitsDescribed {
  readonly #store: CacheStore
  readonly #cacheKey: string
  readonly #read = new Map<string, Promise<DescribedUnit>>()

  constructor(store: CacheStore, cacheKey: string) {
    this.#store = store
    this.#cacheKey = cacheKey
  }

  /** A process and what is embedded in it; nothing of it where it cannot be read: names are all that is missing then. */
  unit(version: string, processId: string): Promise<DescribedUnit> {
    const key = `${version} ${processId}`
    const known = this.#read.get(key) ?? this.#describe(version, processId)
    this.#read.set(key, known)
    return known
  }

  async #describe(version: string, processId: string): Promise<DescribedUnit> {
    try {
      const unit = await readElementUnit(this.#store, this.#cacheKey, { processId }, { version })
      return describedUnit(unit.included.map((id) => describeProcess(unit, id)))
    } catch (error) {
      if (!isUnitflowError(error)) throw error
      this.#read.delete(`${version} ${processId}`)
      return UNKNOWN
    }
  }
}

function describedUnit(descriptions: readonly ProcessDescription[]): DescribedUnit {
  const processes = new Map(descriptions.map((description) => [description.processId, description]))
  const elements = new Map(
    descriptions.map(({ processId, elements: all }) => [processId, new Map(all.map((one) => [one.id, one]))]),
  )
  return { processes, element: (process, element) => elements.get(process)?.get(element) }
}
