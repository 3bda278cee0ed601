// Workflows in endless versions, each of which can be told from its text alone.
import { readFileSync } from 'node:fs'
import { generateWorkflow } from '../../bench/workflows/generate-workflow.mjs'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit } from './package-under-test.mjs'
import { mix, seeded } from './seeded.mjs'

const company = new URL('../../examples/workflows/order-company.c.json', import.meta.url)
const WORKLOADS = {
  company: () => readFileSync(company, 'utf8'),
  real: () => generateWorkflow({ processes: 12, seed: 7 }),
  small: () => generateWorkflow({ processes: 6, shape: 'calls' }),
  /** So many processes that the manifest is in parts. */
  parted: () => generateWorkflow({ processes: 140, shape: 'calls' }),
}
/** One process in so many differs from the version before. */
const CHANGED = 3
const MOST_REQUESTS = 40

/**
 * Every process carries the number of the version in which it changed last, the top level the number of the version: so
 * each spec of a unit can be checked, character by character, against the one version that the unit says it is of.
 */
export class VersionedWorkflow {
  #seed
  #rest
  #tails
  /** Process ids, the top one first. */
  ids

  constructor(workload, seed) {
    const { spec, subprocess_specs: others, ...rest } = JSON.parse(WORKLOADS[workload]())
    this.#seed = `${workload} ${seed}`
    this.#rest = JSON.stringify(rest).slice(1, -1)
    const processes = [[spec.name, spec], ...Object.entries(others)]
    this.#tails = new Map(processes.map(([id, process]) => [id, JSON.stringify(process).slice(1)]))
    this.ids = [...this.#tails.keys()]
  }

  /** The version in which a process changed last. */
  #marker(id, version) {
    for (let at = version; at > 0; at--) if (mix(this.#seed, id, at) % CHANGED === 0) return at
    return 0
  }

  /** A process as it is in a version. */
  processText(id, version) {
    return markedProcess(this.#tails.get(id), this.#marker(id, version))
  }

  /** A process with a marker of the caller's. */
  editedProcess(id, marker) {
    return markedProcess(this.#tails.get(id), marker)
  }

  /** The whole workflow in a version. */
  text(version) {
    const [top, ...others] = this.ids
    const specs = others.map((id) => `${JSON.stringify(id)}:${this.processText(id, version)}`)
    const spec = this.processText(top, version)
    return `{"spec":${spec},"subprocess_specs":{${specs.join(',')}},"version":${version},${this.#rest}}`
  }

  /** Units to ask for, with what must be in them; read once from a store that nothing happens to. */
  async requests() {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'x', this.text(0))
    const [top] = this.ids
    const elements = this.ids.flatMap((id) => elementsOf(JSON.parse(this.processText(id, 0))))
    const { pick } = seeded(this.#seed, 'requests')
    const asked = [{ processId: top }, ...this.ids.slice(0, 10).map((processId) => ({ processId }))]
    while (asked.length < MOST_REQUESTS) asked.push({ processId: top, elements: [pick(elements)] })
    const requests = []
    for (const request of asked) {
      // Not every element can be reached from the top process; that none can would be no workflow to test with.
      const unit = await readElementUnit(store, 'x', request).catch(() => undefined)
      if (unit !== undefined) requests.push({ request, included: [...unit.included], lazy: [...unit.lazy] })
    }
    if (requests.length < 12) throw new Error('too few units can be read of this workload')
    return requests
  }

  /**
   * The version that a unit is of.
   *
   * @throws Error if it is not wholly of that version, or not what was asked for
   */
  versionOf(unit, { request, included, lazy }) {
    const about = `unit ${JSON.stringify(request)}`
    const { version } = JSON.parse(unit.rest)
    if (!Number.isInteger(version)) throw new Error(`${about}: without the number of its version`)
    same(`${about}: processes`, Object.keys(unit.specs).sort(), [...included].sort())
    same(`${about}: lazy processes`, unit.lazy, lazy)
    for (const [id, { text }] of Object.entries(unit.specs)) {
      if (text === this.processText(id, version)) continue
      const marker = /^\{"marker":(\d+),/.exec(text)?.[1]
      const wanted = this.#marker(id, version)
      throw new Error(`${about} of version ${version}: "${id}" has marker ${marker}, not ${wanted}`)
    }
    return version
  }
}

function markedProcess(tail, marker) {
  return `{"marker":${marker},${tail}`
}

function elementsOf({ task_specs: tasks }) {
  return Object.values(tasks).flatMap(({ bpmn_id: id }) => (typeof id === 'string' ? [id] : []))
}

function same(what, found, wanted) {
  const [a, b] = [found, wanted].map((value) => JSON.stringify(value))
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`)
}
