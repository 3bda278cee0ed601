import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  heldVersions,
  holdVersion,
  listWorkflows,
  prune,
  readElementUnit,
  readManifest,
  releaseVersion,
  removeWorkflow,
  unitJson,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheStore, HoldOptions } from 'unitflow'
import { unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { refused } from './refused.js'
import { contentOf, storesUnderTest } from './stores-under-test.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const company: ProcessSketch[] = [{ id: 'Top', calls: ['A'] }, { id: 'A', elements: ['a'] }, { id: 'B' }]
const one = workflowJson(company)
const two = workflowJson([
  { id: 'Top', calls: ['A'] },
  { id: 'A', elements: ['b'] },
])
const three = workflowJson([{ id: 'Top', elements: ['c'] }])
const large = workflowJson([...company, ...unreachable()], { large: 'x'.repeat(5000) })
const at = (now: number): HoldOptions => ({ now: () => now })
const later = { now: () => 100 * DAY }

async function damage(store: CacheStore, prefix: string): Promise<void> {
  for (const [key, value] of await contentOf(store, prefix)) await store.set(key, value.slice(1))
}

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test.each([
    ['in one piece', one],
    ['in parts', large],
  ])('U38 a version %s that is held is read whatever is cached and pruned later', async (_name, specs) => {
    const { store, another } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', specs)
    const start = await readElementUnit(store, 'k', { processId: 'Top' })
    const there = await readElementUnit(store, 'k', { processId: 'Top', elements: ['a'] })
    const manifest = await readManifest(store, 'k')
    const { version } = manifest
    expect(await holdVersion(store, 'k')).toEqual({ version, top: 'Top' })
    await cacheElementUnitsForWorkflow(store, 'k', two)
    await prune(store, later)
    await prune(store, { now: () => 200 * DAY })
    for (const reader of [store, another()]) {
      expect(await readElementUnit(reader, 'k', { processId: 'Top' }, { version })).toEqual(start)
      const resumed = await readElementUnit(reader, 'k', { processId: 'Top', elements: ['a'] }, { version })
      expect(resumed).toEqual(there)
      expect(await readManifest(reader, 'k', { version })).toEqual(manifest)
      expect((await readManifest(reader, 'k')).version).not.toBe(version)
      const text = await workflowFromCachedElementUnit(reader, 'k', 'Top', 'Top', { version, stamp: false })
      expect(text).toBe(unitJson(start))
    }
    expect((await verifyStore(store)).findings).toEqual([])
  })

  test('U38 a version without a hold that is not the newest is refused by name', async () => {
    const { store } = await create()
    const { version } = await cacheElementUnitsForWorkflow(store, 'k', one)
    await cacheElementUnitsForWorkflow(store, 'k', two)
    for (const asked of [version, 'A'.repeat(64), '', '../roots', version.slice(0, 40), '__proto__']) {
      const wanted = { code: 'unknown-version', fields: { cacheKey: 'k', version: asked } }
      expect(
        await refused(readElementUnit(store, 'k', { processId: 'Top' }, { version: asked })),
      ).toMatchObject(wanted)
      expect(await refused(readManifest(store, 'k', { version: asked }))).toMatchObject(wanted)
    }
    expect(await refused(holdVersion(store, 'none'))).toMatchObject({ code: 'unknown-cache-key' })
  })
})

test('U38 the newest version is read by its hash, held or not, and a held one serves every cache key', async () => {
  const store = createMemoryStore()
  const { version } = await cacheElementUnitsForWorkflow(store, 'k', one)
  const unit = await readElementUnit(store, 'k', { processId: 'Top' })
  expect(await readElementUnit(store, 'k', { processId: 'Top' }, { version })).toEqual(unit)
  await holdVersion(store, 'k')
  await cacheElementUnitsForWorkflow(store, 'other', one)
  await cacheElementUnitsForWorkflow(store, 'other', two)
  expect(await readElementUnit(store, 'other', { processId: 'Top' }, { version })).toEqual(unit)
  const wrong = await refused(readElementUnit(store, 'other', { processId: 'gone' }, { version }))
  expect(wrong).toMatchObject({ code: 'unknown-process', fields: { cacheKey: 'other', processId: 'gone' } })
})

test('U38 a cache key that was removed, or damaged, is nothing to a version that is held', async () => {
  const store = createMemoryStore()
  const { version } = await cacheElementUnitsForWorkflow(store, 'k', one)
  const unit = await readElementUnit(store, 'k', { processId: 'Top' })
  await holdVersion(store, 'k')
  const { version: newest } = await cacheElementUnitsForWorkflow(store, 'k', two)
  await damage(store, 'v2/roots')
  expect(await readElementUnit(store, 'k', { processId: 'Top' }, { version })).toEqual(unit)
  // It may be this one that is damaged.
  const lost = await refused(readElementUnit(store, 'k', { processId: 'Top' }, { version: newest }))
  expect(lost.code).toBe('root-damaged')
  await removeWorkflow(store, 'k')
  expect(await readElementUnit(store, 'k', { processId: 'Top' }, { version })).toEqual(unit)
})

test('U38 layout v1 keeps no versions, and says so', async () => {
  const store = createMemoryStore()
  const { version } = await cacheElementUnitsForWorkflow(store, 'k', one, { layout: 'v1' })
  const reading = workflowFromCachedElementUnit(store, 'k', 'Top', 'Top', { layout: 'v1', version })
  expect((await refused(reading)).code).toBe('unknown-version')
})

test('U38 holding what is held writes nothing for half a grace time, and then once', async () => {
  const inner = createMemoryStore()
  await cacheElementUnitsForWorkflow(inner, 'k', one)
  const { store, written, seen, clear } = observe(inner)
  await holdVersion(store, 'k', at(0))
  expect(new Set(written())).toEqual(new Set([...(await contentOf(inner, 'v2/held')).keys()]))
  expect(written()).toHaveLength(2)
  clear()
  await holdVersion(store, 'k', at(DAY / 2 - 1))
  expect(seen.map(({ operation }) => operation)).toEqual(['get', 'keys', 'getMany'])
  expect(written()).toEqual([])
  const short: HoldOptions = { ...at(HOUR), grace: HOUR }
  await holdVersion(store, 'k', short)
  expect(written()).toHaveLength(2)
  expect((await heldVersions(inner))[0]?.heldSince).toBe(HOUR)
  clear()
  await holdVersion(store, 'k', at(HOUR + DAY / 2))
  expect(written()).toHaveLength(2)
  // A clock that was set back must not keep it from being held.
  clear()
  await holdVersion(store, 'k', at(-1))
  expect(written()).toHaveLength(2)
  for (const grace of [NaN, -1])
    expect((await refused(holdVersion(store, 'k', { grace }))).code).toBe('bad-argument')
})

test('U38 prune lets go of what no run is on, a grace time after it was held, and objects go in two runs', async () => {
  const store = createMemoryStore()
  const { version: v1 } = await cacheElementUnitsForWorkflow(store, 'k', one)
  await holdVersion(store, 'k', at(0))
  const { version: v2 } = await cacheElementUnitsForWorkflow(store, 'k', two)
  await holdVersion(store, 'k', at(0))
  await cacheElementUnitsForWorkflow(store, 'k', three)
  const held = async (): Promise<string[]> => (await heldVersions(store)).map(({ version }) => version)
  const none = { marked: [], waiting: [], removed: [], released: [] }
  expect(await prune(store, { now: () => 9 * DAY })).toEqual({ used: 5, ...none })
  expect(await prune(store, { now: () => DAY, held: [v2] })).toEqual({ used: 5, ...none })
  const dry = await prune(store, { now: () => DAY + 1, held: [v2], dryRun: true })
  expect(dry).toMatchObject({ used: 3, released: [v1] })
  expect(await held()).toEqual([v1, v2].sort())
  // An old mark of what was held until now does not let it go at once.
  for (const hash of dry.marked) {
    await store.set(`v2/marks/${hash}`, new TextEncoder().encode('{"unusedSince":0}'))
  }
  const first = await prune(store, { now: () => DAY + 1, held: [v2] })
  expect(first).toEqual(dry)
  expect(await held()).toEqual([v2])
  expect(await refused(readManifest({ ...store }, 'k', { version: v1 }))).toMatchObject({
    code: 'unknown-version',
  })
  expect(await prune(store, { now: () => 2 * DAY + 1 })).toMatchObject({ waiting: first.marked })
  expect(await prune(store, { now: () => 2 * DAY + 2 })).toMatchObject({ removed: first.marked })
  await readElementUnit(store, 'k', { processId: 'Top', elements: ['b'] }, { version: v2 })
  expect((await prune(store, { now: () => 9 * DAY, held: [] })).released).toEqual([v2])
  expect((await contentOf(store, 'v2/held')).size).toBe(0)
  expect([...(await contentOf(store, 'v2/marks')).values()]).toHaveLength(2)
  expect((await verifyStore(store)).findings).toEqual([])
})

test('U38 prune sweeps up held roots that newer ones stand for, when these have been there for long', async () => {
  const store = createMemoryStore()
  const { version } = await cacheElementUnitsForWorkflow(store, 'k', one)
  const heldAt = async (): Promise<number[]> => {
    const values = [...(await contentOf(store, 'v2/held')).values()]
    return values
      .map((bytes) => Number(/"heldSince":(\d+)/.exec(new TextDecoder().decode(bytes))?.[1]))
      .sort()
  }
  await holdVersion(store, 'k', at(0))
  await holdVersion(store, 'k', at(DAY))
  expect(await heldAt()).toEqual([0, 0, DAY, DAY])
  await prune(store, { now: () => DAY })
  expect(await heldAt()).toEqual([0, 0, DAY, DAY])
  // Of the first, what was written before it was sure.
  await prune(store, { now: () => DAY + 1 })
  expect(await heldAt()).toEqual([0, DAY, DAY])
  expect((await prune(store, { now: () => 1.5 * DAY })).released).toEqual([])
  expect(await heldAt()).toEqual([0, DAY, DAY])
  await prune(store, { now: () => 1.5 * DAY + 1 })
  expect(await heldAt()).toEqual([DAY, DAY])
  await holdVersion(store, 'k', at(2 * DAY))
  expect((await prune(store, { now: () => 2 * DAY + 1, held: [] })).released).toEqual([])
  expect(await heldAt()).toEqual([2 * DAY, 2 * DAY])
  expect(await heldVersions(store)).toMatchObject([{ version, heldSince: 2 * DAY }])
})

test('U38 a held version that lacks a part of its manifest stops prune', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', large)
  await holdVersion(store, 'k')
  await cacheElementUnitsForWorkflow(store, 'k', one)
  const parts = [...(await contentOf(store, 'v2/objects'))].filter(([, value]) =>
    new TextDecoder().decode(value).includes('"closure"'),
  )
  await store.delete(parts[0]?.[0] ?? '')
  const whole = await contentOf(store)
  expect((await refused(prune(store, { now: () => 0 }))).code).toBe('object-missing')
  expect(await contentOf(store)).toEqual(whole)
})

test('U38 held versions are listed apart from workflows, and looked at by verify', async () => {
  const store = createMemoryStore()
  const { version } = await cacheElementUnitsForWorkflow(store, 'k', one)
  await holdVersion(store, 'k', at(5))
  await cacheElementUnitsForWorkflow(store, 'k', two)
  expect(await heldVersions(store)).toEqual([{ version, top: 'Top', cacheKey: 'k', heldSince: 5 }])
  expect(await listWorkflows(store)).toHaveLength(1)
  expect(await verifyStore(store)).toEqual({ roots: 1, held: 1, objects: 4, findings: [] })
  const [hash] = (await readManifest(store, 'k', { version })).objects.map((object) => object.hash)
  const key = `v2/objects/${hash?.slice(0, 40)}`
  await store.set(key, new Uint8Array([1]))
  expect((await verifyStore(store)).findings).toEqual([{ code: 'object-damaged', key, cacheKey: 'k' }])
})

test('U38 a held root that is damaged stops prune, is told, and can be released or held anew', async () => {
  const store = createMemoryStore()
  const { version } = await cacheElementUnitsForWorkflow(store, 'k', one)
  await holdVersion(store, 'k', at(5))
  const whole = await contentOf(store)
  await damage(store, 'v2/held')
  expect((await refused(prune(store, later))).code).toBe('root-damaged')
  expect(await heldVersions(store)).toEqual([{ version: version.slice(0, 40), heldSince: 0 }])
  const [finding, ...more] = (await verifyStore(store)).findings
  expect([finding?.code, more]).toMatchObject(['root-damaged', [{ code: 'root-damaged' }]])
  await store.setMany([...whole])
  for (const asked of [version.slice(0, 40), version]) {
    await releaseVersion(store, asked)
    expect(await heldVersions(store)).toEqual([])
    await holdVersion(store, 'k')
  }
  for (const asked of ['', '../x', 'g'.repeat(64), version.slice(0, 39)]) await releaseVersion(store, asked)
  expect(await heldVersions(store)).toHaveLength(1)
})

test('U38 a held root of a newer format stops prune, and is told by its key', async () => {
  const store = createMemoryStore()
  const { version } = await cacheElementUnitsForWorkflow(store, 'k', one)
  await holdVersion(store, 'k')
  for (const [key, bytes] of await contentOf(store, 'v2/held')) {
    const newer = new TextDecoder().decode(bytes).replace('"unitflow":2', '"unitflow":3')
    await store.set(key, new TextEncoder().encode(newer))
  }
  expect((await refused(prune(store, later))).code).toBe('newer-format')
  expect(await heldVersions(store)).toEqual([{ version: version.slice(0, 40), heldSince: 0 }])
})
