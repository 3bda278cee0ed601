import { expect, test } from 'vitest'
import { createFlowRunner, defineTask, of } from '../../../../ts/flows/index.js'
import type { AnyTask } from '../../../../ts/flows/index.js'
import type { ElementTasks, FlowElement } from '../../../../ts/flows/units/index.js'
import { flowFromUnit } from '../../../../ts/flows/units/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow } from '../../../../ts/units/index.js'
import { recordStores } from '../../records/record-stores.js'
import { dialects } from '../../units/description/spec-builder.js'
import { cached, call, embed, event, line, plain, script, service, workflowText } from './drawn-workflows.js'

/** Tasks that say that they were done, by their names. */
function telling(done: string[], ...names: readonly string[]): Record<string, AnyTask> {
  return Object.fromEntries(
    names.map((name) => [name, defineTask({ name, run: () => void done.push(name) })]),
  )
}

const names = (flow: { readonly tasks: readonly AnyTask[] }): string[] => flow.tasks.map(({ name }) => name)

const order = [
  line('Order', plain('Take'), call('Ship', 'Shipping'), embed('Bill'), plain('Thank')),
  line('Bill', script('Sum'), service('Post', 'http/Post')),
  line('Shipping', plain('Pack'), call('Tell', 'Telling'), service('Send', 'http/Post')),
  line('Telling', plain('Write')),
] as const

for (const dialect of dialects) {
  test(`U35 a process becomes a flow in its drawn order, embedded and called ones in its place: dialect ${dialect}`, async () => {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'key', workflowText(dialect, ...order))
    const tasks = telling([], 'Take', 'Pack', 'Write', 'http/Post', 'Sum', 'Thank')
    const flow = await flowFromUnit(store, 'key', 'Order', { tasks })
    expect(flow.name).toBe('Order')
    expect(names(flow)).toEqual([
      'Take',
      'Ship/Pack',
      'Ship/Tell/Write',
      'Ship/Send',
      'Bill/Sum',
      'Bill/Post',
      'Thank',
    ])
    expect(flow.unit.processId).toBe('Order')
    expect(flow.unit.version).toMatch(/^[0-9a-f]{64}$/)
    expect(Object.isFrozen(flow)).toBe(true)
  })
}

for (const { name, open } of recordStores) {
  test(`U35 the flow runs like any other, over ${name}`, async () => {
    const store = await cached(line('Sum', plain('Add'), script('Double'), plain('Tell')))
    const add = defineTask({
      name: 'add',
      inputs: { a: of<number>(), b: of<number>() },
      outputs: { sum: of<number>() },
      run: ({ a, b }) => ({ sum: a + b }),
    })
    const double = defineTask({
      name: 'double',
      inputs: { sum: of<number>() },
      outputs: { sum: of<number>() },
      replaces: ['sum'],
      run: ({ sum }) => ({ sum: 2 * sum }),
    })
    const told: unknown[] = []
    const tell = defineTask({
      name: 'tell',
      inputs: { sum: of<number>() },
      run: (inputs, task) => void told.push(inputs, task.idempotencyKey),
    })
    const flow = await flowFromUnit(store, 'key', 'Sum', { tasks: { Add: add, Double: double, Tell: tell } })
    const runner = createFlowRunner({ records: open(), flows: [flow] })
    const id = await runner.schedule(flow, { a: 1, b: 2 }, { id: 'one' })
    expect(await runner.run({ id })).toEqual({
      id: 'one',
      flow: 'Sum',
      status: 'completed',
      result: { a: 1, b: 2, sum: 6 },
    })
    expect(told).toEqual([{ sum: 6 }, 'one/Tell'])
    const events = await runner.history(id)
    expect(events.flatMap((one) => (one.type === 'task-completed' ? one.task : []))).toEqual([
      'Add',
      'Double',
      'Tell',
    ])
  })
}

test('U35 tasks are bound by process and element, by element id, by service operation, in this order', async () => {
  const store = await cached(
    line('Top', service('A', 'op'), service('B', 'op'), call('C', 'Sub')),
    line('Sub', service('A', 'op'), service('D', 'op')),
  )
  const done: string[] = []
  const flow = await flowFromUnit(store, 'key', 'Top', { tasks: telling(done, 'op', 'A', 'Sub/A') })
  const runner = createFlowRunner({ records: recordStores[0]!.open(), flows: [flow] })
  const id = await runner.schedule(flow, {})
  await runner.run({ id })
  expect(names(flow)).toEqual(['A', 'B', 'C/A', 'C/D'])
  expect(done).toEqual(['A', 'op', 'Sub/A', 'op'])
})

test('U35 what a bound task of several elements gives is given anew by each, and by no other task', async () => {
  const get = defineTask({
    name: 'get',
    outputs: { answer: of<number>() },
    run: (_, task) => ({ answer: Number(task.idempotencyKey.at(-1)) }),
  })
  const store = await cached(line('Top', service('Get_1', 'get'), plain('Other'), service('Get_2', 'get')))
  const nothing = defineTask({ name: 'nothing', run: () => undefined })
  const flow = await flowFromUnit(store, 'key', 'Top', { tasks: { get, Other: nothing } })
  const runner = createFlowRunner({ records: recordStores[0]!.open(), flows: [flow] })
  const report = await runner.run({ id: await runner.schedule(flow, {}) })
  expect(report).toMatchObject({ status: 'completed', result: { answer: 2 } })
  const again = defineTask({ name: 'again', outputs: { answer: of<number>() }, run: () => ({ answer: 1 }) })
  await expect(flowFromUnit(store, 'key', 'Top', { tasks: { get, Other: again } })).rejects.toMatchObject({
    code: 'bad-flow',
    fields: { task: 'Other', process: 'Top', element: 'Other' },
  })
})

test('U35 tasks of one name stand in a flow under those of their elements', async () => {
  const store = await cached(line('Top', plain('A'), plain('B')))
  const task = (version: string): AnyTask => defineTask({ name: 'same', version, run: () => undefined })
  const flow = await flowFromUnit(store, 'key', 'Top', { tasks: { A: task('1'), B: task('2') } })
  expect(flow.tasks.map(({ name, version }) => [name, version])).toEqual([
    ['A', '1'],
    ['B', '2'],
  ])
})

test('U35 a function makes the task of each element that it is bound to, and is handed what was drawn', async () => {
  const seen: FlowElement[] = []
  const tasks: ElementTasks = {
    get: (element) => {
      seen.push(element)
      const output = element.operation?.resultVariable ?? 'none'
      return defineTask({
        name: element.path,
        outputs: { [output]: of<string>() },
        run: () => ({ [output]: element.documentation ?? '' }),
      })
    },
    Idle: () => 'skip',
  }
  const more = (variable: string): object => ({
    result_variable: variable,
    documentation: `for ${variable}`,
    extensions: { colour: 'red' },
  })
  const store = await cached(
    line('Top', service('One', 'get', { ...more('first') }), plain('Idle'), call('In', 'Sub')),
    line('Sub', service('Two', 'get', { ...more('second') })),
  )
  const flow = await flowFromUnit(store, 'key', 'Top', { tasks })
  const runner = createFlowRunner({ records: recordStores[0]!.open(), flows: [flow] })
  const report = await runner.run({ id: await runner.schedule(flow, {}) })
  expect(report).toMatchObject({ result: { first: 'for first', second: 'for second' } })
  expect(seen.map(({ path, process, id }) => [path, process, id])).toEqual([
    ['One', 'Top', 'One'],
    ['In/Two', 'Sub', 'Two'],
  ])
  expect(seen[0]).toMatchObject({ extensions: { colour: 'red' }, operation: { name: 'get' } })
})

test('U35 events and gateways that only lead on are passed over, and so is what is to be skipped', async () => {
  const store = await cached(
    line(
      'Top',
      event('Mark', 'IntermediateThrowEvent'),
      plain('A'),
      { id: 'Merge', typename: 'ExclusiveGateway' },
      { id: 'Fork', typename: 'ParallelGateway' },
      { id: 'Any', typename: 'InclusiveGateway' },
      plain('Idle'),
      call('Unused', 'Nowhere'),
      event('Over', 'IntermediateThrowEvent'),
    ),
    line('Nowhere', plain('B')),
  )
  const tasks = { ...telling([], 'A'), Idle: 'skip', Unused: 'skip' } as const
  expect(names(await flowFromUnit(store, 'key', 'Top', { tasks }))).toEqual(['A'])
})

test('U35 a call or a subprocess that is bound is done by its task, whatever stands inside', async () => {
  const store = await cached(
    line('Top', call('Ask', 'Asking', { prescript: 'x = 1' }), embed('Loops')),
    line('Asking', event('Wait', 'IntermediateCatchEvent', 'SignalEventDefinition')),
    line('Loops', { ...plain('Again'), to: ['Again', 'End_1'] }),
  )
  const flow = await flowFromUnit(store, 'key', 'Top', { tasks: telling([], 'Ask', 'Loops') })
  expect(names(flow)).toEqual(['Ask', 'Loops'])
})

test('U35 the values that a flow takes and gives can be declared, and are checked', async () => {
  const store = await cached(line('Top', plain('First'), plain('Last')))
  const seen: unknown[] = []
  const first = defineTask({
    name: 'first',
    inputs: { a: of<number>() },
    run: (inputs) => void seen.push(inputs),
  })
  const last = defineTask({
    name: 'last',
    inputs: { b: of<number>() },
    outputs: { total: of<unknown>() },
    run: ({ b }) => ({ total: b }),
  })
  const whole = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value: unknown) =>
        typeof value === 'number' && value > 0
          ? { value: value * 10 }
          : { issues: [{ message: 'not whole' }] },
    },
  } as const
  const tasks = { First: first, Last: last }
  await expect(flowFromUnit(store, 'key', 'Top', { tasks })).rejects.toMatchObject({
    code: 'bad-flow',
    fields: { task: 'Last', process: 'Top', element: 'Last' },
  })
  const flow = await flowFromUnit(store, 'key', 'Top', {
    tasks,
    input: { a: of<number>(), b: of<number>() },
    result: { total: whole },
  })
  const runner = createFlowRunner({ records: recordStores[0]!.open(), flows: [flow] })
  const report = await runner.run({ id: await runner.schedule(flow, { a: 1, b: 2 }) })
  expect(report).toMatchObject({ status: 'completed', result: { a: 1, b: 2, total: 20 } })
  expect(seen).toEqual([{ a: 1 }])
  const failed = await runner.run({ id: await runner.schedule(flow, { a: 1, b: -2 }) })
  expect(failed).toMatchObject({ status: 'failed', task: 'Last', error: { code: 'invalid-value' } })
  await expect(
    flowFromUnit(store, 'key', 'Top', { tasks, input: { b: of<number>() } }),
  ).rejects.toMatchObject({ code: 'bad-flow', fields: { element: 'First' } })
  await expect(
    flowFromUnit(store, 'key', 'Top', { tasks, input: flow.input, result: { sum: of<number>() } }),
  ).rejects.toMatchObject({
    code: 'bad-flow',
    fields: { problem: expect.stringContaining("'sum'") as string },
  })
})

test('U35 the fingerprint is made of the objects of the processes and of what tasks declare, and of nothing else', async () => {
  const tasks = telling([], 'A', 'B', 'C')
  const of1 = async (
    processes: Parameters<typeof cached>,
    more: Partial<Parameters<typeof flowFromUnit>[3]> = {},
  ): Promise<string> =>
    (await flowFromUnit(await cached(...processes), 'key', 'Top', { tasks, ...more })).fingerprint
  const top = line('Top', plain('A'), call('In', 'Sub'))
  const sub = line('Sub', plain('B'))
  const before = await of1([top, sub])
  expect(await of1([top, sub, line('Else', plain('X'))])).toBe(before)
  expect(await of1([top, sub], { tasks: telling([], 'B', 'A') })).toBe(before)
  // What is drawn otherwise is another object, though the tasks are the same.
  const documented = line('Sub', plain('B', { fields: { documentation: 'new' } }))
  const others = [
    await of1([top, documented]),
    await of1([line('Top', plain('A', { name: 'A!' }), call('In', 'Sub')), sub]),
    await of1([top, sub], { version: '2' }),
    await of1([top, sub], { name: 'Other' }),
    await of1([top, sub], {
      tasks: { ...tasks, B: defineTask({ name: 'B', version: '2', run: () => undefined }) },
    }),
  ]
  expect(new Set([before, ...others]).size).toBe(6)
})
