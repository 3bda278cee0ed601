import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  mergeUnits,
  readElementUnit,
  specsToLoad,
  unitJson,
} from 'unitflow'
import type { CacheStore, ElementUnit } from 'unitflow'
import { callTask, loopOver, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch, TaskSketch } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'

async function cached(...processes: ProcessSketch[]): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(processes))
  return store
}

/** A state: tasks of the top process, and instances by process. */
function state(
  top: readonly string[],
  ...instances: (readonly [process: string, tasks: readonly string[]])[]
): object {
  const tasks = (names: readonly string[]): object =>
    Object.fromEntries(
      names.map((name, index) => [`${name}-${index}`, { task_spec: name, state: 2 ** (index % 9) }]),
    )
  const subprocesses = instances.map(([spec, names], index) => [
    `i${index}`,
    { spec, tasks: tasks(names), root: 'r' },
  ])
  return { tasks: tasks(top), subprocesses: Object.fromEntries(subprocesses) as object, root: 'r' }
}

const start = (store: CacheStore, processId: string): Promise<ElementUnit> =>
  readElementUnit(store, 'k', { processId })

test('U22 calls are named in any state of the task, loops through their child, embedded ones never', async () => {
  const store = await cached(
    {
      id: 'Top',
      calls: ['A'],
      embeds: ['Inner'],
      tasks: [
        ...loopOver('loop', 'B'),
        ...loopOver('inner_loop', 'Inner', 'SubWorkflowTask'),
        callTask('Nowhere'),
      ],
    },
    { id: 'A' },
    { id: 'B' },
    { id: 'Inner', calls: ['A', 'C'] },
    { id: 'C' },
  )
  const unit = await start(store, 'Top')
  expect(specsToLoad(state(['Start', 'End']), unit)).toEqual([])
  expect(specsToLoad(state(['call_A']), unit)).toEqual(['A'])
  expect(specsToLoad(state(['loop']), unit)).toEqual(['B'])
  expect(specsToLoad(state(['loop [child]']), unit)).toEqual(['B'])
  expect(specsToLoad(state(['inner_loop', 'inner_loop [child]', 'Inner']), unit)).toEqual([])
  expect(specsToLoad(state(['call_Nowhere', 'loop', 'call_A']), unit)).toEqual(['A', 'B', 'Nowhere'])
  expect(specsToLoad(state([], ['Inner', ['call_A', 'call_C']]), unit)).toEqual(['A', 'C'])
  expect(specsToLoad(state([], ['A', []], ['gone', ['call_A']]), unit)).toEqual(['A', 'gone'])
})

test('U22 a task is looked up in its own process, not in another that has one of its name', async () => {
  const call = (target: string): TaskSketch[] => [callTask(target, 'do')]
  const store = await cached(
    { id: 'Top', tasks: call('A'), embeds: ['Inner'] },
    { id: 'Inner', tasks: call('B') },
    { id: 'A' },
    { id: 'B' },
  )
  const unit = await start(store, 'Top')
  expect(specsToLoad(state(['do']), unit)).toEqual(['A'])
  expect(specsToLoad(state([], ['Inner', ['do']]), unit)).toEqual(['B'])
})

test('U22 a call back to the process that runs asks for it, once it stands under subprocess_specs no more', async () => {
  const store = await cached({ id: 'Ping', calls: ['Pong', 'Ping'] }, { id: 'Pong', calls: ['Ping'] })
  let unit = await start(store, 'Ping')
  expect(unit.lazy).toEqual(['Ping', 'Pong'])
  expect(specsToLoad(state(['call_Pong']), unit)).toEqual(['Pong'])
  unit = mergeUnits(unit, await start(store, 'Pong'))
  expect([unit.reentered, unit.lazy]).toEqual([false, ['Ping']])
  const inPong = state([], ['Pong', ['call_Ping']])
  expect(specsToLoad(inPong, unit)).toEqual(['Ping'])
  unit = mergeUnits(unit, await start(store, 'Ping'))
  expect([unit.reentered, unit.lazy]).toEqual([true, []])
  expect(specsToLoad(inPong, unit)).toEqual([])
  const specs = JSON.parse(unitJson(unit)) as { subprocess_specs: object }
  expect(Object.keys(specs.subprocess_specs)).toEqual(['Ping', 'Pong'])
})

test('U22 finished instances are asked for too, hostile ids included', async () => {
  const ids = ['__proto__', 'constructor', '', '\ud800']
  const store = await cached({ id: 'Top', calls: ids }, ...ids.map((id) => ({ id, calls: ids })))
  let unit = await start(store, 'Top')
  const asked = specsToLoad(state(ids.map((id) => `call_${id}`)), unit)
  expect(asked).toEqual([...ids].sort())
  expect(specsToLoad(JSON.stringify(state([], ...ids.map((id) => [id, []] as const))), unit)).toEqual(
    [...ids].sort(),
  )
  unit = mergeUnits(unit, ...(await Promise.all(ids.map((id) => start(store, id)))))
  expect(
    specsToLoad(
      state(
        ids.map((id) => `call_${id}`),
        ...ids.map((id) => [id, ['call___proto__']] as const),
      ),
      unit,
    ),
  ).toEqual([])
  expect(unit.lazy).toEqual([])
})

test.each([
  null,
  undefined,
  7,
  'x',
  '[]',
  [],
  {},
  { tasks: {} },
  { subprocesses: {} },
  { tasks: [], subprocesses: {} },
  { tasks: {}, subprocesses: [] },
  { tasks: { a: 7 }, subprocesses: {} },
  { tasks: { a: {} }, subprocesses: {} },
  { tasks: {}, subprocesses: { a: {} } },
  { tasks: {}, subprocesses: { a: { spec: 'Top' } } },
  { tasks: {}, subprocesses: { a: { spec: 7, tasks: {} } } },
])('U22 what is no state is bad-argument (%j)', async (value) => {
  const unit = await start(await cached({ id: 'Top' }), 'Top')
  const error = await refused(() => specsToLoad(value, unit))
  expect(error).toMatchObject({ code: 'bad-argument', fields: { argument: 'workflowState' } })
})

test('U22 merging units is a union that the order does not change, and alters none of them', async () => {
  const store = await cached(
    { id: 'Top', calls: ['A', 'B', 'Gone'] },
    { id: 'A', calls: ['B', 'C'], embeds: ['In'] },
    { id: 'In', calls: ['Lost'] },
    { id: 'B', calls: ['A'] },
    { id: 'C' },
  )
  const [top, a, b] = [await start(store, 'Top'), await start(store, 'A'), await start(store, 'B')]
  const before = JSON.stringify([top, a, b])
  const merged = mergeUnits(top, a, b)
  expect(merged).toMatchObject({ processId: 'Top', reentered: false, lazy: ['C'], missing: ['Gone', 'Lost'] })
  expect(merged.included).toEqual(['A', 'B', 'In', 'Top'])
  expect(mergeUnits(top, b, a, b)).toEqual(merged)
  expect(mergeUnits(mergeUnits(top, a), b)).toEqual(merged)
  expect(mergeUnits(structuredClone(top), JSON.parse(JSON.stringify(a)) as ElementUnit, b)).toEqual(merged)
  expect(mergeUnits(top)).toEqual(top)
  expect(JSON.stringify([top, a, b])).toBe(before)
  const whole = JSON.parse(unitJson(mergeUnits(a, top, b))) as { spec: object; subprocess_specs: object }
  expect(whole.spec).toMatchObject({ name: 'A' })
})

test('U22 merging units of two versions is merge-conflict, but not where the process is the same in both', async () => {
  const store = await cached({ id: 'Top', calls: ['A'] }, { id: 'A', calls: ['B'] }, { id: 'B' })
  const old = await start(store, 'Top')
  const oldB = await start(store, 'B')
  await cacheElementUnitsForWorkflow(
    store,
    'k',
    workflowJson([
      { id: 'Top', calls: ['A'] },
      { id: 'A', elements: ['new'] },
      { id: 'B', elements: ['new'] },
    ]),
  )
  expect(mergeUnits(old, await start(store, 'A')).included).toEqual(['A', 'Top'])
  const error = await refused(async () => mergeUnits(old, oldB, await start(store, 'B')))
  expect(error).toMatchObject({ code: 'merge-conflict', fields: { processId: 'B' } })
})

/** The host loop over an engine of one rule: it runs the calls of a process, deepest first, `times` calls in all. */
async function run(
  store: CacheStore,
  calls: Readonly<Record<string, readonly string[]>>,
  times: number,
): Promise<string[]> {
  let unit = await start(store, 'Top')
  const instances: [string, string[]][] = []
  const done: string[] = []
  const todo = (calls['Top'] ?? []).slice()
  let at = 0
  for (;;) {
    const wanted = specsToLoad(
      state(
        (calls['Top'] ?? []).map((id) => `call_${id}`),
        ...instances,
      ),
      unit,
    )
    if (wanted.length > 0) {
      unit = mergeUnits(unit, ...(await Promise.all(wanted.map((processId) => start(store, processId)))))
      continue
    }
    const next = todo.shift()
    if (next === undefined || at++ >= times) return done
    const specs = JSON.parse(unitJson(unit)) as { subprocess_specs: Record<string, object> }
    expect(Object.keys(specs.subprocess_specs), 'a call is served from subprocess_specs').toContain(next)
    done.push(next)
    instances.push([next, (calls[next] ?? []).map((id) => `call_${id}`)])
    todo.unshift(...(calls[next] ?? []))
  }
}

test('U22 a host that loads what is named never lacks a spec, with recursion and re-entered top', async () => {
  const calls = { Top: ['A', 'B'], A: ['C', 'Top'], B: ['B'], C: [] }
  const store = await cached(...Object.entries(calls).map(([id, called]) => ({ id, calls: called })))
  const done = await run(store, calls, 40)
  expect(done).toHaveLength(40)
  expect(done.slice(0, 5)).toEqual(['A', 'C', 'Top', 'A', 'C'])
})
