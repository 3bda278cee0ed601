import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  listWorkflows,
  prune,
  readElementUnit,
  readManifest,
  removeProcess,
  removeWorkflow,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { failingStore } from 'unitflow/testing'
import type { StoreOperation } from 'unitflow/testing'
import { processSpec, unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { contentOf, storeOf } from './stores-under-test.js'

const small = workflowJson([
  { id: 'Top', calls: ['A'] },
  { id: 'A', elements: ['a'] },
])
const large = workflowJson([{ id: 'Top', calls: ['A'] }, { id: 'A', elements: ['a'] }, ...unreachable()])
const edited = workflowJson([
  { id: 'Top', calls: ['A'] },
  { id: 'A', elements: ['b'] },
])

async function store(specs: string): Promise<CacheStore> {
  const memory = createMemoryStore()
  await cacheElementUnitsForWorkflow(memory, 'k', specs)
  await cacheElementUnitsForWorkflow(memory, 'k', specs, { layout: 'v1' })
  await cacheElementUnitsForWorkflow(memory, 'old', edited)
  await removeWorkflow(memory, 'old')
  await prune(memory, { now: () => 0 })
  return storeOf(await contentOf(memory))
}

const works: Record<string, (store: CacheStore) => Promise<unknown>> = {
  'reading to start': (each) => readElementUnit(each, 'k', { processId: 'Top' }),
  'reading to resume': (each) => readElementUnit(each, 'k', { processId: 'Top', elements: ['a'] }),
  'reading v1': (each) => workflowFromCachedElementUnit(each, 'k', 'Top', 'Top', { layout: 'v1' }),
  'reading the manifest': (each) => readManifest(each, 'k'),
  listing: (each) => listWorkflows(each),
  verifying: (each) => verifyStore(each),
  caching: (each) => cacheElementUnitsForWorkflow(each, 'k', edited),
  'caching v1': (each) => cacheElementUnitsForWorkflow(each, 'k', edited, { layout: 'v1' }),
  'saving a process': (each) => cacheProcess(each, 'k', JSON.stringify(processSpec({ id: 'B' }))),
  'removing a process': (each) => removeProcess(each, 'k', 'A'),
  'removing a workflow': (each) => removeWorkflow(each, 'k'),
  pruning: (each) => prune(each, { now: () => 1e12 }),
}

test.each(
  Object.keys(works).flatMap((work) => [
    ['one piece', small, work] as const,
    ['parts', large, work] as const,
  ]),
)(
  'U29 a medium that fails is that very exception, never a miss: manifest in %s, $2',
  async (_form, specs, name) => {
    const work = works[name]!
    const content = await contentOf(await store(specs))
    const { store: counting, seen } = observe(await storeOf(content))
    await work(counting)
    expect(seen.length).toBeGreaterThan(0)
    for (let n = 0; n < seen.length; n++) {
      const failure = new Error(`the medium failed at operation ${n}`)
      let count = 0
      const inner = observe(await storeOf(content), {
        before: () => {
          if (count++ === n) throw failure
        },
      })
      await expect(work(inner.store), JSON.stringify(seen[n])).rejects.toBe(failure)
    }
  },
)

test('U29 U30 whatever write fails, readers find the old version whole or the new one whole', async () => {
  for (const operation of ['set', 'setMany', 'has', 'keys'] as StoreOperation[]) {
    for (let n = 0; n < 4; n++) {
      const memory = await storeOf(await contentOf(await store(small)))
      let count = 0
      const failing = failingStore(memory, {
        fail: (each) => (each === operation && count++ === n ? new Error('full') : undefined),
      })
      const caching = cacheElementUnitsForWorkflow(failing, 'k', edited)
      const failed = await caching.then(
        () => false,
        () => true,
      )
      expect((await verifyStore(memory)).findings).toEqual([])
      const { elements } = await readManifest(memory, 'k')
      expect('a' in elements).not.toBe('b' in elements)
      if (!failed) expect('b' in elements).toBe(true)
      await cacheElementUnitsForWorkflow(memory, 'k', edited)
      expect('b' in (await readManifest(memory, 'k')).elements).toBe(true)
    }
  }
})

test('U29 an optional part that a store leaves out changes nothing', async () => {
  const memory = createMemoryStore()
  const { store: plain } = observe(memory, { plain: true })
  const first = await cacheElementUnitsForWorkflow(plain, 'k', large)
  const again = await cacheElementUnitsForWorkflow(plain, 'k', large)
  expect(again.written).toEqual([])
  expect(again.version).toBe(first.version)
  await cacheProcess(plain, 'k', JSON.stringify(processSpec({ id: 'A', elements: ['c'] })))
  expect((await readElementUnit(memory, 'k', { processId: 'Top', elements: ['c'] })).included).toEqual([
    'A',
    'Top',
  ])
})
