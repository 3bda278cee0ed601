import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  heldVersions,
  holdVersion,
  prune,
  readElementUnit,
  readManifest,
  unitJson,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { GoldenCache } from '../../fixtures/caches/golden-caches.js'
import { GOLDEN_KEY, goldenCaches, readGolden, writeGolden } from '../../fixtures/caches/golden-caches.js'
import { membersOf } from '../../fixtures/units/reference-minifier.js'
import { ReferenceWorkflow } from './reference-unit.js'
import { outcome } from './refused.js'
import { observe } from './observed-store.js'
import { contentOf, storeOf } from './stores-under-test.js'

const HELD_SINCE = 1_700_000_000_000
const HOUR = 3_600_000

async function cachedAnew({ specs, layout, earlier }: GoldenCache): Promise<Map<string, Uint8Array>> {
  const store = createMemoryStore()
  let writes = 0
  const newId = (): string => `write-${++writes}`
  for (const version of earlier ?? []) {
    await cacheElementUnitsForWorkflow(store, GOLDEN_KEY, version.specs, { newId })
    if (version.isHeld) await holdVersion(store, GOLDEN_KEY, { newId, now: () => HELD_SINCE })
  }
  await cacheElementUnitsForWorkflow(store, GOLDEN_KEY, specs, { layout, ...(earlier && { newId }) })
  // Marks what is neither cached nor held.
  if (earlier !== undefined) await prune(store, { grace: HOUR, now: () => HELD_SINCE })
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

describe.each(goldenCaches)('$name', (golden) => {
  const { name, layout, specs, earlier } = golden
  if (process.env['RECORD_CACHES'] === name) {
    test('is recorded', async () => writeGolden(name, await cachedAnew(golden)))
  }

  test('U14 U18 caching the workflow again gives the same keys and bytes, but for the root’s history', async () => {
    const anew = timeless(await cachedAnew(golden))
    const kept = timeless(readGolden(name))
    expect([...anew.keys()].sort()).toEqual([...kept.keys()].sort())
    for (const [key, value] of kept) expect(anew.get(key), key).toBe(value)
  })

  test('U15 U17 every unit of it can be read, and caching over it writes nothing that is there', async () => {
    const store = await storeOf(readGolden(name))
    const reference = new ReferenceWorkflow(specs)
    const texts = membersOf(membersOf(specs).get('subprocess_specs')!).set(
      reference.top,
      membersOf(specs).get('spec')!,
    )
    if (layout === 'v1') {
      const asked = reference.processes.has('A') ? 'A' : reference.top
      const text = await workflowFromCachedElementUnit(store, GOLDEN_KEY, asked, asked, {
        layout,
        stamp: false,
      })
      expect(membersOf(text).get('spec')).toBe(texts.get(asked))
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

  for (const [index, { specs: old, isHeld }] of (earlier ?? []).entries()) {
    test(`U38 the version that was cached ${index + 1}. ${isHeld ? 'is read' : 'is gone'}`, async () => {
      const store = await storeOf(readGolden(name))
      const { version, manifest } = decompose(old)
      const read = outcome(readElementUnit(store, GOLDEN_KEY, { processId: 'Top' }, { version }))
      if (!isHeld) {
        expect(await read).toMatchObject({ code: 'unknown-version' })
        return
      }
      expect(await read).toMatchObject({ processId: 'Top', lazy: ['A'] })
      expect(await readManifest(store, GOLDEN_KEY, { version })).toEqual(manifest)
      expect(await heldVersions(store)).toMatchObject([{ version, heldSince: HELD_SINCE }])
    })
  }

  test('U25 what is marked in it as unused goes, and nothing else', async () => {
    const kept = readGolden(name)
    const store = await storeOf(kept)
    const marked = [...kept.keys()].filter((key) => key.startsWith('v2/marks/'))
    const { removed, used } = await prune(store, { grace: HOUR, now: () => HELD_SINCE + 2 * HOUR })
    expect(removed).toEqual(marked.map((key) => key.slice('v2/marks/'.length)))
    expect(marked.length > 0).toBe(earlier !== undefined)
    expect([...(await contentOf(store, 'v2/objects')).keys()]).toHaveLength(used)
    expect((await verifyStore(store)).findings).toEqual([])
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
  // The workflow, its manifest, and one unit with all of it.
  expect([...readGolden('v1-one-unit').keys()]).toHaveLength(3)
  expect(root('v2-dialect-a')).toContain('"notSplit":"embedding-cycle"')
  expect(root('v2-held')).toContain('"writes":3,"history":["write-1",')
  const kinds = [...readGolden('v2-held').keys()].map((key) => key.split('/')[1])
  expect(new Set(kinds)).toEqual(new Set(['roots', 'objects', 'held', 'marks']))
})
