import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheWorkflows,
  createMemoryStore,
  listWorkflows,
  prune,
  readElementUnit,
  readManifest,
  removeWorkflow,
  verifyStore,
} from 'unitflow'
import type { CacheStore, WorkflowProgress, WorkflowToCache } from 'unitflow'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { outcome, refused } from './refused.js'
import { scheduledStore } from './scheduled-store.js'
import { contentOf, storeOf, storesUnderTest } from './stores-under-test.js'

const HOUR = 3_600_000
const pool: ProcessSketch[] = ['A', 'B', 'C', 'D'].map((id) => ({ id }))
const workflow = (ids: readonly string[], top: string = 'Top'): string =>
  workflowJson([{ id: top, calls: ids }, ...pool.filter(({ id }) => ids.includes(id))])
const objectsIn = (keys: readonly string[]): string[] => keys.filter((key) => key.startsWith('v2/objects/'))
async function* inChunks(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += 50) yield bytes.slice(at, at + 50)
}

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test('U17 several workflows are cached as each by itself, and each object is written and looked for once', async () => {
    const { store: medium } = await create()
    const { store, seen, written } = observe(medium)
    const texts = [
      ['A', 'B'],
      ['B', 'C'],
      ['A', 'C'],
      ['A', 'B', 'C', 'D'],
    ].map((ids) => workflow(ids))
    const all = texts.map((text, index): WorkflowToCache => ({
      cacheKey: `k${index}`,
      specs: [text, new TextEncoder().encode(text), inChunks(text), () => Promise.resolve(inChunks(text))][
        index
      ]!,
    }))
    const { cached, failed } = await cacheWorkflows(store, all, { newId: () => 'id' })
    expect(failed).toEqual([])
    expect(cached.map(({ cacheKey }) => cacheKey)).toEqual(['k0', 'k1', 'k2', 'k3'])
    const keys = objectsIn(written())
    expect(new Set(keys).size).toBe(keys.length)
    expect(cached.flatMap(({ written: ids }) => ids)).toHaveLength(keys.length)
    const firstLooks = new Map<string, number>()
    for (const { operation, keys: looked } of seen) {
      if (operation === 'setMany') break
      if (operation === 'has') for (const key of looked) firstLooks.set(key, (firstLooks.get(key) ?? 0) + 1)
    }
    expect([...firstLooks.values()].every((looks) => looks === 1)).toBe(true)
    const expected = (await create()).store
    for (const [index, text] of texts.entries()) {
      const report = await cacheElementUnitsForWorkflow(expected, `k${index}`, text, { newId: () => 'id' })
      const { written: _w, unchanged: _u, bytes, ...rest } = cached[index]!
      const { written: _written, unchanged: _unchanged, bytes: expectedBytes, ...expectedRest } = report
      expect(rest).toEqual(expectedRest)
      expect([bytes.objects, bytes.manifest]).toEqual([expectedBytes.objects, expectedBytes.manifest])
    }
    expect(await contentOf(medium)).toEqual(await contentOf(expected))
  })

  test('one that is refused, or whose stream fails, is told by its key, and the others are cached', async () => {
    const { store } = await create()
    const failure = new Error('the connection is gone')
    async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
      yield new TextEncoder().encode('{"spec":')
      throw failure
    }
    const { cached, failed } = await cacheWorkflows(store, [
      { cacheKey: 'cut off', specs: workflow(['A']).slice(0, -1) },
      { cacheKey: 'good', specs: workflow(['A']) },
      { cacheKey: 'stream', specs: failing() },
      { specs: () => Promise.reject(failure) },
      { specs: workflow(['B']) },
    ])
    expect(cached.map(({ cacheKey, version }) => [cacheKey, version])).toEqual([
      ['good', cached[0]!.version],
      [cached[1]!.version, cached[1]!.version],
    ])
    expect(failed).toMatchObject([
      { workflow: 0, cacheKey: 'cut off', error: { code: 'not-json' } },
      { workflow: 2, cacheKey: 'stream' },
      { workflow: 3, cacheKey: undefined },
    ])
    expect(failed.slice(1).map(({ error }) => error)).toEqual([failure, failure])
    const listed = await listWorkflows(store)
    expect(listed.map(({ cacheKey }) => cacheKey).sort()).toEqual(['good', cached[1]!.version].sort())
    expect((await verifyStore(store)).findings).toEqual([])
  })
})

test('where writing fails for one, those that have the same objects write them', async () => {
  const medium = createMemoryStore()
  let writes = 0
  const { store } = observe(medium, {
    before: (_, { operation }) => {
      if (operation === 'setMany' && ++writes === 1) throw new Error('the disk is full')
    },
  })
  const all = ['one', 'two', 'three'].map((cacheKey) => ({ cacheKey, specs: workflow(['A', 'B'], cacheKey) }))
  const { cached, failed } = await cacheWorkflows(store, all)
  expect(failed).toMatchObject([{ cacheKey: 'one', error: { message: 'the disk is full' } }])
  expect(cached.map(({ cacheKey }) => cacheKey)).toEqual(['two', 'three'])
  expect(cached.flatMap(({ written }) => written).sort()).toEqual(['A', 'B', 'three', 'two'])
  expect((await verifyStore(medium)).findings).toEqual([])
  await readElementUnit(medium, 'two', { processId: 'two', elements: ['call_A'] })
})

test('no more workflows are under way than asked for, and specs are asked for when it is their turn', async () => {
  for (const concurrency of [1, 3]) {
    let most = 0
    let open = 0
    const all = Array.from({ length: 8 }, (_, index) => ({
      cacheKey: `k${index}`,
      specs: () => {
        most = Math.max(most, ++open)
        return workflow(['A'], `T${index}`)
      },
    }))
    const onProgress = ({ type }: WorkflowProgress): void => {
      if (type === 'cached') open--
    }
    await cacheWorkflows(createMemoryStore(), all, { concurrency, onProgress })
    expect([open, most]).toEqual([0, concurrency])
  }
})

test('progress says which workflow it is of', async () => {
  const seen: string[] = []
  const all = ['one', 'two'].map((cacheKey) => ({ cacheKey, specs: workflow(['A'], cacheKey) }))
  const onProgress = (progress: WorkflowProgress): void => {
    seen.push(`${progress.workflow} ${progress.type} ${'total' in progress ? progress.total : ''}`)
  }
  await cacheWorkflows(createMemoryStore(), all, { concurrency: 1, onProgress })
  expect(seen).toEqual([
    '0 decomposed 2',
    '0 stored 2',
    '0 cached ',
    '1 decomposed 1',
    '1 stored 1',
    '1 cached ',
  ])
})

test('an empty list is nothing to do; the same key twice, and a concurrency that is none, are bad-argument', async () => {
  const { store, seen } = observe(createMemoryStore())
  expect(await cacheWorkflows(store, [])).toEqual({ cached: [], failed: [] })
  const twice = [{ cacheKey: 'k', specs: workflow(['A']) }, { specs: '' }, { cacheKey: 'k', specs: '' }]
  const error = await refused(cacheWorkflows(store, twice))
  expect(error).toMatchObject({ code: 'bad-argument', fields: { argument: 'workflows' } })
  for (const concurrency of [0, 1.5, -1, NaN]) {
    const wrong = await refused(cacheWorkflows(store, [{ specs: workflow(['A']) }], { concurrency }))
    expect(wrong).toMatchObject({ code: 'bad-argument', fields: { argument: 'concurrency' } })
  }
  expect(seen).toEqual([])
})

test('aborted, it rejects with the reason when nothing is under way any more; what was cached stays', async () => {
  const store = createMemoryStore()
  const controller = new AbortController()
  const reason = new Error('enough')
  const asked: number[] = []
  const all = Array.from({ length: 6 }, (_, index) => ({
    cacheKey: `k${index}`,
    specs: () => {
      asked.push(index)
      return workflow(['A'], `T${index}`)
    },
  }))
  const onProgress = ({ type, workflow: index }: WorkflowProgress): void => {
    if (type === 'cached' && index === 2) controller.abort(reason)
  }
  const options = { concurrency: 1, signal: controller.signal, onProgress }
  await expect(cacheWorkflows(store, all, options)).rejects.toBe(reason)
  expect(asked).toEqual([0, 1, 2])
  for (const key of ['k0', 'k1', 'k2']) expect((await readManifest(store, key)).processes).toHaveLength(2)
  expect((await verifyStore(store)).findings).toEqual([])
  await expect(cacheWorkflows(store, all, options)).rejects.toBe(reason)
})

test('layout v1 takes several as well', async () => {
  const store = createMemoryStore()
  const all = [
    { cacheKey: 'one', specs: inChunks(workflow(['A'])) },
    { cacheKey: '../two', specs: workflow(['A']) },
  ]
  const { cached, failed } = await cacheWorkflows(store, all, { layout: 'v1' })
  expect(cached).toMatchObject([{ cacheKey: 'one', layout: 'v1' }])
  expect(failed).toMatchObject([{ cacheKey: '../two', error: { code: 'bad-cache-key' } }])
})

test('U25 in any order of several workflows and prunes, what was cached can be read', async () => {
  const someOf = fc.subarray(['A', 'B', 'C', 'D'], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), someOf, someOf, someOf, async (scheduler, old, first, second) => {
      const before = createMemoryStore()
      await cacheElementUnitsForWorkflow(before, 'gone', workflow(old))
      await removeWorkflow(before, 'gone')
      await prune(before, { now: () => 0 })
      const medium = await storeOf(await contentOf(before))
      const store = (): CacheStore => scheduledStore(medium, scheduler)
      const all = [
        { cacheKey: 'one', specs: workflow(first) },
        { cacheKey: 'two', specs: workflow(second) },
        { cacheKey: 'wrong', specs: '{' },
      ]
      const [{ cached, failed }] = await scheduler.waitFor(
        Promise.all([cacheWorkflows(store(), all), prune(store(), { grace: HOUR, now: () => 2 * HOUR })]),
      )
      expect([cached.length, failed.length]).toEqual([2, 1])
      expect((await verifyStore(medium)).findings).toEqual([])
      for (const [key, ids] of [
        ['one', first],
        ['two', second],
      ] as const) {
        await readElementUnit(medium, key, { processId: 'Top', elements: [`call_${ids[0]!}`] })
      }
    }),
    { numRuns: 100 },
  )
})

test('a stream whose turn does not come is left alone', async () => {
  const controller = new AbortController()
  const stream = new ReadableStream<Uint8Array>()
  const reason = new Error('enough')
  const all = [{ specs: () => outcome(() => controller.abort(reason)).then(() => '') }, { specs: stream }]
  const caching = cacheWorkflows(createMemoryStore(), all, { concurrency: 1, signal: controller.signal })
  await expect(caching).rejects.toBe(reason)
  expect(stream.locked).toBe(false)
})
