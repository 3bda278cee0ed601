import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  readElementUnit,
  readManifest,
  unitJson,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import { GOLDEN_KEY, goldenCaches, readGolden, writeGolden } from '../../fixtures/caches/golden-caches.js'
import { membersOf } from '../../fixtures/units/reference-minifier.js'
import { ReferenceWorkflow } from './reference-unit.js'
import { observe } from './observed-store.js'
import { contentOf, storeOf } from './stores-under-test.js'

async function cachedAnew(specs: string, layout: 'v1' | 'v2'): Promise<Map<string, Uint8Array>> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, GOLDEN_KEY, specs, { layout })
  return contentOf(store)
}

/** Values without what may differ from one caching to the next. */
function timeless(values: ReadonlyMap<string, Uint8Array>): Map<string, string> {
  return new Map(
    [...values].map(([key, value]): [string, string] => {
      const text = Buffer.from(value).toString('latin1')
      return [
        key,
        key.startsWith('v2/roots') ? text.replace(/"history":\["[0-9a-f]{16}"\]/, '"history":[]') : text,
      ]
    }),
  )
}

describe.each(goldenCaches)('$name', ({ name, layout, specs }) => {
  if (process.env['RECORD_CACHES'] === '1') {
    test('is recorded', async () => writeGolden(name, await cachedAnew(specs, layout)))
  }

  test('U14 U18 caching the workflow again gives the same keys and bytes, but for the root’s history', async () => {
    const anew = timeless(await cachedAnew(specs, layout))
    const golden = timeless(readGolden(name))
    expect([...anew.keys()].sort()).toEqual([...golden.keys()].sort())
    for (const [key, value] of golden) expect(anew.get(key), key).toBe(value)
  })

  test('U15 U17 every unit of it can be read, and caching over it writes nothing that is there', async () => {
    const store = await storeOf(readGolden(name))
    const reference = new ReferenceWorkflow(specs)
    const texts = membersOf(membersOf(specs).get('subprocess_specs')!).set(
      reference.top,
      membersOf(specs).get('spec')!,
    )
    if (layout === 'v1') {
      const text = await workflowFromCachedElementUnit(store, GOLDEN_KEY, 'A', 'A', { layout, stamp: false })
      expect(membersOf(text).get('spec')).toBe(texts.get('A'))
      return
    }
    for (const [processId, { elements }] of reference.processes) {
      const start = await readElementUnit(store, GOLDEN_KEY, { processId })
      expect([...start.included].sort()).toEqual(reference.unit(processId)!.included)
      expect(membersOf(unitJson(start)).get('spec')).toBe(texts.get(processId))
      for (const element of elements) {
        const unit = await readElementUnit(store, GOLDEN_KEY, { processId, elements: [element] })
        const { included, lazy, missing, reentered } = reference.unit(processId, [element])!
        expect({
          included: [...unit.included].sort(),
          lazy: [...unit.lazy].sort(),
          missing: [...unit.missing],
          reentered: unit.reentered,
        }).toEqual({ included, lazy, missing, reentered })
      }
    }
    expect((await verifyStore(store)).findings).toEqual([])
    const observed = observe(store)
    const report = await cacheElementUnitsForWorkflow(observed.store, GOLDEN_KEY, specs)
    expect([report.written, observed.written()]).toEqual([[], []])
    expect((await readManifest(store, GOLDEN_KEY)).version).toBe(report.version)
  })
})

test('U18 the golden caches are of the forms that they are meant to be', () => {
  const root = (name: string): string => {
    const values = [...readGolden(name)]
    return new TextDecoder().decode(values.find(([key]) => key.startsWith('v2/roots'))![1])
  }
  expect(root('v2-one-piece')).not.toContain('"graph":')
  expect(root('v2-parts')).toContain('"graph":')
  expect(root('v2-parts')).toContain('"restObject":')
  expect([...readGolden('v1').keys()]).toHaveLength(10)
})
