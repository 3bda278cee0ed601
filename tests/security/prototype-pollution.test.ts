import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  compareManifests,
  createMemoryStore,
  decompose,
  describeProcess,
  listWorkflows,
  mergeUnits,
  prune,
  readElementUnit,
  readManifest,
  removeProcess,
  specsToLoad,
  unitJson,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import {
  completeProcess,
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  defineActivity,
  defineWorkflow,
  of,
  scheduleActivity,
  workUntilIdle,
} from '../../ts/deciders/index.js'
import { createFlowRunner, defineFlow, defineTask } from '../../ts/flows/index.js'
import { createMemoryRecords } from '../../ts/records/memory/index.js'
import {
  createRecordState,
  createRunner,
  createStepWorkflow,
  defineModel,
  defineStep,
} from '../../ts/steps/index.js'
import { processSpec, unreachable, workflowJson } from '../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../fixtures/units/spec-builder.js'
import { INHERITED } from './hostile-names.js'
import { unchangedPrototypes } from './prototypes.js'

let prototypes: ReturnType<typeof unchangedPrototypes>

beforeEach(() => {
  prototypes = unchangedPrototypes()
})

afterEach(() => {
  prototypes.assertUnchanged()
  const fresh: Readonly<Record<string, unknown>> = {}
  expect(fresh['polluted']).toBeUndefined()
})

/** What a parser of JSON makes of a member `__proto__`: a member like any other, which a careless copy makes a prototype. */
const POISON = JSON.parse(
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"then":1,"toJSON":"x","length":-1}',
) as Readonly<Record<string, unknown>>
const poisonText = JSON.stringify(POISON)

const fields = {
  data_objects: POISON,
  correlation_keys: { ['__proto__']: ['polluted'], constructor: ['prototype'] },
  extensions: POISON,
}
const sketches: readonly ProcessSketch[] = INHERITED.map((id, at) => ({
  id,
  calls: [INHERITED[(at + 1) % INHERITED.length] ?? '', 'Gone.__proto__'],
  elements: INHERITED,
  tasks: [{ name: `${id} task`, typename: 'ServiceTask', fields: { ...fields, operation_params: POISON } }],
  fields,
}))
const top: ProcessSketch = { id: 'Top', calls: INHERITED, elements: INHERITED, fields }
const texts: readonly string[] = [
  workflowJson([top, ...sketches], { more: POISON }),
  workflowJson([top, ...sketches, ...unreachable()]).replace(/\}$/, `,"__proto__":${poisonText}}`),
  workflowJson([{ id: '__proto__', calls: ['constructor'] }, ...sketches.slice(1)], {}, 'a'),
]

test('U28 units with ids that every object inherits are read, merged, described and compared like any others', async () => {
  for (const specs of texts) {
    const { manifest } = decompose(specs)
    const store = createMemoryStore()
    for (const key of INHERITED) await cacheElementUnitsForWorkflow(store, key, specs)
    await cacheElementUnitsForWorkflow(store, 'toString', specs, { layout: 'v1' })
    expect((await listWorkflows(store)).map(({ cacheKey }) => cacheKey)).toEqual([...INHERITED].sort())
    expect(Object.getPrototypeOf(manifest.elements)).toBe(null)
    expect(compareManifests(manifest, await readManifest(store, '__proto__'))).toMatchObject({ added: [] })
    for (const id of manifest.processes.map((process) => process.id)) {
      if (id.startsWith('zz_')) continue
      const unit = await readElementUnit(store, 'constructor', { processId: id })
      const resumed = await readElementUnit(store, 'then', { processId: id, elements: [id] })
      const merged = mergeUnits(unit, resumed)
      expect(Object.getPrototypeOf(merged.specs)).toBe(null)
      const described = describeProcess(merged, id)
      expect(Object.getPrototypeOf(described)).toBe(Object.prototype)
      expect(JSON.parse(JSON.stringify(described))).toEqual(described)
      expect(Object.keys(JSON.parse(unitJson(merged)) as object)).toContain('subprocess_specs')
      const text = await workflowFromCachedElementUnit(store, 'toJSON', id, id)
      expect(text).toContain(JSON.stringify(id))
      const tasks = { ['__proto__']: { task_spec: '__proto__' }, x: { task_spec: `call_${id}`, ...POISON } }
      specsToLoad({ tasks, subprocesses: { ['__proto__']: { spec: '__proto__', tasks } } }, merged)
      specsToLoad(`{"tasks":{"__proto__":{"task_spec":"x"}},"subprocesses":{}}`, unit)
    }
    await cacheProcess(store, 'valueOf', JSON.stringify(processSpec({ id: '__proto__', fields })))
    await cacheProcess(
      store,
      'valueOf',
      `{"spec":${JSON.stringify(processSpec({ id: 'constructor' }))},"subprocess_specs":{}}`,
    )
    await removeProcess(store, 'valueOf', 'hasOwnProperty')
    expect((await verifyStore(store)).findings).toEqual([])
    await prune(store)
  }
})

test('an id that every object inherits is unknown where the workflow does not hold it', async () => {
  for (const more of [[], unreachable()]) {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', workflowJson([{ id: 'Top', elements: ['e'] }, ...more]))
    for (const name of INHERITED) {
      await expect(readElementUnit(store, 'k', { processId: name })).rejects.toMatchObject({
        code: 'unknown-process',
      })
      await expect(readElementUnit(store, 'k', { processId: 'Top', elements: [name] })).rejects.toMatchObject(
        { code: 'unknown-element' },
      )
      await expect(readManifest(store, name)).rejects.toMatchObject({ code: 'unknown-cache-key' })
    }
    const unit = await readElementUnit(store, 'k', { processId: 'Top' })
    for (const name of INHERITED) expect(() => describeProcess(unit, name)).toThrow('does not hold process')
  }
})

test('what processes, flows and steps are given under such names stays data', async () => {
  const echo = defineActivity('echo', { input: of<unknown>(), result: of<unknown>() }, (input) => input)
  const workflow = defineWorkflow({
    name: 'constructor',
    input: of<unknown>(),
    result: of<unknown>(),
    activities: [echo],
    decide: (process) => {
      const last = process.latest(echo)
      if (last === undefined) return scheduleActivity(echo, process.input)
      return last.type === 'completed' ? completeProcess(last.result) : []
    },
  })
  const manager = createManager({
    backend: createBackend({ records: createMemoryRecords() }),
    workflows: [workflow],
  })
  const workers = [createDecisionWorker(manager), createActivityWorker(manager)]
  for (const id of INHERITED) {
    const started = await manager.start(workflow, POISON, { id })
    await workUntilIdle(manager, workers)
    const outcome = await manager.result(started)
    expect(JSON.stringify(outcome.status === 'completed' && outcome.result)).toBe(poisonText)
  }

  const task = defineTask({
    name: '__proto__',
    inputs: { constructor: of<unknown>() },
    outputs: { toString: of<unknown>() },
    run: (inputs) => ({ toString: inputs.constructor }),
  })
  const flow = defineFlow('valueOf', [task])
  const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
  const execution = await runner.schedule(flow, { constructor: POISON })
  await runner.run()
  const context = await runner.context(execution)
  expect(JSON.stringify(Object.entries(context).find(([name]) => name === 'toString')?.[1])).toBe(poisonText)
  runner.close()

  const model = defineModel({
    name: 'hasOwnProperty',
    inputs: { valueOf: of<unknown>() },
    outputs: { constructor: of<unknown>() },
    run: (inputs) => ({ constructor: inputs.valueOf }),
  })
  const step = defineStep({
    model,
    inputs: { valueOf: '__proto__' },
    outputs: { constructor: 'constructor' },
  })
  const state = createRecordState({ records: createMemoryRecords(), name: '__proto__', mutable: true })
  await state.set('__proto__', POISON)
  await createRunner({ workflow: createStepWorkflow([step]), state }).run()
  expect(JSON.stringify(await state.get('constructor'))).toBe(poisonText)
})
