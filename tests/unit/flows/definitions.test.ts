import { expect, test } from 'vitest'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import type { AnyTask, Fields } from '../../../ts/flows/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../../ts/flows/index.js'
import { wrong } from '../checks/bad-input.js'
import { problemOf } from '../errors/problem-of.js'

/** A task whose inputs and outputs are known by name alone: what the compiler refuses is what is tested here. */
function task(
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  replaces: readonly string[] = [],
) {
  const fields = (names: readonly string[]): Fields =>
    Object.fromEntries(names.map((one) => [one, of<unknown>()]))
  return defineTask({ name, inputs: fields(inputs), outputs: fields(outputs), replaces, run: () => ({}) })
}

test('F1 a task is frozen, and needs a name and a function alone', () => {
  const bare = defineTask({ name: 'bare', run: () => undefined })
  expect(Object.isFrozen(bare)).toBe(true)
  expect([bare.inputs, bare.outputs, bare.replaces, bare.version]).toEqual([{}, {}, [], '1'])
})

const run = (): unknown => 1

test.each([
  [{}, 'name of the task'],
  [{ name: '' }, 'name of the task'],
  [{ name: 'x' }, 'run'],
  [{ name: 'x', run: 1 }, 'run'],
  [{ name: 'x', run, inputs: [] }, 'inputs'],
  [{ name: 'x', run, inputs: { a: 1 } }, 'inputs.a'],
  [{ name: 'x', run, outputs: { a: {} } }, 'outputs.a'],
  [{ name: 'x', run, outputs: { ' a': of() } }, 'outputs'],
  [{ name: 'x', run, replaces: ['a'] }, 'replaces'],
  [{ name: 'x', run, replaces: 'a' }, 'replaces'],
  [{ name: 'x', run, timeout: 'soon' }, 'timeout'],
  [{ name: 'x', run, heartbeat: -1 }, 'heartbeat'],
  [{ name: 'x', run, retry: { attempts: 0 } }, 'attempts'],
  [undefined, 'defineTask'],
])('F1 a definition of a task that is none is refused: %o', (definition, argument) => {
  const problem = problemOf(() => defineTask(definition as never))
  expect(problem).toMatch(/^bad-argument: /)
  expect(problem).toContain(argument)
})

test('F3 F10 a flow has a name, and one task at least', () => {
  expect(problemOf(() => defineFlow('x', []))).toMatch(/^bad-flow: .*one task/)
  expect(problemOf(() => defineFlow('', [task('a', [], [])]))).toMatch(/^bad-argument: name/)
  expect(problemOf(() => defineFlow('x', [{}] as never))).toMatch(/^bad-argument: .*list of tasks/)
  expect(problemOf(() => defineFlow('x', [task('a', [], []), task('a', [], [])]))).toMatch(
    /'a' is there twice/,
  )
  const flow = defineFlow('x', [task('a', [], []), task('b', [], [])])
  expect(flow.tasks.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(Object.isFrozen(flow) && Object.isFrozen(flow.tasks)).toBe(true)
})

test('F4 the inputs of the first task are what a flow is started with; a later one needs what is there', () => {
  const first = task('first', ['url'], ['rows'])
  expect(problemOf(() => defineFlow('x', [first, task('b', ['url', 'rows'], [])]))).toBe('nothing')
  expect(problemOf(() => defineFlow('x', [first, task('b', ['total'], [])]))).toBe(
    "bad-flow: flow 'x': task 'b' needs 'total', which no task before it gives (F4)",
  )
  expect(problemOf(() => defineFlow('x', [task('b', ['rows'], []), first]))).toMatch(/needs 'url'/)
})

test('F2 F5 F6 a name is given once, unless the task says that it replaces it', () => {
  const first = task('first', ['url'], ['rows'])
  expect(problemOf(() => defineFlow('x', [first, task('b', [], ['rows'])]))).toMatch(
    /^bad-flow: .*gives 'rows'/,
  )
  expect(problemOf(() => defineFlow('x', [task('b', ['url'], ['url'])]))).toMatch(/^bad-flow: .*gives 'url'/)
  expect(problemOf(() => defineFlow('x', [first, task('b', ['rows'], ['rows'], ['rows'])]))).toBe('nothing')
  expect(problemOf(() => defineFlow('x', [first, task('b', [], ['y'], ['y'])]))).toMatch(/replaces 'y'/)
})

test('F8 F28 a fingerprint tells names, order, inputs, outputs and versions apart, and nothing that is tuned', () => {
  const print = (...tasks: readonly AnyTask[]): string => defineFlow('x', tasks).fingerprint
  const a = task('a', ['x'], ['y'])
  const b = task('b', ['x'], ['z'])
  expect(print(a, b)).toMatch(/^[0-9a-f]{16}$/)
  expect(print(a, b)).toBe(print(task('a', ['x'], ['y']), b))
  const others = [
    print(b, a),
    print(a),
    print(task('a2', ['x'], ['y']), b),
    print(task('a', ['x'], ['y', 'more']), b),
    defineFlow('x', [a, b], { version: '2' }).fingerprint,
    defineFlow('y', [a, b]).fingerprint,
    print(
      defineTask({
        name: 'a',
        version: '2',
        inputs: { x: of() },
        outputs: { y: of() },
        run: () => ({ y: 1 }),
      }),
      b,
    ),
  ]
  expect(new Set([print(a, b), ...others]).size).toBe(others.length + 1)
  const tuned = defineTask({
    name: 'a',
    inputs: { x: of() },
    outputs: { y: of() },
    retry: { attempts: 9 },
    timeout: '1m',
    run: () => ({ y: 1 }),
  })
  expect(print(tuned, b)).toBe(print(a, b))
})

test('F28 tasks that are added to the list later are no part of the flow', () => {
  const tasks: AnyTask[] = [task('a', [], [])]
  const flow = defineFlow('x', tasks)
  tasks.push(task('b', [], []))
  expect(flow.tasks).toHaveLength(1)
})

test.each([
  ['Zod', { text: z.string().trim(), base: z.number().default(10) }, { number: z.coerce.number() }],
  [
    'Valibot',
    { text: v.pipe(v.string(), v.trim()), base: v.optional(v.number(), 10) },
    { number: v.pipe(v.string(), v.transform(Number), v.number()) },
  ],
  ['ArkType', { text: type('string.trim'), base: type('number') }, { number: type('string.numeric.parse') }],
])(
  'F7 schemas of %s make of inputs and outputs what is stored, and refuse what is wrong',
  async (_, inputs, outputs) => {
    const parse = defineTask({
      name: 'parse',
      inputs,
      outputs,
      run: ({ text }) => ({ number: text }),
    })
    const flow = defineFlow('parse', [parse])
    const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
    await runner.schedule('parse', { text: ' 12 ', base: 10 })
    const result = { text: '12', base: 10, number: 12 }
    expect(await runner.run()).toMatchObject({ status: 'completed', result })
    await expect(runner.schedule('parse', { text: 5, base: 10 })).rejects.toMatchObject({
      code: 'invalid-value',
    })
    await runner.schedule('parse', { text: 'none', base: 10 })
    expect(await runner.run()).toMatchObject({
      status: 'failed',
      task: 'parse',
      error: { code: 'invalid-value' },
    })
  },
)

test('F7 an input that a schema fills in may be left out', async () => {
  const task = defineTask({ name: 'base', inputs: { base: z.number().default(10) }, run: () => undefined })
  const flow = defineFlow('base', [task])
  const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
  await runner.schedule(flow, {})
  expect(await runner.run()).toMatchObject({ status: 'completed', result: { base: 10 } })
})

test.each([
  ['nothing', () => undefined, 'did not return "total"'],
  ['a number', () => 5, 'it returned number'],
  ['a list', () => [1], 'did not return'],
  ['another name', () => ({ sum: 1 }), 'which it does not declare'],
  ['one more', () => ({ total: 1, sum: 1 }), 'which it does not declare'],
])(
  'F7 F26 a task that returns %s instead of its outputs has failed, and its flow does not hang',
  async (_, run, said) => {
    const wrong = defineTask({ name: 'wrong', outputs: { total: of<number>() }, run: run as never })
    const flow = defineFlow('wrong', [wrong])
    const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
    await runner.schedule(flow, {})
    const report = await runner.run()
    expect(report).toMatchObject({ status: 'failed', error: { code: 'bad-outputs' } })
    expect(report?.status === 'failed' && report.error.message).toContain(said)
  },
)

test('F7 what a flow is scheduled with is refused with all that is wrong with it, and where', async () => {
  const flow = defineFlow('x', [task('a', ['a/b', '~', 'c'], [])])
  const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
  await expect(runner.schedule('x', { c: 1, d: 1, e: 1 })).rejects.toMatchObject({
    code: 'invalid-value',
    message:
      "input of flow 'x': /a~1b: it is missing; /~0: it is missing; /d: no input of the first task; and 1 more",
    fields: {
      subject: "input of flow 'x'",
      issues: [{ path: '/a~1b' }, { path: '/~0' }, { path: '/d' }, { path: '/e' }],
    },
  })
  await expect(runner.schedule('x', wrong([]))).rejects.toMatchObject({
    message: "input of flow 'x': expected an object of inputs",
    fields: { issues: [{ path: '' }] },
  })
})
