import { expect, test } from 'vitest'
import { defineActivity } from '../../../../ts/deciders/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow } from '../../../../ts/units/index.js'
import type { Element } from '../../../fixtures/units/drawn-processes.mjs'
import {
  catchEvent,
  drawn,
  embed,
  end,
  exclusive,
  inclusive,
  line,
  otherwise,
  parallel,
  path,
  serviceTask,
  signal,
  specsOf,
  start,
  task,
  timer,
  when,
} from '../../../fixtures/units/drawn-processes.mjs'
import { BIG, HOSTILE_NAMES, wrong } from '../../checks/bad-input.js'
import type { WorldOptions } from './bad-input-world.js'
import { failureOf, unitWorld } from './bad-input-world.js'

type Task = Record<string, unknown>
interface Specs {
  readonly spec: { task_specs: Record<string, Task> }
  readonly subprocess_specs: Record<string, { task_specs: Record<string, Task> }>
}

const inTop = { process: 'Top', element: 'a' }
const oneTask = specsOf(line('Top', [task('a', 'a')]))
const withInner = specsOf(line('Top', [embed(line('a', [task('t', 't')]))]))

/** Specs, with something changed in them as no program writes it. */
function altered(specs: string, alter: (tasks: Record<string, Task>, specs: Specs) => void): string {
  const parsed = JSON.parse(specs) as Specs
  alter(parsed.spec.task_specs, parsed)
  return JSON.stringify(parsed)
}

/** A gateway with one flow, on a condition, and perhaps another one. */
function choice(condition: string, gateway: Element = exclusive('a'), hasDefault = true): string {
  const flows = [
    ...path('s', 'a'),
    ...when('a', condition, 't', 'e'),
    ...(hasDefault ? otherwise('a', 'e') : []),
  ]
  return specsOf(drawn('Top', [start('s'), gateway, task('t', 't'), end('e')], flows))
}

async function failed(specs: string, data: object = {}, options: WorldOptions = {}): Promise<object> {
  const world = await unitWorld(specs, options)
  await world.run(data)
  return failureOf(await world.result())
}

async function completed(specs: string, data: object = {}): Promise<readonly string[]> {
  const world = await unitWorld(specs)
  await world.run(data)
  expect((await world.result()).type).toBe('completed')
  const elements = await world.workflow.completed(world.manager, 'p')
  return elements.map(({ element }) => element)
}

test('what is no spec is refused when it is cached, and nothing is', async () => {
  for (const [field, value] of [
    ['outputs', 5],
    ['outputs', [5]],
    ['typename', 5],
    ['typename', undefined],
  ] as const) {
    const store = createMemoryStore()
    const specs = altered(oneTask, ({ a = {} }) => (a[field] = value))
    await expect(cacheElementUnitsForWorkflow(store, 'w', specs)).rejects.toMatchObject({ code: 'bad-spec' })
    expect(await store.keys('v2')[Symbol.asyncIterator]().next()).toMatchObject({ done: true })
  }
})

test('a flow into nothing leads nowhere', async () => {
  const alone = altered(oneTask, ({ a = {} }) => (a['outputs'] = ['nowhere']))
  expect(await completed(alone)).toEqual(['Top_start', 'a'])
  const beside = altered(oneTask, ({ a = {} }) => (a['outputs'] = ['nowhere', '__proto__', 'Top_end']))
  expect(await completed(beside)).toEqual(['Top_start', 'a', 'Top_end'])
})

test('a gateway without flows ends its branch', async () => {
  for (const gateway of [exclusive('a'), inclusive('a'), parallel('a')]) {
    const specs = specsOf(drawn('Top', [start('s'), gateway, end('e')], path('s', 'a')))
    expect(await completed(specs)).toEqual(['s', 'a'])
  }
})

test('a gateway of which no condition holds is told with all of them', async () => {
  for (const gateway of [exclusive('a'), inclusive('a')]) {
    expect(await failed(choice('n > 5', gateway, false), { n: 1 })).toEqual({
      code: 'no-branch',
      ...inTop,
      expressions: ['n > 5'],
    })
  }
})

const NO_CONDITIONS = [
  ...[
    'n >',
    ')(',
    '   ',
    'import os',
    '__import__("os")',
    'lambda: 1',
    'n := 1',
    'n.constructor',
    "n['__proto__']",
  ],
  ...[
    '1/0',
    'nowhere',
    '__proto__',
    'constructor',
    '('.repeat(5000),
    '\ud800',
    'n'.repeat(100_000),
    '`x`',
    '${n}',
  ],
]
test.each(NO_CONDITIONS.map((condition) => [condition.slice(0, 20), condition] as const))(
  'the condition %j is told with its element',
  async (_, condition) => {
    const failure = await failed(choice(condition), { n: 1 })
    expect(failure).toMatchObject({ code: 'bad-expression', ...inTop })
    expect(Reflect.get(failure, 'column')).toBeGreaterThan(0)
    if (condition.length < 100) expect(failure).toMatchObject({ expression: condition })
  },
)

test('an evaluator that throws, or gives what no history keeps, is told with the element', async () => {
  const evaluate = (): never => {
    throw new TypeError('planned')
  }
  expect(await failed(choice('n'), {}, { evaluate })).toMatchObject({
    code: 'bad-expression',
    ...inTop,
    expression: 'n',
  })
  const parameters = { p: { value: 'n', type: 'any' } }
  const service = specsOf(line('Top', [serviceTask('a', 'a', { operation: 'o', parameters, result: 'r' })]))
  const o = defineActivity('o', {}, () => Promise.resolve(1))
  const big = await failed(service, {}, { evaluate: () => BIG, activities: { o } })
  expect(big).toMatchObject({ code: 'element-failed', ...inTop })
  for (const given of [() => 1, Symbol('x'), Promise.resolve(1)]) {
    const failure = await failed(service, {}, { evaluate: () => given, activities: { o } })
    expect(failure).toMatchObject({ code: 'bad-expression', ...inTop, expression: 'n' })
  }
})

const NO_TIMES = [
  ...[
    '"soon"',
    '5',
    '""',
    'None',
    'True',
    '[1]',
    '"P"',
    '"PT"',
    '"P1"',
    '"PT1e3S"',
    '"PT1.2.3S"',
    '"R3/PT1S"',
  ],
  ...['"2026-99-99"', '"P99999999999999Y"', `"P${'9'.repeat(400)}D"`, 'nowhere', '"P1D"*', '\u0000'],
]
test.each(NO_TIMES)('the timer %j is told with its element', async (expression) => {
  const failure = await failed(specsOf(line('Top', [catchEvent('a', null, timer(expression))])))
  expect(failure).toMatchObject({ code: 'bad-expression', ...inTop })
  expect(expression).toContain(Reflect.get(failure, 'expression'))
})

test.each([
  [{ type: 'parallel', over: 'nowhere' }, 'element-failed'],
  [{ type: 'sequential', over: 'nowhere', as: 'i' }, 'element-failed'],
  [{ type: 'parallel', over: 'n' }, 'element-failed'],
  [{ type: 'parallel', over: '__proto__' }, 'element-failed'],
  [{ type: 'parallel', cardinality: '1.5' }, 'element-failed'],
  [{ type: 'parallel', cardinality: '"x"' }, 'element-failed'],
  [{ type: 'parallel', cardinality: 'None' }, 'element-failed'],
  [{ type: 'parallel', cardinality: ')(' }, 'bad-expression'],
  [{ type: 'parallel', cardinality: '1000000' }, 'run-limit'],
  [{ type: 'sequential', cardinality: '1000000' }, 'run-limit'],
  [{ type: 'standard', condition: 'nowhere', testBefore: true }, 'bad-expression'],
  [{ type: 'standard' }, 'run-limit'],
  [{ type: 'parallel', over: 'list', as: 'i', into: 'n', result: 'i' }, 'element-failed'],
  [{ type: 'parallel', over: 'list', as: 'i', into: 'out', result: 'never' }, 'element-failed'],
] as const)('the loop %j fails with %s', async (loop, code) => {
  const specs = specsOf(line('Top', [task('a', 'a', { loop })]))
  expect(await failed(specs, { n: 1, list: [1, 2] })).toMatchObject({ code, ...inTop })
})

test('a loop over nothing does nothing', async () => {
  for (const loop of [{ type: 'parallel' }, { type: 'sequential', cardinality: '-1' }] as const) {
    expect(await completed(specsOf(line('Top', [task('a', 'a', { loop })])))).toEqual([
      'Top_start',
      'a',
      'Top_end',
    ])
  }
})

test('a loop without end comes to its limit', async () => {
  const itself = specsOf(
    drawn('Top', [start('s'), task('a', 'a'), end('e')], [...path('s', 'a', 'e'), ...path('a', 'a')]),
  )
  const back = specsOf(
    drawn(
      'Top',
      [start('s'), task('t', 't'), exclusive('a'), end('e')],
      [...path('s', 't', 'a'), ...when('a', 'True', 't'), ...otherwise('a', 'e')],
    ),
  )
  for (const specs of [itself, back]) {
    const failure = await failed(specs, {}, { limits: { visits: 50 } })
    expect(failure).toMatchObject({ code: 'run-limit', process: 'Top', limit: 'visits', maximum: 50 })
  }
})

test('a call of itself comes to its limit, and what has called it fails as well', async () => {
  const specs = altered(oneTask, ({ a = {} }) => Object.assign(a, { typename: 'CallActivity', spec: 'Top' }))
  const world = await unitWorld(specs, { limits: { depth: 5 } })
  await world.run()
  expect(failureOf(await world.result())).toMatchObject(inTop)
  const { processes } = await world.manager.list({ limit: 100 })
  expect(processes.length).toBe(5)
  const codes = processes.map(({ closed }) => closed?.result.type === 'failed' && closed.result.error?.code)
  expect(codes).toContain('run-limit')
  expect(codes).not.toContain(undefined)
})

test.each(['Nowhere', '__proto__'])('a call of %j, which is not there, fails', async (spec) => {
  const specs = altered(oneTask, ({ a = {} }) => Object.assign(a, { typename: 'CallActivity', spec }))
  const world = await unitWorld(specs)
  expect(world.workflow.problems).toMatchObject([inTop])
  await world.run()
  expect(failureOf(await world.result())).toMatchObject({ code: 'unsupported-element', ...inTop })
  expect((await world.manager.list({ status: 'open' })).processes).toEqual([])
})

test('a subprocess that is not there fails', async () => {
  const specs = altered(withInner, ({ a = {} }) => (a['spec'] = 'Gone'))
  const world = await unitWorld(specs)
  expect(world.workflow.problems).toMatchObject([inTop])
  await world.run()
  expect(failureOf(await world.result())).toMatchObject({ code: 'unsupported-element', ...inTop })
})

test.each([
  ['a task of a type that nobody knows', oneTask, { typename: 'Teleport' }],
  ['a task without a type', oneTask, { typename: '' }],
  ['a type of the prototype', oneTask, { typename: 'constructor' }],
  [
    'an event of a kind that nobody knows',
    specsOf(line('Top', [catchEvent('a', null, signal('x'))])),
    { event_definition: { typename: 'Omen' } },
  ],
])('%s is told before the start, and fails', async (_, specs, fields) => {
  const world = await unitWorld(altered(specs, ({ a = {} }) => Object.assign(a, fields)))
  expect(world.workflow.problems).toMatchObject([inTop])
  await world.run()
  expect(failureOf(await world.result())).toMatchObject({ code: 'unsupported-element', ...inTop })
})

test('a join that a branch never comes to is told as stuck', async () => {
  const elements = [start('s'), exclusive('x'), task('t', 't'), task('u', 'u'), parallel('a'), end('e')]
  const flows = [...path('s', 'x'), ...when('x', 'n == 1', 't', 'a'), ...otherwise('x', 'u', 'a', 'e')]
  expect(await failed(specsOf(drawn('Top', elements, flows)), { n: 1 })).toEqual({
    code: 'run-stuck',
    ...inTop,
  })
})

test('elements may have any ids', async () => {
  for (const id of HOSTILE_NAMES) {
    const specs = oneTask.replaceAll('"a"', JSON.stringify(id))
    expect(await completed(specs)).toEqual(['Top_start', id, 'Top_end'])
  }
})

test('a service may set any variable', async () => {
  for (const result of HOSTILE_NAMES) {
    const specs = specsOf(line('Top', [serviceTask('a', 'a', { operation: 'o', parameters: {}, result })]))
    const world = await unitWorld(specs, { activities: { o: () => wrong({ polluted: 1 }) } })
    await world.run()
    expect(await world.result()).toEqual({
      type: 'completed',
      result: JSON.parse(`{${JSON.stringify(result)}:{"polluted":1}}`) as unknown,
    })
    expect(Reflect.get({}, 'polluted')).toBe(undefined)
  }
})
