import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  describeProcess,
  isUnitflowError,
  mergeUnits,
  readElementUnit,
  readManifest,
  removeWorkflow,
  unitJson,
} from 'unitflow'
import { generateWorkflow } from '../../bench/workflows/generate-workflow.mjs'
import { CORE_MEMORY_LIMIT, withCore } from '../../ts/core/index.js'
import { randomWorkflow, spelled } from '../fixtures/units/random-workflow.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const MIB = 1024 * 1024
const wasmMemory = (): number => withCore('look', (core) => core.memory.buffer.byteLength)

/** Bytes of the heap that something holds on to. What a weak reference gave is kept to the end of the job. */
async function heldHeap(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    await setImmediate()
    collectGarbage()
  }
  return process.memoryUsage().heapUsed
}

/** Workflows of all shapes and sizes, and texts that are none. */
function variedTexts(): readonly string[] {
  const random = fc.sample(fc.tuple(randomWorkflow, fc.integer()), { numRuns: 60, seed: 10 })
  const texts = random.map(([workflow, seed]) => spelled(workflow, seed))
  const real = [1, 3, 9, 27].map((processes) =>
    generateWorkflow({ processes, seed: processes, pretty: processes % 2 === 1 }),
  )
  const broken = [texts[0]?.slice(0, -5) ?? '', '[]', '{"spec":{}}', 'x'.repeat(10_000), '\ud800']
  return [...texts, ...real, ...broken]
}

/** All that is done with one workflow: taken apart, cached, cached again, read, described, merged, removed. */
async function useOnce(text: string, round: number): Promise<void> {
  const key = `k${round % 100}`
  try {
    decompose(text)
    await cacheElementUnitsForWorkflow(store, key, text)
    await cacheElementUnitsForWorkflow(createMemoryStore(), undefined, text)
  } catch (error) {
    if (isUnitflowError(error)) return
    throw error
  }
  const { top } = await readManifest(store, key)
  const unit = await readElementUnit(store, key, { processId: top })
  describeProcess(unit, top)
  unitJson(mergeUnits(unit, unit))
  if (round % 3 === 0) await removeWorkflow(store, key)
}

const store = createMemoryStore()

test('U4 the memory of the core and the heap stay as they are, however many workflows there are', async () => {
  const texts = variedTexts()
  const rounds = async (from: number, to: number): Promise<void> => {
    for (let round = from; round < to; round++) await useOnce(texts[round % texts.length] ?? '', round)
  }
  const resources = process.getActiveResourcesInfo().length
  // As many as there are keys and texts, so that all that is kept is kept.
  await rounds(0, 700)
  const [warmWasm, warmHeap] = [wasmMemory(), await heldHeap()]
  await rounds(700, 2100)
  expect(wasmMemory()).toBe(warmWasm)
  expect(warmWasm).toBeLessThan(16 * MIB)
  expect((await heldHeap()) - warmHeap).toBeLessThan(MIB)
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(resources)
})

test('U4 what one large workflow has taken is not reserved for ever', async () => {
  const large = `{"x":"${'x'.repeat(2 * CORE_MEMORY_LIMIT)}"}`
  expect(() => decompose(large)).toThrow('not a workflow spec')
  expect(wasmMemory()).toBeGreaterThan(2 * CORE_MEMORY_LIMIT)
  await heldHeap()
  expect(wasmMemory()).toBeLessThanOrEqual(CORE_MEMORY_LIMIT)
})
