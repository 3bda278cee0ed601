import type { CacheStore } from '../../stores/cache-store.js'
import { compareCodePoints } from '../../units/code-points.js'
import { emptyRecord } from '../../units/json-reading.js'
import type { ProcessObject } from '../../units/objects.js'
import { processObject, readObjects } from '../../units/objects.js'
import type { ElementUnit, Manifest, ManifestProcess } from '../../units/reading.js'
import type { CachedProcess, CallingProcess, ProcessDependence } from './cached-process.js'

/** How many objects are kept parsed: callers of one process are often computed one after the other. */
const KEPT_OBJECTS = 64
/** Digits of a hash that a result is known by. */
const DIGITS = 40

/** Reads the processes of one version. What it reads is named by content, so no root is read again. */
export class ProcessSource {
  readonly #store: CacheStore
  readonly #depends: ProcessDependence
  readonly #processes: ReadonlyMap<string, ManifestProcess>
  readonly #objects = new Map<string, Promise<ProcessObject>>()

  constructor(store: CacheStore, { processes }: Manifest, depends: ProcessDependence) {
    this.#store = store
    this.#depends = depends
    this.#processes = new Map(processes.map((process) => [process.id, process]))
  }

  /** What the result for a process is known by. */
  hashOf({ hash, closure }: ManifestProcess): string {
    return (this.#depends === 'calls' ? closure : hash).slice(0, DIGITS)
  }

  /** A process as a model is handed it. @throws `object-missing`, `object-damaged`, what the store throws */
  async read(process: ManifestProcess): Promise<CachedProcess | CallingProcess> {
    const cached = await this.#cached(process)
    if (this.#depends === 'self') return cached
    let reached: ReadonlySet<string> | undefined
    return {
      ...cached,
      calls: this.#referred(process).sort(compareCodePoints),
      read: async (processId) => {
        reached ??= this.#reached(process)
        const other = reached.has(processId) ? this.#processes.get(processId) : undefined
        return other === undefined ? undefined : this.#cached(other)
      },
    }
  }

  async #cached(process: ManifestProcess): Promise<CachedProcess> {
    const object = await this.#object(process.hash)
    const unit = this.#unit(process, object)
    const { id } = process
    return { processId: id, hash: this.hashOf(process), text: unit.specs[id]?.text ?? '', unit }
  }

  /** Of the object, what the process reaches in it: the result may depend on no more. */
  #unit(process: ManifestProcess, { hash, members, text }: ProcessObject): ElementUnit {
    const within = new Set(members.map(({ id }) => id))
    const reached = this.#reached(process, within)
    const specs = emptyRecord<ElementUnit['specs'][string]>()
    const included: string[] = []
    for (const [at, { id }] of members.entries()) {
      if (!reached.has(id)) continue
      specs[id] = { hash, text: text(at) }
      included.push(id)
    }
    included.sort(compareCodePoints)
    return { processId: process.id, specs, rest: '{}', included, reentered: false, lazy: [], missing: [] }
  }

  /** A process and all that it reaches, or all of it by way of some processes alone. */
  #reached(from: ManifestProcess, within?: ReadonlySet<string>): ReadonlySet<string> {
    const reached = new Set([from.id])
    for (const id of reached) {
      const process = this.#processes.get(id)
      if (process === undefined) continue
      for (const next of this.#referred(process)) if (within?.has(next) !== false) reached.add(next)
    }
    return reached
  }

  #referred({ calls, embeds }: ManifestProcess): string[] {
    const ids = new Set([...Object.keys(calls), ...embeds])
    return [...ids].filter((id) => this.#processes.has(id))
  }

  #object(hash: string): Promise<ProcessObject> {
    const known = this.#objects.get(hash)
    if (known !== undefined) return known
    const object = readObjects(this.#store, [hash]).then(([bytes]) => {
      if (bytes === undefined) throw new Error(`no object ${hash}`)
      return processObject(bytes)
    })
    this.#objects.set(hash, object)
    // One that cannot be read may be there when it is asked for again.
    object.catch(() => this.#objects.delete(hash))
    for (const oldest of this.#objects.keys()) {
      if (this.#objects.size <= KEPT_OBJECTS) break
      this.#objects.delete(oldest)
    }
    return object
  }
}
