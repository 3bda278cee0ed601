import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  mergeUnits,
  readElementUnit,
  specsToLoad,
  unitJson,
} from 'unitflow'
import type { CacheStore, ElementUnit } from 'unitflow'
import { canonicalJson } from './canonical-json.js'
import { RECORDS, hasRecords, readJson, readText } from './records.js'

type Specs = { spec: { name: string }; subprocess_specs: Record<string, unknown> }
interface Case {
  readonly process: string
  readonly how: 'initial' | 'advance' | 'resume'
  readonly state: {
    tasks: Record<string, { task_spec: string }>
    subprocesses: Record<string, { spec: string }>
  }
  readonly have: readonly [string, ...string[]]
  readonly lazyLoads: readonly string[]
  readonly named: readonly string[]
}

const files = hasRecords ? readdirSync(`${RECORDS}lazy`).sort() : []
const models = files.flatMap((file) => /^(.*)--specs\.json$/.exec(file)?.[1] ?? [])

test(
  hasRecords
    ? 'U22 all recorded states are looked at'
    : 'U22 the recorded states are not beside this project, so nothing is compared with them',
  () => {
    expect(hasRecords ? files.filter((file) => /--\d+\.json$/.test(file)).length : 0).toBe(
      hasRecords ? 203 : 0,
    )
  },
)

/** A unit that holds exactly these specs, as a host has them that loaded `have`. */
function unitOf(specs: Specs, [process, ...others]: Case['have']): ElementUnit {
  const spec = (id: string): string =>
    JSON.stringify(
      id === specs.spec.name
        ? specs.spec
        : Object.getOwnPropertyDescriptor(specs.subprocess_specs, id)?.value,
    )
  return {
    processId: process,
    specs: Object.fromEntries([process, ...others].map((id) => [id, { hash: '', text: spec(id) }])),
    rest: '{}',
    included: [...new Set([process, ...others])].sort(),
    reentered: others.includes(process),
    lazy: [],
    missing: [],
  }
}

describe.each(models)('%s', (model) => {
  const specs = hasRecords
    ? (readJson(`lazy/${model}--specs.json`) as Specs)
    : { spec: { name: '' }, subprocess_specs: {} }
  const cases = files.filter((file) => file.startsWith(`${model}--`) && /--\d+\.json$/.test(file))
  const cached = async (): Promise<CacheStore> => {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', readText(`lazy/${model}--specs.json`))
    return store
  }

  test.each(cases)('U22 %s asks for what the record says', (file) => {
    const { state, have, lazyLoads, named } = readJson(`lazy/${file}`) as Case
    const unit = unitOf(specs, have)
    expect(specsToLoad(state, unit)).toEqual(lazyLoads)
    // The same from text, from a whole state with its specs, and over a wire.
    expect(specsToLoad(JSON.stringify({ ...state, ...specs }), structuredClone(unit))).toEqual(lazyLoads)
    // With nothing loaded but the process that runs, whatever can be seen from there is asked for.
    for (const id of specsToLoad(state, unitOf(specs, [have[0]]))) {
      expect([...named, ...Object.values(state.subprocesses).map(({ spec }) => spec)]).toContain(id)
    }
  })

  test('U19 U22 start units of a process and of what is asked for, merged, are what was loaded', async () => {
    const store = await cached()
    for (const file of cases) {
      const { state, have, lazyLoads, process, how } = readJson(`lazy/${file}`) as Case
      if (how === 'resume') continue
      let unit = await readElementUnit(store, 'k', { processId: process })
      for (let wanted = specsToLoad(state, unit); wanted.length > 0; wanted = specsToLoad(state, unit)) {
        const known = wanted.filter(
          (id) => id === specs.spec.name || Object.hasOwn(specs.subprocess_specs, id),
        )
        // Some models call what is in no file.
        if (known.length === 0) break
        unit = mergeUnits(
          unit,
          ...(await Promise.all(known.map((processId) => readElementUnit(store, 'k', { processId })))),
        )
      }
      const there = new Set<string>(have)
      for (const id of lazyLoads.filter((each) => unit.included.includes(each))) {
        const brought = await readElementUnit(store, 'k', { processId: id })
        for (const each of brought.included) there.add(each)
      }
      expect([...there]).toEqual(expect.arrayContaining([...unit.included]))
      const loaded = JSON.parse(unitJson(unit)) as Specs
      const asked = lazyLoads.filter((id) => Object.hasOwn(specs.subprocess_specs, id))
      for (const id of asked) {
        expect(canonicalJson(loaded.subprocess_specs[id])).toBe(canonicalJson(specs.subprocess_specs[id]))
      }
    }
  })
})
