import { expect, test } from 'vitest'
import {
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import type { Manager } from '../../../../ts/deciders/manager/index.js'
import { createProcessHarness } from '../../../../ts/deciders/testing-kit/index.js'
import type { ProcessHarness } from '../../../../ts/deciders/testing-kit/index.js'
import type { UnitBindings, UnitWorkflow } from '../../../../ts/deciders/units/index.js'
import { comparisons, defineUnitWorkflow } from '../../../../ts/deciders/units/index.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow, prune } from '../../../../ts/units/index.js'
import {
  call,
  embed,
  line,
  script,
  specsOf,
  task,
  userTask,
} from '../../../fixtures/units/drawn-processes.mjs'

/** A workflow whose process and called process say of which version they are. */
const versionOf = (version: string): string =>
  specsOf(line('Top', [userTask('Wait', 'Wait'), call('Call', 'Call', 'Leaf'), script(`top_${version}`)]), {
    called: [line('Leaf', [script(`leaf_${version}`)])],
  })
const set = (name: string): UnitBindings => ({ [name]: () => ({ [name]: true }) })
const activities: UnitBindings = {
  ...set('top_one'),
  ...set('top_two'),
  ...set('leaf_one'),
  ...set('leaf_two'),
}

async function cache(store: CacheStore, version: string): Promise<void> {
  await cacheElementUnitsForWorkflow(store, 'w', versionOf(version))
}

/** Defined without a check, nothing is read or kept before it is needed. */
function define(store: CacheStore, bound = activities): Promise<UnitWorkflow<'w'>> {
  const workflow = { name: 'w', store, cacheKey: 'w', processId: 'Top', evaluate: comparisons } as const
  return defineUnitWorkflow({ ...workflow, check: false, activities: bound })
}

/** A process that was started, and has come as far as it can. */
interface Begun {
  readonly store: CacheStore
  readonly workflow: UnitWorkflow<'w'>
  readonly harness: ProcessHarness
}

async function begun(id: string, specs = versionOf('one'), bound = activities): Promise<Begun> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'w', specs)
  const workflow = await define(store, bound)
  const harness = createProcessHarness({ workflows: [workflow] })
  await harness.start(workflow, {}, { id })
  await harness.settle()
  return { store, workflow, harness }
}

/** A program with other functions, over the same records. */
async function otherProgram({ store, harness }: Begun, bound: UnitBindings): Promise<Manager> {
  const { backend, clock } = harness
  return createManager({ backend, workflows: [await define(store, bound)], clock })
}

async function answer(harness: ProcessHarness, workflow: UnitWorkflow<'w'>, process: string): Promise<void> {
  await harness.complete(workflow.human, {}, { process })
  await harness.settle()
}

const resultOf = async (harness: ProcessHarness, id: string): Promise<unknown> => {
  const outcome = await harness.result(id)
  return outcome.status === 'completed' ? outcome.result : outcome
}

test('U38 a run stays on the version it was started on, with all that it calls later; a new one takes the newer', async () => {
  const { store, workflow, harness } = await begun('old')
  await cache(store, 'two')
  await harness.start(workflow, {}, { id: 'new' })
  await harness.settle()
  await answer(harness, workflow, 'old')
  await answer(harness, workflow, 'new')
  expect(await resultOf(harness, 'old')).toEqual({ leaf_one: true, top_one: true })
  expect(await resultOf(harness, 'new')).toEqual({ leaf_two: true, top_two: true })
  expect(await harness.manager.active('old')).toEqual([])
  expect((await workflow.completed(harness.manager, 'old')).map(({ element }) => element)).toContain(
    'leaf_one',
  )
})

const DAY = 86_400_000

async function keysOf(store: CacheStore): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const key of store.keys()) keys.push(key)
  return keys
}

test('U38 prune spares what open runs hold, and takes what none holds any more', async () => {
  const { store, workflow, harness } = await begun('old')
  const [first] = await harness.history('old')
  const held = first?.type === 'process-started' ? [(first.input as { version: string }).version] : []
  expect(held[0]).toMatch(/^[0-9a-f]{64}$/)
  await cache(store, 'two')
  const now = Date.now()
  for (const days of [3, 6]) await prune(store, { held, now: () => now + days * DAY })
  await answer(harness, workflow, 'old')
  expect(await resultOf(harness, 'old')).toEqual({ leaf_one: true, top_one: true })
  const size = (await keysOf(store)).length
  for (const days of [9, 12]) await prune(store, { held: [], now: () => now + days * DAY })
  expect((await keysOf(store)).length).toBeLessThan(size)
})

/** What the keys of a store hold, taken away, and put back. */
async function without<T>(store: CacheStore, how: 'missing' | 'damaged', work: () => Promise<T>): Promise<T> {
  const keys = await keysOf(store)
  const kept = await Promise.all(keys.map(async (key) => [key, await store.get(key)] as const))
  for (const [key, value] of kept) {
    if (how === 'missing') await store.delete(key)
    else if (value !== undefined) await store.set(key, value.slice(0, value.length >> 1))
  }
  try {
    return await work()
  } finally {
    for (const [key, value] of kept) if (value !== undefined) await store.set(key, value)
  }
}

test.each(['missing', 'damaged'] as const)(
  'U38 a run whose units are %s waits with the typed reason, and goes on when they are back',
  async (how) => {
    const { store, workflow, harness } = await begun('p')
    await without(store, how, async () => {
      await answer(harness, workflow, 'p')
      const child = (await harness.manager.list({ status: 'open' })).processes.find(({ tags }) =>
        tags.includes('Leaf'),
      )
      expect(child?.failures?.count).toBe(1)
      expect(child?.failures?.error?.code).toMatch(how === 'missing' ? /unknown|missing/ : /damaged/)
      await harness.advance('10m')
      expect((await harness.manager.process(child?.id ?? '')).failures?.count).toBeGreaterThan(3)
    })
    await harness.advance('10m')
    expect(await resultOf(harness, 'p')).toEqual({ leaf_one: true, top_one: true })
  },
)

test('U38 a unit that is pruned while it is needed: the run waits, and goes on when the version is cached again', async () => {
  const { store, workflow, harness } = await begun('p')
  await cache(store, 'two')
  const now = Date.now()
  // Nobody has said that it is held.
  for (const days of [3, 6, 9, 12]) await prune(store, { held: [], now: () => now + days * DAY })
  await answer(harness, workflow, 'p')
  const [child] = (await harness.manager.list({ status: 'open' })).processes.filter(({ tags }) =>
    tags.includes('Leaf'),
  )
  expect(child?.failures?.error?.code).toMatch(/^[a-z-]+$/)
  await cache(store, 'one')
  await harness.advance('1h')
  expect(await resultOf(harness, 'p')).toEqual({ leaf_one: true, top_one: true })
})

test('U38 other functions that change what was decided are a replay-mismatch; the run waits, and goes on with those it had', async () => {
  const specs = specsOf(line('Top', [userTask('A', 'A'), userTask('B', 'B'), script('C')]))
  const bound = { C: () => ({ c: 1 }) }
  const before = await begun('p', specs, bound)
  const first = before.harness
  // What waited for a person is done by a function now: nothing was scheduled, by these rules.
  const manager = await otherProgram(before, { ...bound, A: () => ({ a: 1 }), B: () => ({ b: 1 }) })
  const [waiting] = await first.waiting()
  await first.manager.complete(waiting?.token ?? '', {})
  await createDecisionWorker(manager).step()
  const { closed, failures } = await manager.process('p')
  expect(closed).toBeUndefined()
  expect(failures?.error).toMatchObject({
    code: 'replay-mismatch',
    message: expect.stringContaining('A') as string,
  })
  await first.advance('1h')
  await createActivityWorker(manager).step()
  const [next] = await first.waiting()
  expect(next?.input).toMatchObject({ element: 'B' })
  await first.manager.complete(next?.token ?? '', {})
  expect(await resultOf(first, 'p')).toEqual({ c: 1 })
})

test('U38 what a function gave in a subprocess is not taken for that of an element of its name elsewhere', async () => {
  const [one, other] = [line('One', [task('F', 'F')]), line('Other', [task('F', 'F')])]
  const specs = specsOf(line('Top', [embed(one), embed(other), userTask('A', 'A')]))
  const before = await begun('p', specs, { 'One/F': () => ({ f: 'one' }) })
  const manager = await otherProgram(before, { 'Other/F': () => ({ f: 'other' }) })
  await expect(manager.active('p')).rejects.toMatchObject({
    code: 'replay-mismatch',
    fields: { found: 'One/F', expected: 'Other/F' },
  })
})

test('U38 what a worker has read to decide stays at hand, whatever else is read before it does', async () => {
  // Of two units this one alone is kept.
  const large = line('Large', [task('T', 'T', { documentation: 'x'.repeat(33 * 1024 * 1024) })])
  const top = line('Top', [call('Call', 'Call', 'Large')])
  const { workflow, harness } = await begun('old', specsOf(top, { called: [large] }))
  const crowded: UnitWorkflow<'w'> = {
    ...workflow,
    prepare: async (process) => {
      await workflow.prepare?.(process)
      await workflow.completed(harness.manager, 'old')
    },
  }
  const manager = createManager({ backend: harness.backend, workflows: [crowded], clock: harness.clock })
  await manager.start(crowded, {}, { id: 'new' })
  await createDecisionWorker(manager).step()
  const { failures, status } = await manager.process('new')
  expect({ failures, status }).toEqual({ status: 'Call' })
})

test('U38 what a function has given is kept: another one that gives something else changes nothing that was', async () => {
  const specs = specsOf(line('Top', [script('F'), userTask('A', 'A'), script('G')]))
  const before = await begun('p', specs, { F: () => ({ f: 'first' }), G: () => ({ g: 'first' }) })
  const first = before.harness
  const manager = await otherProgram(before, { F: () => ({ f: 'second' }), G: () => ({ g: 'second' }) })
  const [waiting] = await first.waiting()
  await first.manager.complete(waiting?.token ?? '', {})
  await createDecisionWorker(manager).step()
  expect(await resultOf(first, 'p')).toEqual({ f: 'first', g: 'second' })
})
