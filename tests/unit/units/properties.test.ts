import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  isUnitflowError,
  readElementUnit,
  readManifest,
  unitJson,
} from 'unitflow'
import type { ActiveElement, CacheStore, ElementUnit } from 'unitflow'
import { randomWorkflow, spelled } from '../../fixtures/units/random-workflow.js'
import { membersOf, minified } from '../../fixtures/units/reference-minifier.js'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { ReferenceWorkflow } from './reference-unit.js'
import type { ReferenceUnit } from './reference-unit.js'
import { observe } from './observed-store.js'
import { contentOf } from './stores-under-test.js'

const workflowText = fc.tuple(randomWorkflow, fc.integer()).map(([workflow, seed]) => spelled(workflow, seed))

async function cached(text: string): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', text)
  return store
}

function shape(unit: ElementUnit): ReferenceUnit {
  const { included, lazy, missing, reentered } = unit
  return { included: [...included].sort(), lazy: [...lazy].sort(), missing: [...missing].sort(), reentered }
}

/** The text of each process as the input spells it, without white space. */
function texts(json: string): Map<string, string> {
  const members = membersOf(json)
  const all = membersOf(members.get('subprocess_specs') ?? '{}')
  const top = members.get('spec') ?? ''
  all.set((JSON.parse(top) as { name: string }).name, top)
  return new Map([...all].map(([id, text]) => [id, minified(text)]))
}

test('U1 U17 U19 the start units put together again are the input, and each is what the words of U19 say', async () => {
  await fc.assert(
    fc.asyncProperty(workflowText, async (text) => {
      const store = await cached(text)
      const reference = new ReferenceWorkflow(text)
      const expected = texts(text)
      const seen = new Map<string, string>()
      for (const processId of reference.processes.keys()) {
        const unit = await readElementUnit(store, 'k', { processId })
        expect(shape(unit)).toEqual(reference.unit(processId))
        for (const [id, spec] of Object.entries(unit.specs)) {
          expect(seen.get(id) ?? spec.text).toBe(spec.text)
          seen.set(id, spec.text)
        }
        const members = membersOf(unitJson(unit))
        expect(members.get('spec')).toBe(expected.get(processId))
        const subprocesses = membersOf(members.get('subprocess_specs') ?? '')
        for (const [id, spec] of subprocesses) expect(spec).toBe(expected.get(id))
        const others = unit.included.filter((id) => id !== processId || unit.reentered)
        expect([...subprocesses.keys()].sort()).toEqual([...others].sort())
        const rest = [...membersOf(minified(text))].filter(
          ([key]) => key !== 'spec' && key !== 'subprocess_specs',
        )
        expect([...members].filter(([key]) => key !== 'spec' && key !== 'subprocess_specs')).toEqual(rest)
      }
      expect(seen).toEqual(expected)
    }),
    { numRuns: 250 },
  )
})

test('U20 resume units are what the words of U20 say, and every element is found in a unit that holds it', async () => {
  await fc.assert(
    fc.asyncProperty(
      workflowText,
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      async (text, picks) => {
        const store = await cached(text)
        const reference = new ReferenceWorkflow(text)
        const ids = [...reference.processes.keys()]
        const known = [
          ...new Set([...reference.processes.values()].flatMap(({ elements }) => [...elements]).concat(ids)),
        ]
        const pick = (list: readonly string[], at: number): string => list[at % list.length] ?? ''
        const sets: ActiveElement[][] = known.map((element) => [element])
        sets.push(picks.map((at) => pick(known, at)))
        sets.push(picks.map((at) => ({ processId: pick(ids, at), elementId: pick(known, at >> 3) })))
        sets.push([pick(known, picks[0] ?? 0), 'no such element'], ['no such element'])
        for (const processId of ids) {
          for (const elements of sets) {
            const expected = reference.unit(processId, elements)
            let unit: ElementUnit | undefined
            try {
              unit = await readElementUnit(store, 'k', { processId, elements })
            } catch (error) {
              if (!isUnitflowError(error, 'unknown-element')) throw error
              expect(error.fields).toMatchObject({ cacheKey: 'k', processId })
            }
            expect(unit === undefined ? undefined : shape(unit)).toEqual(expected)
            const [only] = elements
            if (unit !== undefined && elements.length === 1 && typeof only === 'string') {
              expect(reference.holders(only).some((id) => unit.included.includes(id))).toBe(true)
            }
          }
        }
      },
    ),
    { numRuns: 120 },
  )
})

test('U3 U18 the manifest names the elements, calls and missing processes that the input has', () => {
  fc.assert(
    fc.property(workflowText, (text) => {
      const reference = new ReferenceWorkflow(text)
      const { manifest } = decompose(text)
      expect(manifest.top).toBe(reference.top)
      expect(manifest.processes.map(({ id }) => id).sort()).toEqual([...reference.processes.keys()].sort())
      expect(manifest.objects.flatMap(({ processes }) => processes).sort()).toEqual(
        [...reference.processes.keys()].sort(),
      )
      for (const process of manifest.processes) {
        const links = reference.processes.get(process.id)
        expect([...process.missing].sort()).toEqual([...(links?.missing ?? [])].sort())
        const called = Object.keys(process.calls).filter((id) => reference.processes.has(id))
        expect(called.sort()).toEqual([...(links?.calls ?? [])].sort())
        for (const [called, sites] of Object.entries(process.calls)) {
          const tasks = reference.specs.get(process.id)?.task_specs ?? {}
          for (const site of sites)
            expect(Object.getOwnPropertyDescriptor(tasks, site)?.value).toMatchObject({ spec: called })
        }
        const elements = Object.keys(manifest.elements).filter((id) =>
          manifest.elements[id]?.includes(process.id),
        )
        expect(elements.sort()).toEqual([...(links?.elements ?? [])].sort())
      }
    }),
    { numRuns: 200 },
  )
})

test('U17 caching twice writes nothing, and the spelling of white space does not count', async () => {
  await fc.assert(
    fc.asyncProperty(workflowText, async (text) => {
      const { store, written, clear, seen } = observe(createMemoryStore())
      const first = await cacheElementUnitsForWorkflow(store, 'k', text)
      expect(first.unchanged).toEqual([])
      clear()
      for (const again of [text, minified(text), new TextEncoder().encode(`  ${text}\n`)]) {
        const report = await cacheElementUnitsForWorkflow(store, 'k', again)
        expect(report.version).toBe(first.version)
        expect(report.written).toEqual([])
        expect([...report.unchanged].sort()).toEqual([...first.written].sort())
        expect(report.bytes.written).toBe(0)
      }
      expect(written()).toEqual([])
      expect(seen.some(({ operation }) => operation === 'delete')).toBe(false)
    }),
    { numRuns: 40 },
  )
})

test('U17 caching after an edit of one process writes exactly the objects whose bytes changed, and the root', async () => {
  await fc.assert(
    fc.asyncProperty(randomWorkflow, fc.nat(), fc.nat(), async (workflow, which, mark) => {
      const inner = createMemoryStore()
      const { store, written, clear } = observe(inner)
      const plain = (list: readonly ProcessSketch[]): string =>
        workflowJson(list, workflow.rest, workflow.dialect)
      await cacheElementUnitsForWorkflow(store, 'k', plain(workflow.processes))
      const before = await contentOf(inner, 'v2/objects')
      const at = which % workflow.processes.length
      const processes = workflow.processes.map((process, index) =>
        index === at ? { ...process, fields: { ...process.fields, mark: `edited ${mark}` } } : process,
      )
      clear()
      const edited = plain(processes)
      const report = await cacheElementUnitsForWorkflow(store, 'k', edited)
      const expected = decompose(edited).objects.map(({ hash }) => `v2/objects/${hash.slice(0, 40)}`)
      const objects = written().filter((key) => key.startsWith('v2/objects'))
      expect(objects.sort()).toEqual(expected.filter((key) => !before.has(key)).sort())
      expect(written().filter((key) => key.startsWith('v2/roots'))).toHaveLength(1)
      const [id] = [workflow.processes[at]?.id]
      const { objects: listed } = await readManifest(store, 'k')
      expect(report.written).toEqual(
        listed
          .filter(({ processes: members }) => members.includes(id ?? ''))
          .map(({ processes: [owner] }) => owner),
      )
    }),
    { numRuns: 60 },
  )
})
