import { beforeAll, describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit, readManifest } from 'unitflow'
import type { CacheStore, Manifest, UnitRequest } from 'unitflow'
import { decomposeInCore } from '../../../ts/core/index.js'
import { generateWorkflow } from '../../../bench/workflows/generate-workflow.mjs'
import { unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'

const KB64 = 64 * 1024

interface Cost {
  readonly rounds: number
  /** Bytes read beyond the objects that hold processes. */
  readonly beyond: number
  readonly included: readonly string[]
}

/** What a reader pays that has read nothing before. */
async function cost(store: CacheStore, request: UnitRequest): Promise<Cost> {
  const observed = observe({ ...store })
  const { specs, included } = await readElementUnit(observed.store, 'k', request)
  const objects = new Set(Object.values(specs).map(({ hash }) => `v2/objects/${hash.slice(0, 40)}`))
  const beyond = [...observed.read]
    .filter(([key]) => !objects.has(key))
    .reduce((sum, [, bytes]) => sum + bytes, 0)
  return { rounds: observed.rounds(), beyond, included }
}

async function cached(specs: string): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  return store
}

const referencesIn = ({ processes }: Manifest): number =>
  processes.reduce((sum, { calls, embeds }) => sum + Object.keys(calls).length + embeds.length, 0)

test('U19 a small manifest costs the root and one round of objects', async () => {
  const processes: ProcessSketch[] = [
    { id: 'Top', calls: ['A', 'B'], triggers: ['C'] },
    ...['A', 'B', 'C'].map((id) => ({ id, elements: [`e${id}`] })),
  ]
  const store = await cached(workflowJson(processes, { rest: 'x'.repeat(5000) }))
  expect(await cost(store, { processId: 'Top' })).toMatchObject({ rounds: 2, included: ['C', 'Top'] })
  expect(await cost(store, { processId: 'Top', elements: ['eA', 'eB'] })).toMatchObject({ rounds: 2 })
  expect((await cost(store, { processId: 'Top' })).beyond).toBeLessThan(KB64)
})

describe.each([
  ['real', 1000],
  ['calls', 1000],
  ['real', 10_000],
] as const)('shape %s with %i processes', (shape, count) => {
  let store: CacheStore
  let manifest: Manifest
  beforeAll(async () => {
    store = await cached(generateWorkflow({ processes: count, shape }))
    manifest = await readManifest(store, 'k')
  })
  const every = (step: number): string[] =>
    manifest.processes.filter((_, index) => index % step === 0).map(({ id }) => id)

  test('U19 a start unit costs the root, one round of parts, one of objects, and 64 KB beside the objects', async () => {
    for (const processId of [manifest.top, ...every(Math.ceil(count / 12))]) {
      const { rounds, beyond } = await cost(store, { processId })
      expect(rounds, processId).toBe(3)
      expect(beyond, processId).toBeLessThanOrEqual(KB64)
    }
  })

  test('U20 a resume unit costs no more rounds, and 64 KB and 16 bytes a process and call', async () => {
    const allowed = KB64 + 16 * (manifest.processes.length + referencesIn(manifest))
    const reached = Object.entries(manifest.elements).filter(
      (_, index) => index % Math.ceil((count * 10) / 12) === 0,
    )
    for (const [element, [holder]] of reached) {
      const { rounds, beyond } = await cost(store, { processId: holder!, elements: [element] })
      expect(
        [rounds <= 3, beyond <= allowed],
        `${holder} ${element}: ${rounds} rounds, ${beyond} of ${allowed} bytes`,
      ).toEqual([true, true])
    }
    const called = Object.keys(manifest.processes.find(({ id }) => id === manifest.top)!.calls)[0]!
    const { rounds, beyond } = await cost(store, { processId: manifest.top, elements: [called] })
    expect([rounds, beyond <= allowed]).toEqual([3, true])
  })
})

test('U19 a process that triggers many called ones costs no more than 64 KB beside the objects', async () => {
  const ids = Array.from({ length: 4000 }, (_, index) => `P${index}`)
  const processes = ids.map((id, index) => ({ id, calls: [ids[(index + 1) % ids.length]!] }))
  const store = await cached(workflowJson([{ id: 'Top', triggers: ids.slice(0, 20) }, ...processes]))
  const { beyond, included } = await cost(store, { processId: 'Top' })
  expect(included).toHaveLength(21)
  expect(beyond).toBeLessThanOrEqual(KB64)
})

test('U18 what is stored beside the objects grows with the workflow, not with its square', () => {
  const [small, large] = [500, 2000].map((count) => {
    const core = decomposeInCore(workflowJson([{ id: 'Top' }, ...unreachable(count)]), 2, undefined)
    return core.parts.slice(core.objectCount).reduce((sum, { size }) => sum + size, 0) / count
  }) as [number, number]
  expect(large / small).toBeLessThan(1.3)
})

test('U18 parts of a manifest that an edit did not touch stay the same objects', async () => {
  const store = await cached(workflowJson([{ id: 'Top', calls: ['A'] }, { id: 'A' }, ...unreachable(2000)]))
  const edited = workflowJson([
    { id: 'Top', calls: ['A'] },
    { id: 'A', fields: { more: 1 } },
    ...unreachable(2000),
  ])
  const { store: counting, written } = observe(store)
  const { bytes } = await cacheElementUnitsForWorkflow(counting, 'k', edited)
  expect(written().length).toBeLessThan(12)
  expect(bytes.written).toBeLessThan(bytes.manifest / 2)
})
