import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'
import type { TaskContext } from '../../../ts/flows/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../../ts/flows/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import { BIG, LONE, wrong } from '../checks/bad-input.js'
import { endOf, flowOf } from './bad-input-world.js'

/** An execution whose first task does that, once it has come to something. */
async function run(task: (inputs: { given: unknown }, context: TaskContext) => unknown, given: unknown = 1) {
  const clock = createManualClock(1_800_000_000_000)
  const records = createMemoryRecords()
  const flow = flowOf(task)
  const runner = createFlowRunner({ records, flows: [flow], clock, lease: '10m' })
  const id = await runner.schedule(flow, { given })
  const running = runner.run()
  // Before its lease has run out: it ends because of what it does, not because it is given up.
  await clock.advance(300_000)
  const report = await running
  return { runner, records, clock, id, report, ...(await endOf({ runner, records }, id)) }
}

class Point {
  x = 1
}

const CYCLE: unknown[] = []
CYCLE.push(CYCLE)

/** A list in a list in a list. */
function nested(depth: number): unknown {
  let value: unknown = []
  for (let left = depth; left > 0; left--) value = [value]
  return value
}

function throwing(): never {
  throw new Error('a getter that throws')
}

describe('F18 a task that throws', () => {
  const hostile = (name: string): object =>
    Object.defineProperty(new Error('planned'), name, { get: throwing })
  const deep = (depth: number, text: string): Error =>
    depth === 0 ? new Error(text) : new Error(text, { cause: deep(depth - 1, text) })
  const circular = new Error('circular')
  circular.cause = circular

  const thrown: readonly (readonly [string, unknown, object])[] = [
    ['an error', new TypeError('planned'), { name: 'TypeError', message: 'planned' }],
    [
      'an error with a cause',
      new Error('a', { cause: new RangeError('b') }),
      { cause: { name: 'RangeError' } },
    ],
    ['a text', 'planned', { name: 'Error', message: 'planned' }],
    ['undefined', undefined, { name: 'Error' }],
    ['null', null, { name: 'Error' }],
    ['a number', 0, { name: 'Error' }],
    ['NaN', NaN, { name: 'Error' }],
    ['a bigint', 5n, { name: 'Error' }],
    ['a symbol', Symbol('planned'), { name: 'Error' }],
    ['a function', () => 1, { name: 'Error' }],
    ['a plain object', { reason: 'planned' }, { name: 'Error' }],
    ['an object without a prototype', Object.create(null), { name: 'Error' }],
    ['a cycle', CYCLE, { name: 'Error' }],
    ['a promise', Promise.resolve(1), { name: 'Error' }],
    ['a frozen error', Object.freeze(new Error('planned')), { message: 'planned' }],
    ['an error whose message is no text', Object.assign(new Error('x'), { message: 5 }), {}],
    ['an error whose cause is itself', circular, { message: 'circular' }],
    ['an error whose message throws', hostile('message'), { name: 'Error' }],
    ['an error whose name throws', hostile('name'), { name: 'Error' }],
    ['an error whose stack throws', hostile('stack'), { name: 'Error' }],
    ['an error whose cause throws', hostile('cause'), { name: 'Error' }],
    ['an error whose code throws', hostile('code'), { name: 'Error' }],
    ['an object whose toJSON throws', { toJSON: throwing }, { name: 'Error' }],
    [
      'an object whose every property throws',
      new Proxy({}, { get: throwing, has: throwing }),
      { name: 'Error' },
    ],
    [
      'an object that is of no type',
      Object.defineProperty([CYCLE], Symbol.toStringTag, { get: throwing }),
      {},
    ],
    ['a message of 10 MB', new Error(BIG), { name: 'Error' }],
    ['a text of 10 MB', BIG, { name: 'Error' }],
    ['a message of half a character', new Error(LONE), { name: 'Error' }],
    ['50 causes of 20,000 characters each', deep(50, 'x'.repeat(20_000)), { name: 'Error' }],
    ['50 causes of characters that take six', deep(50, '\u0001'.repeat(20_000)), { name: 'Error' }],
    ['50 causes of characters that take three', deep(50, '€'.repeat(20_000)), { name: 'Error' }],
  ]
  test.each(thrown)('%s has failed, and what was thrown is in the history', async (_, error, data) => {
    const {
      events,
      report,
      error: told,
    } = await run(() => {
      throw error
    })
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['task-failed', 'flow-failed'])
    expect(told).toMatchObject(data)
    expect(typeof told?.message).toBe('string')
    expect(report).toMatchObject({ status: 'failed', task: 'first', error: told })
  })

  test.each(thrown)('%s in a promise: the same', async (_, error, data) => {
    const { events, error: told } = await run(async () => {
      await Promise.resolve()
      throw error
    })
    expect(events.at(-1)?.type).toBe('flow-failed')
    expect(told).toMatchObject(data)
  })
})

describe('F7 F26 a task that gives', () => {
  const bad: readonly (readonly [string, () => unknown, string])[] = [
    ['nothing', () => undefined, 'bad-outputs'],
    ['null', () => null, 'bad-outputs'],
    ['a text', () => 'out', 'bad-outputs'],
    ['a list', () => [1], 'bad-outputs'],
    ['a function', () => () => 1, 'bad-outputs'],
    ['a symbol', () => Symbol('x'), 'bad-outputs'],
    ['an empty object', () => ({}), 'bad-outputs'],
    ['what it does not declare', () => ({ out: 1, more: 2 }), 'bad-outputs'],
    ['another name', () => ({ Out: 1 }), 'bad-outputs'],
    ['__proto__ beside it', () => JSON.parse('{"out":1,"__proto__":{"x":1}}') as unknown, 'bad-outputs'],
    ['what it inherits', () => Object.create({ out: 1 }) as unknown, 'bad-outputs'],
    ['a map', () => new Map([['out', 1]]), 'bad-outputs'],
    ['a function as output', () => ({ out: () => 1 }), 'unsupported-value'],
    ['a symbol as output', () => ({ out: Symbol('x') }), 'unsupported-value'],
    ['an instance of a class', () => ({ out: new Point() }), 'unsupported-value'],
    ['a promise as output', () => ({ out: Promise.resolve(1) }), 'unsupported-value'],
    ['a cycle', () => ({ out: CYCLE }), 'unsupported-value'],
    ['a list with a hole', () => ({ out: Array(2) }), 'unsupported-value'],
    ['something that is too deep', () => ({ out: nested(100_000) }), 'unsupported-value'],
    ['10 MB', () => ({ out: BIG }), 'value-too-large'],
    ['10 MB in many parts', () => ({ out: Array(1024).fill('x'.repeat(10_240)) }), 'value-too-large'],
  ]
  test.each(bad)('%s has failed, with a code, and its flow with it', async (_, give, code) => {
    const { events, error, runner, id } = await run(() => give())
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['task-failed', 'flow-failed'])
    expect(error?.code).toBe(code)
    expect(await runner.context(id)).toEqual({ given: 1 })
  })

  test.each([
    ['whose getter throws', () => Object.defineProperty({}, 'out', { enumerable: true, get: throwing })],
    ['that is a proxy that throws', () => new Proxy({ out: 1 }, { ownKeys: throwing })],
    ['whose then throws', () => Object.defineProperty({}, 'then', { get: throwing })],
  ])('an object %s has failed', async (_, give) => {
    const { error } = await run(() => give())
    expect(error).toMatchObject({ name: 'Error', message: 'a getter that throws' })
  })

  const good: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['null', null],
    ['NaN', NaN],
    ['-0', -0],
    ['a bigint', 5n],
    ['a date', new Date(5)],
    ['bytes', new Uint8Array([1, 2])],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
    ['half a character', LONE],
    ['names that are no names', JSON.parse('{"__proto__":{"x":1},"constructor":2,"":3,"then":4}')],
    ['a deep list', nested(500)],
    ['half a megabyte', 'x'.repeat(2 ** 19)],
  ]
  test.each(good)('%s: the next task is handed the same', async (_, value) => {
    const clock = createManualClock(1)
    const records = createMemoryRecords()
    const seen: unknown[] = []
    const give = defineTask({
      name: 'give',
      inputs: { given: of<unknown>() },
      outputs: { out: of<unknown>() },
      run: ({ given }) => ({ out: given }),
    })
    const take = defineTask({
      name: 'take',
      inputs: { out: of<unknown>() },
      run: ({ out }) => void seen.push(out),
    })
    const flow = defineFlow('good', [give, take])
    const runner = createFlowRunner({ records, flows: [flow], clock })
    const id = await runner.schedule(flow, { given: value })
    await runner.run()
    expect(seen).toEqual([value])
    expect(await runner.context(id)).toEqual({ given: value, out: value })
    await endOf({ runner, records }, id)
  })
})

describe('F26 a task that never settles', () => {
  test('has timed out', async () => {
    const { events, error } = await run(() => new Promise(() => undefined))
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['task-timed-out', 'flow-failed'])
    expect(error).toMatchObject({ code: 'timed-out', fields: { milliseconds: 60_000 } })
  })

  test('but what it hands out is a thenable: the same', async () => {
    const { error } = await run(() => ({ then: () => undefined }))
    expect(error).toMatchObject({ code: 'timed-out' })
  })

  test('and is canceled is let go, whether it listens or not', async () => {
    for (const listens of [true, false]) {
      const clock = createManualClock(1_800_000_000_000)
      const records = createMemoryRecords()
      const flow = flowOf(
        (_, { signal }) =>
          new Promise((_resolve, reject) => {
            if (listens) signal.addEventListener('abort', () => reject(signal.reason as Error))
          }),
        Infinity,
      )
      const runner = createFlowRunner({ records, flows: [flow], clock })
      const id = await runner.schedule(flow, { given: 1 })
      const running = runner.run()
      await clock.advance(1000)
      await runner.cancel(id, { reason: 'planned' })
      await clock.advance(10_000)
      expect(await running).toMatchObject({ status: 'canceled' })
      const { events } = await endOf({ runner, records }, id)
      expect(events.at(-1)).toMatchObject({ type: 'flow-canceled', reason: 'planned' })
    }
  })

  test('in time is heard no more when it does', async () => {
    let settle: (value: unknown) => void = () => undefined
    const { events, runner, id, clock } = await run(() => new Promise((resolve) => (settle = resolve)))
    settle({ out: 'late' })
    await clock.advance(1000)
    expect(await runner.history(id)).toEqual(events)
  })
})

test('F26 a thenable that is rejected with nothing is a failure like any other', async () => {
  const { events, error } = await run(() => ({ then: (_: unknown, reject: () => void) => reject() }))
  expect(events.at(-1)?.type).toBe('flow-failed')
  expect(error?.name).toBe('Error')
})

test('F15 what a task does to its inputs is seen by nobody, nor what it does to its outputs later', async () => {
  const outputs = { list: [1] }
  const { runner, id } = await run(
    ({ given }) => {
      Object.assign(given as object, { spoilt: true })
      return { out: outputs }
    },
    { fine: true },
  )
  outputs.list.push(2)
  expect(await runner.context(id)).toEqual({ given: { fine: true }, out: { list: [1] } })
})

test('F30 progress and heartbeats that say nothing of use end nothing', async () => {
  const { events, report } = await run((_, task) => {
    for (const percent of [NaN, Infinity, -5, 'half', null, undefined, {}]) task.progress(wrong(percent))
    task.progress(5, wrong(Symbol('x')))
    task.progress(5, BIG)
    task.heartbeat(BIG)
    expect(() => task.heartbeat(() => 1)).toThrow()
    return { out: 1 }
  })
  expect(events.at(-1)?.type).toBe('flow-completed')
  expect(report?.status).toBe('completed')
})

test('F30 a policy whose function throws gives the task up, and tells', async () => {
  const told: unknown[] = []
  const task = defineTask({
    name: 'first',
    retry: { attempts: 5, retryable: throwing },
    run: () => {
      throw new Error('planned')
    },
  })
  const flow = defineFlow('policy', [task])
  const records = createMemoryRecords()
  const runner = createFlowRunner({ records, flows: [flow], onError: (error) => told.push(error) })
  const id = await runner.schedule(flow, {})
  expect(await runner.run()).toMatchObject({ status: 'failed', error: { message: 'planned' } })
  expect(told).toMatchObject([{ message: 'a getter that throws' }])
  await endOf({ runner, records }, id)
})
