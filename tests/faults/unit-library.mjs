import { setTimeout as pause } from 'node:timers/promises'
import { cacheElementUnitsForWorkflow, prune } from './package-under-test.mjs'
import { KINDS, versionOf } from './unit-workflows.mjs'

/** Longer than any caching takes (ms). */
const GRACE = 1500
const OBJECTS = 'v2/objects'
/** What a run may lack for a while. */
const LACKS = ['object-missing', 'object-damaged']

/** Caches workflows in new versions, prunes what no run is on, and breaks what is there; runs are started here. */
export class UnitLibrary {
  #store
  #manager
  #random
  #count
  /** By kind the number of the version that is cached. */
  #versions
  /** By hash. */
  #known = new Map()
  #broken = new Map()
  #left = false
  #failures = new Map()

  constructor({ store, manager, random, count, from }) {
    this.#store = store
    this.#manager = manager
    this.#random = random
    this.#count = count
    this.#versions = new Map(KINDS.map((kind) => [kind, from]))
  }

  async open() {
    for (const kind of KINDS) await this.#cache(kind)
  }

  /** New starts get it; runs stay on theirs. */
  async cacheNext() {
    const kind = this.#random.pick(KINDS)
    this.#versions.set(kind, this.#versions.get(kind) + 1)
    await this.#cache(kind)
    this.#count('cachings')
  }

  async #cache(kind) {
    const number = this.#versions.get(kind)
    const { text, messages } = versionOf(kind, number)
    const { version } = await cacheElementUnitsForWorkflow(this.#store, kind, text)
    this.#known.set(`${kind} ${version}`, { number, messages })
  }

  /** Starts a run, which must be on the version that is cached. */
  async start(workflow, id, start) {
    const { name: kind } = workflow
    await this.#manager.start(workflow, start, { id })
    const [{ input }] = await this.#manager.history(id)
    const { number, messages } = this.#known.get(`${kind} ${input.version}`)
    const cached = this.#versions.get(kind)
    if (number !== cached) throw new Error(`${id} was started on version ${number}, and ${cached} is cached`)
    return { id, kind, version: number, start, messages }
  }

  /** Nothing is started meanwhile: what begins now would not be told of. */
  async prune() {
    const held = new Set()
    for (const { id, parent } of await this.#open()) {
      if (parent !== undefined) continue
      const [{ input }] = await this.#manager.history(id)
      held.add(input.version)
    }
    const { removed, released } = await prune(this.#store, { grace: GRACE, held })
    this.#count('objects pruned', removed.length)
    this.#count('versions let go', released.length)
  }

  /** Of some objects a part is missing, or all. */
  async damage() {
    const keys = []
    for await (const key of this.#store.keys(OBJECTS)) keys.push(key)
    for (let left = this.#random.between(1, Math.ceil(keys.length / 2)); left > 0; left--) {
      const key = this.#random.pick(keys)
      const bytes = await this.#store.get(key)
      if (bytes === undefined || this.#broken.has(key)) continue
      this.#broken.set(key, bytes)
      if (this.#random.chance(0.5)) await this.#store.delete(key)
      else await this.#store.set(key, bytes.slice(0, this.#random.below(bytes.length)))
      this.#count('objects broken')
    }
  }

  async mend() {
    for (const [key, bytes] of this.#broken) await this.#store.set(key, bytes)
    this.#broken.clear()
  }

  /** Looks what keeps runs from going on: nothing but objects that are not there. */
  async watch() {
    while (!this.#left) {
      for (const { id, failures } of await this.#open()) {
        // A worker that was killed while it decided has told of no error.
        if (failures?.error === undefined) continue
        const { code, fields, message } = failures.error
        if (!LACKS.includes(code) || !fields?.key?.startsWith(OBJECTS))
          throw new Error(`${id} does not go on: ${code}: ${message}`)
        if (this.#failures.get(id) === failures.count) continue
        this.#failures.set(id, failures.count)
        this.#count('waits for objects')
      }
      await pause(100)
    }
  }

  /** The processes that are open, all pages of them. */
  async #open() {
    const open = []
    for (let after; ;) {
      const page = await this.#manager.list({
        status: 'open',
        limit: 1000,
        ...(after !== undefined && { after }),
      })
      open.push(...page.processes)
      if (page.next === undefined) return open
      after = page.next
    }
  }

  leave() {
    this.#left = true
  }
}
