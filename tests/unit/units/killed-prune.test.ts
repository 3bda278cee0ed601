import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  prune,
  readElementUnit,
  removeWorkflow,
  unitJson,
  UnitflowError,
  verifyStore,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { processSpec, unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { contentOf, storeOf } from './stores-under-test.js'

const HOUR = 3_600_000
const company: ProcessSketch[] = [{ id: 'Top', calls: ['A', 'B'] }, { id: 'A' }, { id: 'B', calls: ['A'] }]
const one = workflowJson(company)
const two = workflowJson([...company.slice(0, 2), { id: 'B', elements: ['new'] }])
const parted = workflowJson([...company, ...unreachable()])
const ids = ['Top', 'A', 'B']

type Content = ReadonlyMap<string, Uint8Array>
type Work = (store: CacheStore) => Promise<unknown>

const pruneAt =
  (hours: number): Work =>
  (store) =>
    prune(store, { grace: HOUR, now: () => hours * HOUR })

/** A store where a workflow is unused, and marked longer than the grace time ago. */
async function marked(specs: string): Promise<Content> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'gone', specs)
  await cacheElementUnitsForWorkflow(store, 'k', two)
  await removeWorkflow(store, 'gone')
  await pruneAt(0)(store)
  return contentOf(store)
}

class Killed extends Error {}

/** Does work that is killed before its n-th operation, in whose midst, before the m-th, `other` is done whole. */
async function kill(medium: CacheStore, work: Work, n: number, m: number, other: Work): Promise<boolean> {
  const { store } = observe(medium, {
    before: async (number) => {
      if (number === m) await other({ ...medium })
      if (number >= n) throw new Killed()
    },
  })
  try {
    await work(store)
    return false
  } catch (error) {
    if (error instanceof Killed) return true
    throw error
  }
}

async function assertReadable(store: CacheStore, key: string, when: string): Promise<void> {
  expect((await verifyStore(store)).findings, when).toEqual([])
  for (const processId of ids) unitJson(await readElementUnit(store, key, { processId }))
}

/** Kills work at every operation, with `other` before each one up to there, and `check`s what is left. */
async function everywhere(
  content: Content,
  work: Work,
  other: Work,
  check: (medium: CacheStore, when: string) => Promise<void>,
): Promise<number> {
  for (let n = 0, kills = 0; ; n++) {
    for (let m = 0; m <= n; m++) {
      const medium = await storeOf(content)
      const isKilled = await kill(medium, work, n, m, other)
      // Beside the other it may have less to do, and has ended.
      if (!isKilled && m === n) return kills
      if (isKilled) kills++
      await check(medium, `killed before operation ${n}, the other before ${m}`)
    }
  }
}

describe('U25 U30 a prune that is killed at any operation, beside a writer at any other', () => {
  const writers: [string, string, Work, string][] = [
    ['caches what was unused', 'new', (store) => cacheElementUnitsForWorkflow(store, 'new', one), one],
    ['saves what was unused', 'k', (store) => cacheProcess(store, 'k', processB), one],
  ]
  const processB = JSON.stringify(processSpec({ id: 'B', calls: ['A'] }))

  test.each(writers)('who %s: the next prune mends what it has left', async (_, key, write, specs) => {
    const kills = await everywhere(await marked(specs), pruneAt(2), write, async (medium, when) => {
      await pruneAt(2.5)(medium)
      await assertReadable(medium, key, when)
      // Nor does a later one remove any of it, and what is really unused goes in the end.
      for (const hours of [4, 6, 8]) await pruneAt(hours)(medium)
      await assertReadable(medium, key, `${when}, later`)
      const left = [...(await contentOf(medium)).keys()].map((name) => name.split('/')[1])
      expect(left.filter((folder) => folder !== 'objects' && folder !== 'roots')).toEqual([])
    })
    expect(kills).toBeGreaterThan(50)
  })

  test('who caches what was unused: caching again mends it, too', async () => {
    const write: Work = (store) => cacheElementUnitsForWorkflow(store, 'new', one)
    await everywhere(await marked(one), pruneAt(2), write, async (medium, when) => {
      await write(medium)
      await assertReadable(medium, 'new', when)
    })
  })

  test('who caches what needs parts, without which no root can be read: the next prune mends it', async () => {
    const content = await marked(parted)
    const write: Work = (store) => cacheElementUnitsForWorkflow(store, 'new', parted)
    const all = await storeOf(content)
    const { store, seen } = observe(all)
    await pruneAt(2)(store)
    // All kills together would take a minute: some before each number of removals.
    for (let n = 0; n < seen.length; n += 1 + Math.floor(n / 7))
      for (const m of new Set([0, Math.floor(n / 2), Math.max(0, n - 1), n])) {
        const medium = await storeOf(content)
        await kill(medium, pruneAt(2), n, m, write)
        await pruneAt(2.5)(medium)
        await assertReadable(medium, 'new', `killed before operation ${n}, the other before ${m}`)
      }
  })
})

/** A store that takes no more than so many bytes beside what is used. */
function crowded(medium: CacheStore, most: number): { readonly store: CacheStore; readonly kept: number[] } {
  const kept: number[] = []
  const set = async (key: string, value: Uint8Array): Promise<void> => {
    if (key.startsWith('v2/removed') && value.length > most)
      throw new UnitflowError('store-full', `set "${key}": no space is left`, { key })
    if (key.startsWith('v2/removed')) kept.push(value.length)
    await medium.set(key, value)
  }
  return { store: { ...medium, set }, kept }
}

test.each([
  [10_000_000, 1],
  [60_000, 4],
  [2000, 100],
])(
  'U25 where there are %d bytes of room, what is removed is kept beside in %d pieces at least',
  async (most, pieces) => {
    const medium = await storeOf(await marked(parted))
    const { store, kept } = crowded(medium, most)
    const unused = (await contentOf(medium, 'v2/marks')).size
    const report = await prune(store, { grace: HOUR, now: () => 2 * HOUR })
    expect(report.removed).toHaveLength(unused)
    expect(kept.length).toBeGreaterThanOrEqual(pieces)
    expect([...(await contentOf(medium, 'v2/removed')).keys()]).toEqual([])
    await assertReadable(medium, 'k', 'afterwards')
  },
)

test('U25 where there is no room at all, pruning makes some', async () => {
  const medium = await storeOf(await marked(parted))
  const { store, kept } = crowded(medium, 0)
  await pruneAt(2)(store)
  expect(kept).toEqual([])
  expect((await contentOf(medium, 'v2/objects')).size).toBe(3)
})

test('U25 what a killed prune kept is put back where it is as its hash says, and forgotten after the grace time', async () => {
  const medium = await storeOf(await marked(one))
  const lacking = async (): Promise<number> => (await verifyStore(medium)).findings.length
  // Killed after it has removed all, and beside it the same was cached.
  const { store, seen } = observe(await storeOf(await contentOf(medium)))
  await pruneAt(2)(store)
  const lastDeleted = seen.findLastIndex(({ keys }) => keys[0]?.startsWith('v2/objects') === true)
  const firstDeleted = seen.findIndex(
    ({ operation, keys }) => operation === 'delete' && keys[0]?.startsWith('v2/objects') === true,
  )
  const cache: Work = (other) => cacheElementUnitsForWorkflow(other, 'new', one)
  expect(await kill(medium, pruneAt(2), lastDeleted + 1, firstDeleted, cache)).toBe(true)
  expect(await lacking()).toBe(1)
  const content = await contentOf(medium)
  const [name, kept] = [...content].find(([key]) => key.startsWith('v2/removed'))!
  const broken: readonly [string, Uint8Array][] = [
    ['cut off', kept.slice(0, -1)],
    ['altered', kept.with(kept.length - 2, 0)],
    ['empty', new Uint8Array()],
    ['another thing', new TextEncoder().encode('{"removedAt":"today"}\n')],
    ['without lengths', new TextEncoder().encode('{"removedAt":0,"objects":[1,["a"]]}\n')],
  ]
  for (const [what, value] of broken) {
    const damaged = await storeOf(new Map(content).set(name, value))
    await pruneAt(4)(damaged)
    expect((await verifyStore(damaged)).findings, what).toMatchObject([{ code: 'object-missing' }])
    expect((await contentOf(damaged, 'v2/removed')).size, what).toBe(0)
  }
  await prune(medium, { dryRun: true })
  expect(await lacking()).toBe(1)
  await pruneAt(2.5)(medium)
  expect(await lacking()).toBe(0)
  expect([...(await contentOf(medium, 'v2/removed')).keys()]).toEqual([name])
  await pruneAt(3.5)(medium)
  expect((await contentOf(medium, 'v2/removed')).size).toBe(0)
  await assertReadable(medium, 'new', 'afterwards')
})
