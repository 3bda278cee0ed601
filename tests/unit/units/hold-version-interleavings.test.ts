import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  heldVersions,
  holdVersion,
  prune,
  readElementUnit,
  readManifest,
  removeWorkflow,
  verifyStore,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { scheduledStore } from './scheduled-store.js'
import { contentOf, storeOf } from './stores-under-test.js'

const HOUR = 3_600_000
const GRACE = { grace: HOUR }
const old = workflowJson([{ id: 'Top', calls: ['A'] }, { id: 'A' }])
const newer = workflowJson([{ id: 'Top', calls: ['B'] }, { id: 'B' }])
const large = workflowJson([{ id: 'Top', calls: ['A'] }, { id: 'A' }, ...unreachable()])

type Work = (store: CacheStore) => Promise<unknown>
/** What `hold` has given since this was emptied. */
const told: string[] = []
const hold: Work = async (store) => {
  told.push((await holdVersion(store, 'k', { ...GRACE, now: () => 2 * HOUR })).version)
}
const cacheNewer: Work = (store) => cacheElementUnitsForWorkflow(store, 'k', newer)
const pruneAt =
  (hours: number, held?: readonly string[]): Work =>
  (store) =>
    prune(store, { ...GRACE, now: () => hours * HOUR, ...(held && { held }) })

/** What is cached now was unused before, and its objects are marked, longer than the grace time ago. */
async function usedAgain(specs: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  const marks = [...(await contentOf(store, 'v2/objects')).keys()].map(
    (key) => [key.replace('objects', 'marks'), new TextEncoder().encode('{"unusedSince":0}')] as const,
  )
  await store.setMany(marks)
  return contentOf(store)
}

/** The same, held long ago and not the newest. */
async function heldLongAgo(): Promise<ReadonlyMap<string, Uint8Array>> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', old)
  await holdVersion(store, 'k', { now: () => 0 })
  return new Map([...(await usedAgain(old)), ...(await contentOf(store))])
}

/** What was told is held, and all that is held can be read, now and after two more prunes. */
async function assertHeldReadable(store: CacheStore, when: string): Promise<void> {
  const held = (await heldVersions(store)).map(({ version }) => version)
  expect(held, when).toEqual(expect.arrayContaining(told))
  for (const hours of [3, 5, 7]) {
    for (const { version, top } of await heldVersions(store)) {
      const manifest = await readManifest(store, 'k', { version })
      for (const { id } of manifest.processes)
        await readElementUnit(store, 'k', { processId: id }, { version })
      expect(manifest.top, when).toBe(top)
    }
    expect((await verifyStore(store)).findings, when).toEqual([])
    await pruneAt(hours)(store)
  }
}

/** Runs the one whole before the n-th operation of the other, and the third before the m-th that comes then. */
async function everywhere(
  content: ReadonlyMap<string, Uint8Array>,
  outer: Work,
  inner: readonly Work[],
): Promise<number> {
  let ran = 0
  const [first, second] = inner
  async function once(n: number, m: number): Promise<number> {
    told.length = 0
    const medium = await storeOf(content)
    const observed = observe(medium, {
      before: async (number) => {
        if (number === n) await first?.({ ...medium })
        if (number === m) await second?.({ ...medium })
      },
    })
    await outer(observed.store)
    await assertHeldReadable(medium, `before operations ${n} and ${m}: ${JSON.stringify(observed.seen)}`)
    ran++
    return observed.seen.length
  }
  for (let n = 0; ; n++) {
    let operations = await once(n, n)
    if (n >= operations) return ran
    if (second !== undefined) for (let m = n + 1; m < operations; m++) operations = await once(n, m)
  }
}

describe('U38 a hold beside a prune', () => {
  test('while a newer version is cached, at any operation, leaves nothing held that is gone', async () => {
    const content = await usedAgain(old)
    expect(await everywhere(content, hold, [cacheNewer, pruneAt(2)])).toBeGreaterThan(10)
    expect(await everywhere(content, pruneAt(2), [cacheNewer, hold])).toBeGreaterThan(50)
    // One in parts cannot even be listed when some of them are gone.
    expect(await everywhere(await usedAgain(large), hold, [cacheNewer, pruneAt(2)])).toBeGreaterThan(10)
  })

  test('in the midst of which the version is overwritten and held, at any operation', async () => {
    const content = await usedAgain(old)
    const both: Work = async (store) => {
      await hold(store)
      await cacheNewer(store)
    }
    expect(await everywhere(content, pruneAt(2), [both])).toBeGreaterThan(5)
    // Somebody read the root before it was overwritten, and comes back after the prune.
    const overwriteAndPrune: Work = async (store) => {
      await cacheNewer(store)
      await pruneAt(2)(store)
    }
    expect(await everywhere(content, hold, [overwriteAndPrune])).toBeGreaterThan(5)
  })

  test('that lets go of it, at any operation: who holds it anew has it', async () => {
    const content = await heldLongAgo()
    const released = pruneAt(2, [])
    for (const [outer, inner] of [
      [hold, [released]],
      [released, [hold]],
      [hold, [released, pruneAt(2, [])]],
      [released, [hold, released]],
      [released, [released, hold]],
    ] as const) {
      expect(await everywhere(content, outer, inner)).toBeGreaterThan(5)
    }
  })
})

test('U38 in any order of holds, writers and prunes what holdVersion has told can be read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isHeldBefore) => {
      const medium = await storeOf(isHeldBefore ? await heldLongAgo() : await usedAgain(old))
      const store = (): CacheStore => scheduledStore(medium, scheduler)
      told.length = 0
      const all = Promise.all([
        hold(store()),
        hold(store()),
        cacheNewer(store()),
        pruneAt(2, [])(store()),
        pruneAt(2, [])(store()),
      ])
      await scheduler.waitFor(all)
      expect(told).toHaveLength(2)
      await removeWorkflow(medium, 'k')
      await assertHeldReadable(medium, JSON.stringify(scheduler.report()))
    }),
    { numRuns: 300 },
  )
})
