import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  prune,
  readElementUnit,
  readManifest,
  removeProcess,
  removeWorkflow,
  unitJson,
  verifyStore,
} from 'unitflow'
import type { CacheStore, PruneOptions, PruneReport } from 'unitflow'
import { processSpec, unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import type { Observed } from './observed-store.js'
import { refused } from './refused.js'
import { contentOf, storeOf, storesUnderTest } from './stores-under-test.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const company: ProcessSketch[] = [
  { id: 'Top', calls: ['A', 'B'] },
  { id: 'A', elements: ['a'] },
  { id: 'B', calls: ['A'] },
]
const one = workflowJson(company)
const two = workflowJson([...company.slice(0, 2), { id: 'B', elements: ['new'] }])
const rest = { large: 'x'.repeat(5000) }
const at = (now: number, more: PruneOptions = {}): PruneOptions => ({ now: () => now, ...more })
const objects = async (store: CacheStore): Promise<string[]> =>
  [...(await contentOf(store, 'v2/objects')).keys()].map((key) => key.slice('v2/objects/'.length)).sort()
const marks = async (store: CacheStore): Promise<string[]> => [...(await contentOf(store, 'v2/marks')).keys()]
const none: PruneReport = { used: 0, marked: [], waiting: [], removed: [], released: [] }

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test('U25 what is unused is marked first, waits for the grace time, and goes then', async () => {
    const { store } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', one)
    const before = await objects(store)
    expect(await prune(store, at(0))).toEqual({ ...none, used: 3 })
    await cacheElementUnitsForWorkflow(store, 'k', two)
    const used = (await readManifest(store, 'k')).objects.map(({ hash }) => hash.slice(0, 40)).sort()
    const unused = before.filter((hash) => !used.includes(hash))
    expect(unused).toHaveLength(1)
    expect(await prune(store, at(0))).toEqual({ ...none, used: 3, marked: unused })
    expect(await prune(store, at(1))).toEqual({ ...none, used: 3, waiting: unused })
    expect(await prune(store, at(DAY))).toEqual({ ...none, used: 3, waiting: unused })
    expect(await prune(store, at(DAY + 1, { grace: 2 * DAY }))).toEqual({ ...none, used: 3, waiting: unused })
    expect(await objects(store)).toHaveLength(4)
    expect(await prune(store, at(DAY + 1))).toEqual({ ...none, used: 3, removed: unused })
    expect(await objects(store)).toEqual(used)
    expect(await marks(store)).toEqual([])
    expect(await prune(store, at(9 * DAY))).toEqual({ ...none, used: 3 })
    expect((await verifyStore(store)).findings).toEqual([])
  })

  test('U25 a dry run says what would happen and changes nothing', async () => {
    const { store: inner } = await create()
    const { store, written, seen } = observe(inner)
    await cacheElementUnitsForWorkflow(inner, 'k', one)
    await removeWorkflow(inner, 'k')
    const all = await objects(inner)
    expect(await prune(store, at(0, { dryRun: true }))).toEqual({ ...none, marked: all })
    await prune(inner, at(0))
    expect(await prune(store, at(1, { dryRun: true }))).toEqual({ ...none, waiting: all })
    expect(await prune(store, at(DAY + 1, { dryRun: true }))).toEqual({ ...none, removed: all })
    expect(written()).toEqual([])
    expect(seen.filter(({ operation }) => operation === 'delete')).toEqual([])
    expect(await objects(inner)).toEqual(all)
  })

  test('U25 what is used again before the grace time is over loses its mark and stays', async () => {
    const { store } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', one)
    await removeWorkflow(store, 'k')
    await prune(store, at(0))
    expect(await marks(store)).toHaveLength(3)
    const report = await cacheElementUnitsForWorkflow(store, 'other', one)
    expect(report.written).toEqual(['A', 'B', 'Top'])
    expect(await marks(store)).toEqual([])
    expect(await prune(store, at(2 * DAY))).toEqual({ ...none, used: 3 })
    expect((await verifyStore(store)).findings).toEqual([])
  })
})

test('U25 parts of manifests and large rests are kept and pruned like objects', async () => {
  const store = createMemoryStore()
  const large = workflowJson([...company, ...unreachable()], rest)
  await cacheElementUnitsForWorkflow(store, 'k', large)
  await cacheElementUnitsForWorkflow(store, 'small', one)
  const count = (await objects(store)).length
  expect(count).toBeGreaterThan(155)
  expect(await prune(store, at(0))).toEqual({ ...none, used: count })
  await removeWorkflow(store, 'k')
  expect((await prune(store, at(0))).marked).toHaveLength(count - 3)
  expect((await prune(store, at(2 * DAY))).removed).toHaveLength(count - 3)
  expect((await verifyStore(store)).findings).toEqual([])
  expect((await readElementUnit(store, 'small', { processId: 'B' })).lazy).toEqual(['A'])
})

test('U25 a mark that is torn counts as none, one of nothing is swept away, and one of the used too', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', one)
  await cacheElementUnitsForWorkflow(store, 'k', two)
  const { marked } = await prune(store, at(0))
  const torn = ['', '{"unusedSince":', '{}', 'null', '{"unusedSince":"0"}', '[0]']
  for (const text of torn) {
    await store.set(`v2/marks/${marked[0]}`, new TextEncoder().encode(text))
    expect(await prune(store, at(5 * DAY)), text).toMatchObject({ marked, removed: [] })
  }
  const [used] = (await readManifest(store, 'k')).objects.map(({ hash }) => hash.slice(0, 40))
  const old = new TextEncoder().encode('{"unusedSince":0}')
  await store.setMany([
    [`v2/marks/${used}`, old],
    [`v2/marks/${'0'.repeat(40)}`, old],
  ])
  expect(await prune(store, at(5 * DAY))).toMatchObject({ removed: [] })
  expect(await marks(store)).toEqual([`v2/marks/${marked[0]}`])
})

test('U25 a mark of the future, by a clock that was set back since, counts from now on', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', one)
  await removeWorkflow(store, 'k')
  const all = await objects(store)
  expect(await prune(store, at(1000 * DAY))).toEqual({ ...none, marked: all })
  expect(await prune(store, at(DAY))).toEqual({ ...none, marked: all })
  expect(await prune(store, at(2 * DAY))).toEqual({ ...none, waiting: all })
  expect(await prune(store, at(2 * DAY + 1))).toEqual({ ...none, removed: all })
})

test.each([NaN, -1])('U25 a grace time of %d is refused and removes nothing', async (grace) => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', one)
  await cacheElementUnitsForWorkflow(store, 'k', two)
  await prune(store, at(0))
  expect((await refused(prune(store, at(0, { grace })))).code).toBe('bad-argument')
  expect(await objects(store)).toHaveLength(4)
})

test('U25 where one root cannot be read nothing is marked and nothing is removed', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', one)
  await cacheElementUnitsForWorkflow(store, 'k', two)
  await prune(store, at(0))
  await cacheElementUnitsForWorkflow(store, 'parts', workflowJson([...company, ...unreachable()]))
  const whole = await contentOf(store)
  const part = [...whole].find(
    ([key, value]) => key.startsWith('v2/objects') && new TextDecoder().decode(value).includes('"closure"'),
  )
  for (const [key, value] of [...whole].filter(
    ([each]) => each.startsWith('v2/roots') || each === part?.[0],
  )) {
    const broken = new Map(whole).set(key, value.slice(1))
    const damaged = await storeOf(broken)
    const error = await refused(prune(damaged, at(9 * DAY)))
    expect(['root-damaged', 'object-damaged']).toContain(error.code)
    expect(await contentOf(damaged)).toEqual(broken)
  }
  expect(part).toBeDefined()
})

describe('U25 beside a writer', () => {
  type Work = (store: CacheStore) => Promise<unknown>
  const spec = JSON.stringify(processSpec({ id: 'B', calls: ['A'] }))

  /** A store where much is unused and marked, longer than the grace time ago. */
  async function marked(): Promise<ReadonlyMap<string, Uint8Array>> {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'gone', workflowJson([...company, { id: 'C' }], rest))
    await cacheElementUnitsForWorkflow(store, 'k', two)
    await removeWorkflow(store, 'gone')
    await prune(store, at(0))
    return contentOf(store)
  }

  const writers: [string, Work, string[]][] = [
    [
      'caching',
      (store) => cacheElementUnitsForWorkflow(store, 'k', workflowJson([...company, { id: 'C' }], rest)),
      ['Top', 'A', 'B', 'C'],
    ],
    ['caching the same', (store) => cacheElementUnitsForWorkflow(store, 'k', two), ['Top', 'A', 'B']],
    [
      'caching under a new key',
      (store) => cacheElementUnitsForWorkflow(store, 'new', one),
      ['Top', 'A', 'B'],
    ],
    [
      'caching what needs parts',
      (store) => cacheElementUnitsForWorkflow(store, 'k', workflowJson([...company, ...unreachable()], rest)),
      ['Top', 'A', 'B'],
    ],
    ['saving a process', (store) => cacheProcess(store, 'k', spec), ['Top', 'A', 'B']],
    ['removing a process', (store) => removeProcess(store, 'k', 'B'), ['Top', 'A']],
  ]
  const grace = { grace: HOUR }
  const pruners: [string, Work][] = [
    ['a first run of prune', (store) => prune(store, at(HOUR, grace))],
    ['a second run of prune', (store) => prune(store, at(2 * HOUR, grace))],
    [
      'two runs of prune at once',
      (store) => Promise.all([prune(store, at(2 * HOUR, grace)), prune({ ...store }, at(2 * HOUR, grace))]),
    ],
  ]

  async function readable(
    content: ReadonlyMap<string, Uint8Array>,
    key: string,
    ids: readonly string[],
    when: string,
  ): Promise<void> {
    const store = await storeOf(content)
    expect((await verifyStore(store)).findings, when).toEqual([])
    for (const processId of ids) unitJson(await readElementUnit(store, key, { processId }))
    // What is left of it is not removed later either; for a large one it is enough to see that now and then.
    if (content.size > 100 && !when.includes('0:')) return
    await prune(store, at(9 * HOUR, grace))
    await prune(store, at(11 * HOUR, grace))
    expect((await verifyStore(store)).findings, `${when}, later`).toEqual([])
    for (const processId of ids) unitJson(await readElementUnit(store, key, { processId }))
  }

  /** Runs `inner` whole before the n-th operation of `outer`, for every n. */
  async function everywhere(
    outer: Work,
    inner: Work,
    check: (content: ReadonlyMap<string, Uint8Array>, when: string) => Promise<void>,
  ): Promise<number> {
    const content = await marked()
    for (let n = 0; ; n++) {
      const medium = await storeOf(content)
      const observed: Observed = observe(medium, {
        before: async (number) => {
          if (number === n) await inner({ ...medium })
        },
      })
      await outer(observed.store)
      if (n >= observed.seen.length) return n
      await check(await contentOf(medium), `before operation ${n}: ${JSON.stringify(observed.seen[n])}`)
    }
  }

  describe.each(writers)('%s', (name, write, ids) => {
    const key = name.includes('new key') ? 'new' : 'k'
    test.each(pruners)(
      'with %s in its midst, at any operation, can be read afterwards',
      async (_name, pruning) => {
        const operations = await everywhere(write, pruning, (content, when) =>
          readable(content, key, ids, when),
        )
        expect(operations).toBeGreaterThan(3)
      },
    )

    test.each(pruners)(
      'in the midst of %s, at any operation, can be read afterwards',
      async (_name, pruning) => {
        const operations = await everywhere(pruning, write, (content, when) =>
          readable(content, key, ids, when),
        )
        expect(operations).toBeGreaterThan(3)
      },
    )
  })
})
