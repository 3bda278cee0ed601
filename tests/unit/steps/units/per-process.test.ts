import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  describeProcess,
  holdVersion,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import {
  createRecordState,
  createRunner,
  createState,
  defineModel,
  of,
  orThrow,
} from '../../../../ts/steps/index.js'
import type { State, StepEvent } from '../../../../ts/steps/index.js'
import { perProcess } from '../../../../ts/steps/units/index.js'
import type { CachedProcess, CallingProcess, PerProcess } from '../../../../ts/steps/units/index.js'
import { processSpec, workflowJson } from '../../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../../fixtures/units/spec-builder.js'
import { refused } from '../../units/refused.js'

/** Top calls A and B, A calls C; D stands alone, and E is drawn in it. */
const company: ProcessSketch[] = [
  { id: 'Top', calls: ['A', 'B', 'D'] },
  { id: 'A', calls: ['C'] },
  { id: 'B' },
  { id: 'C', elements: ['c'] },
  { id: 'D', embeds: ['E'] },
  { id: 'E', elements: ['e'] },
]
const all = ['A', 'B', 'C', 'D', 'E', 'Top']

async function cached(sketches: readonly ProcessSketch[] = company): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(sketches))
  return store
}

const mutable = (): State => createState({}, { mutable: true })
const Count = defineModel({
  name: 'Count',
  inputs: { process: of<CachedProcess>() },
  outputs: { elements: of<number>(), id: of<string>() },
  run: ({ process: { unit, processId, text } }) => {
    if (text.includes('broken')) throw new Error(`${processId} is broken`)
    return { elements: describeProcess(unit, processId).elements.length, id: processId }
  },
})
const Reach = defineModel({
  name: 'Reach',
  inputs: { process: of<CallingProcess>() },
  outputs: { text: of<string>() },
  run: async ({ process }) => {
    const texts = [process.text]
    for (const id of process.calls) texts.push((await process.read(id))?.text ?? 'none')
    return { text: texts.join() }
  },
})

interface Edit {
  readonly depends: string
  readonly steps: PerProcess
  readonly edits: Readonly<Record<string, readonly string[]>>
}

test.each<Edit>([
  { depends: 'self', steps: perProcess({ model: Count }), edits: { C: ['C'], E: ['D', 'E'] } },
  {
    depends: 'calls',
    steps: perProcess({ model: Reach, depends: 'calls' }),
    edits: { C: ['A', 'C', 'Top'], E: ['D', 'E', 'Top'] },
  },
])('U38 with depends $depends an edit runs again what depends on it', async ({ steps, edits }) => {
  for (const [edited, runs] of Object.entries(edits)) {
    const store = await cached()
    const state = createRecordState({ records: createMemoryRecords(), name: 's', mutable: true })
    expect((await steps.plan(store, 'k', { state })).runs).toEqual(all)
    const first = await steps.run(store, 'k', { state })
    expect([first.status, first.ran, first.skipped]).toEqual(['completed', all, []])
    const again = await steps.run(store, 'k', { state })
    expect([again.ran, again.skipped.map(({ step }) => step)]).toEqual([[], all])
    expect(again.outputs).toEqual(first.outputs)
    const changed = company.map((one) => (one.id === edited ? { ...one, elements: ['new', 'newer'] } : one))
    await cacheElementUnitsForWorkflow(store, 'k', workflowJson(changed))
    expect(await steps.plan(store, 'k', { state })).toMatchObject({
      runs,
      skips: all.filter((id) => !runs.includes(id)),
    })
    const report = await steps.run(store, 'k', { state })
    expect(report.ran).toEqual(runs)
    expect(Object.keys(orThrow(report))).toEqual(expect.arrayContaining(all))
    // What was computed before is known, though the state has another result by now.
    await cacheElementUnitsForWorkflow(store, 'k', workflowJson(company))
    const back = await steps.run(store, 'k', { state })
    expect([back.ran, back.outputs]).toEqual([[], first.outputs])
    expect(back.skipped.filter(({ restored }) => restored).map(({ step }) => step)).toEqual(
      runs.filter((id) => JSON.stringify(first.outputs[id]) !== JSON.stringify(report.outputs[id])),
    )
  }
})

test('U38 one process that fails does not stop the others, and runs again when it was mended', async () => {
  const store = await cached([...company.slice(0, 3), { id: 'C', elements: ['broken'] }, ...company.slice(4)])
  const state = mutable()
  const events: string[] = []
  const onEvent = (event: StepEvent): void => {
    if (event.type === 'step-started') events.push(event.step)
    if (event.type === 'step-ended') events.push(`${event.report.type} ${event.report.step}`)
  }
  const report = await perProcess({ model: Count }).run(store, 'k', { state, onEvent, concurrency: 2 })
  expect(report.status).toBe('failed')
  expect(report.failed).toEqual(['C'])
  expect(report.ran).toEqual(all.filter((id) => id !== 'C'))
  expect(report.status !== 'completed' && report.error.message).toContain('C is broken')
  expect(Object.keys(report.outputs).sort()).toEqual(['A', 'B', 'D', 'E', 'Top'])
  expect(report.outputs['D']).toEqual({ id: 'D', elements: 1 })
  expect(events).toEqual(expect.arrayContaining(['failed C', 'ran Top', 'Top', 'C']))
  await cacheProcess(store, 'k', JSON.stringify(processSpec({ id: 'C' })))
  const mended = await perProcess({ model: Count }).run(store, 'k', { state })
  expect([mended.status, mended.ran]).toEqual(['completed', ['C']])
})

test('U38 results of processes that are gone are dropped, and those of others are left alone', async () => {
  const store = await cached()
  await cacheElementUnitsForWorkflow(store, 'other', workflowJson(company))
  const state = mutable()
  await state.set('mine', 1)
  const count = perProcess({ model: Count })
  await count.run(store, 'k', { state })
  await count.run(store, 'other', { state })
  await perProcess({ model: Reach, depends: 'calls' }).run(store, 'k', { state })
  expect(await state.names()).toHaveLength(1 + 12 + 12 + 6)
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson([{ id: 'Top', calls: ['B'] }, { id: 'B' }]))
  const controller = new AbortController()
  controller.abort()
  const called = await count.run(store, 'k', { state, signal: controller.signal })
  expect([called.status, called.dropped]).toEqual(['canceled', 0])
  const report = await count.run(store, 'k', { state })
  expect([report.ran, report.dropped]).toEqual([['Top'], 4])
  expect(await state.names()).toHaveLength(1 + 4 + 12 + 6)
  expect((await count.plan(store, 'other', { state })).runs).toEqual([])
})

test('U38 a version that is held is run, though it is not the newest', async () => {
  const store = await cached()
  const { version } = await holdVersion(store, 'k')
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson([{ id: 'Top' }]))
  const report = await perProcess({ model: Count }).run(store, 'k', { state: mutable(), version })
  expect([report.version, report.ran]).toEqual([version, all])
  const gone = perProcess({ model: Count }).plan(store, 'k', { state: mutable(), version: '0'.repeat(64) })
  expect((await refused(gone)).code).toBe('unknown-version')
})

test('U38 a model is handed what its result may depend on, and nothing else', async () => {
  const seen = new Map<string, readonly string[]>()
  const Look = defineModel({
    name: 'Look',
    inputs: { process: of<CallingProcess>() },
    run: async ({ process }) => {
      const reads = await Promise.all([...all, 'none'].map((id) => process.read(id)))
      seen.set(
        process.processId,
        reads.flatMap((one) => one?.processId ?? []),
      )
      expect(process.unit.included).toEqual(process.processId === 'D' ? ['D', 'E'] : [process.processId])
      expect(process.unit.specs[process.processId]?.text).toBe(process.text)
    },
  })
  const report = await perProcess({ model: Look, depends: 'calls' }).run(await cached(), 'k', {
    state: mutable(),
  })
  orThrow(report)
  expect(Object.fromEntries(seen)).toEqual({
    Top: all,
    A: ['A', 'C'],
    B: ['B'],
    C: ['C'],
    D: ['D', 'E'],
    E: ['E'],
  })
})

test('U38 ids of processes are data, also as names of results', async () => {
  const hostile = ['__proto__', 'constructor', '\ud800', '\udfff', 'a.b', ' ', '\n', 'x'.repeat(9990)]
  const store = await cached([{ id: 'Top', calls: hostile }, ...hostile.map((id) => ({ id }))])
  const state = mutable()
  const count = perProcess({ model: Count })
  const report = await count.run(store, 'k', { state })
  expect(new Set(report.ran)).toEqual(new Set(['Top', ...hostile]))
  const outputs = new Map(Object.entries(orThrow(report)))
  for (const id of hostile) expect(outputs.get(id)).toEqual({ id, elements: 0 })
  expect((await count.run(store, 'k', { state, force: ['__proto__'] })).ran).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(report.outputs)).toBe(null)
})

test('U38 another version of the model runs for all, and its workflow is one for any runner', async () => {
  const store = await cached()
  const state = mutable()
  await perProcess({ model: Count }).run(store, 'k', { state })
  const newer = perProcess({ model: { ...Count, version: '2' } })
  const runner = createRunner({ workflow: await newer.workflow(store, 'k'), state })
  expect((await runner.run()).ran).toHaveLength(6)
  expect((await newer.plan(store, 'k', { state })).runs).toEqual([])
})

test('U38 ten thousand processes are planned without reading one, and an edit runs two', async () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `p${at}`)
  const sketches = ids.map((id, at): ProcessSketch => ({
    id,
    ...(at > 0 && at % 100 === 0 && { calls: [`p${at - 1}`] }),
  }))
  const store = await cached([{ id: 'Top', calls: ['p5'] }, ...sketches])
  const state = mutable()
  let running = 0
  let most = 0
  const Wait = defineModel({
    name: 'Wait',
    inputs: { process: of<CallingProcess>() },
    outputs: { hash: of<string>() },
    run: async ({ process }) => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return { hash: process.hash }
    },
  })
  const steps = perProcess({ model: Wait, depends: 'calls' })
  expect((await steps.plan(store, 'k', { state })).runs).toHaveLength(10_001)
  expect((await steps.run(store, 'k', { state })).ran).toHaveLength(10_001)
  expect(most).toBeLessThanOrEqual(8)
  await cacheProcess(store, 'k', JSON.stringify(processSpec({ id: 'p99', elements: ['new'] })))
  const { ran, skipped } = await steps.run(store, 'k', { state })
  expect([new Set(ran), skipped.length]).toEqual([new Set(['p99', 'p100']), 9_999])
})

test('U38 what is no model, no dependence or no state that takes results is refused', async () => {
  const store = await cached()
  const Other = defineModel({ name: 'Other', inputs: { data: of<string>() }, run: () => undefined })
  for (const wrong of [
    undefined,
    {},
    { model: Other },
    { model: Count, depends: 'all' },
    { model: () => 1 },
  ]) {
    expect(() => void Reflect.apply(perProcess, undefined, [wrong])).toThrow('expected')
  }
  const count = perProcess({ model: Count })
  expect((await refused(count.run(store, 'k', { state: createState() }))).code).toBe('bad-argument')
  expect(
    (await refused(Reflect.apply(count.run.bind(count), undefined, [store, 'k']) as Promise<unknown>)).code,
  ).toBe('bad-argument')
  const forced = count.run(store, 'k', { state: mutable(), force: ['none'] })
  expect((await refused(forced)).code).toBe('unknown-process')
  expect((await refused(count.run(store, 'none', { state: mutable() }))).code).toBe('unknown-cache-key')
})
