import { describe, expect, test } from 'vitest'
import { BIG, LONE } from '../../checks/bad-input.js'
import { expectNothing, runnerOf, runThrough, worlds } from './fault-world.js'

class Point {
  x = 1
}

const CYCLE: unknown[] = []
CYCLE.push(CYCLE)

function nested(depth: number): unknown {
  let value: unknown = []
  for (let left = depth; left > 0; left--) value = [value]
  return value
}

function throwing(): never {
  throw new RangeError('planned')
}

function hostile(name: string): object {
  return Object.defineProperty(new Error('planned'), name, { get: throwing })
}

const circular = new Error('circular')
circular.cause = circular

const thrown: readonly (readonly [string, unknown, object])[] = [
  ['an error', new TypeError('planned'), { name: 'TypeError', message: 'planned' }],
  [
    'an error with a cause',
    new Error('a', { cause: new RangeError('b') }),
    { cause: { name: 'RangeError' } },
  ],
  ['a text', 'planned', { message: 'planned' }],
  ['undefined', undefined, { name: 'Error' }],
  ['null', null, { name: 'Error' }],
  ['a symbol', Symbol('planned'), { name: 'Error' }],
  ['a bigint', 5n, { name: 'Error' }],
  ['a function', () => 1, { name: 'Error' }],
  ['an object without a prototype', Object.create(null), { name: 'Error' }],
  ['an error whose cause is itself', circular, { message: 'circular' }],
  ['an error whose message throws', hostile('message'), { name: 'Error' }],
  ['an error whose name throws', hostile('name'), { name: 'Error' }],
  ['an error whose stack throws', hostile('stack'), { name: 'Error' }],
  ['an error whose code throws', hostile('code'), { name: 'Error' }],
  [
    'an object whose every property throws',
    new Proxy({}, { get: throwing, has: throwing }),
    { name: 'Error' },
  ],
  ['a message of 10 MB', new Error(BIG), { name: 'Error' }],
  ['a message of half a character', new Error(LONE), { name: 'Error' }],
]

const given: readonly (readonly [string, () => unknown, string | undefined])[] = [
  ['nothing', () => undefined, 'bad-outputs'],
  ['null', () => null, 'bad-outputs'],
  ['a text', () => 'one', 'bad-outputs'],
  ['a list', () => [1, 2], 'bad-outputs'],
  ['a function', () => () => 1, 'bad-outputs'],
  ['half of it', () => ({ one: 3 }), 'bad-outputs'],
  [
    'half of it, the rest inherited',
    () => Object.setPrototypeOf({ one: 1 }, { two: 1 }) as unknown,
    'bad-outputs',
  ],
  ['a cycle', () => ({ one: 3, two: CYCLE }), 'unsupported-value'],
  ['a function in it', () => ({ one: 3, two: () => 1 }), 'unsupported-value'],
  ['a symbol in it', () => ({ one: 3, two: Symbol('x') }), 'unsupported-value'],
  ['an instance of a class', () => ({ one: 3, two: new Point() }), 'unsupported-value'],
  ['a promise in it', () => ({ one: 3, two: Promise.resolve(1) }), 'unsupported-value'],
  ['a WeakMap', () => ({ one: 3, two: new WeakMap() }), 'unsupported-value'],
  ['a list with a hole', () => ({ one: 3, two: Array(2) }), 'unsupported-value'],
  ['what is too deep', () => ({ one: 3, two: nested(100_000) }), 'unsupported-value'],
  [
    'a getter that throws',
    () => ({
      one: 3,
      get two() {
        return throwing()
      },
    }),
    undefined,
  ],
  [
    'a getter in it that throws',
    () => ({
      one: 3,
      two: {
        get deep() {
          return throwing()
        },
      },
    }),
    undefined,
  ],
  [
    'a proxy that throws',
    () => new Proxy({}, { getOwnPropertyDescriptor: throwing, get: throwing, has: throwing }),
    undefined,
  ],
  [
    'a `then` that throws when it is looked at',
    () => ({
      one: 3,
      get then() {
        return throwing()
      },
    }),
    undefined,
  ],
  ['a thenable that throws', () => ({ then: throwing }), undefined],
  [
    'a thenable that rejects',
    () => ({ then: (_: unknown, reject: (error: unknown) => void) => reject(new Error('planned')) }),
    undefined,
  ],
]

describe.each(worlds)('%s', (_, make) => {
  test.each(thrown)(
    'S18 S21 a model that throws %s has failed, and the state is as it was',
    async (_name, error, data) => {
      const { error: told, type } = await expectNothing(make(), () => {
        throw error
      })
      expect([type, told]).toMatchObject(['failed', data])
    },
  )

  test.each(thrown)(
    'S18 one whose promise rejects with %s: the same, and it is tried again',
    async (_name, error, data) => {
      let calls = 0
      const act = async (): Promise<unknown> => {
        calls++
        await Promise.resolve()
        throw error
      }
      const retry = { attempts: 3, backoff: { initial: 1000 }, jitter: 0 }
      const { error: told, attempts } = await expectNothing(make(), act, { retry })
      expect([told, attempts, calls]).toMatchObject([data, 3, 6])
    },
  )

  test.each(given)(
    'S3 S21 a model that gives %s has failed, and nothing of it is kept',
    async (_name, value, code) => {
      const now = await expectNothing(make(), value)
      expect([now.type, now.error.code]).toEqual(['failed', code])
      const later = await expectNothing(make(), async () => value())
      expect([later.type, later.error.code]).toEqual(['failed', code])
    },
  )

  test('S18 a promise that never settles times out, and what comes after is not looked at', async () => {
    let settle: (value: unknown) => void = () => undefined
    const world = make()
    const act = (): unknown => new Promise((resolve) => (settle = resolve))
    const { type, error } = await expectNothing(world, act, { timeout: '2s' })
    expect([type, error.code]).toEqual(['timed-out', 'timed-out'])
    const before = await world.dump()
    settle({ one: 8, two: 9 })
    await world.clock.advance(10_000)
    expect(await world.dump()).toBe(before)
  })

  test('S18 one that is called off and never settles is left', async () => {
    const world = make()
    await world.state.set('given', 1)
    const abort = new AbortController()
    const runner = runnerOf(world, () => {
      // A reason that cannot be read.
      queueMicrotask(() => abort.abort(hostile('message')))
      return new Promise(() => undefined)
    })
    const { status, steps } = await runThrough(world, () => runner.run({ signal: abort.signal }))
    expect([status, steps.map(({ type }) => type)]).toEqual(['canceled', ['canceled', 'blocked']])
    expect(await world.state.names()).toEqual(['given'])
  })

  test('S23 where what says whether to try again throws, the step has failed', async () => {
    const retry = { attempts: 3, retryable: throwing }
    const act = (): never => {
      throw new Error('the model')
    }
    const { error, attempts } = await expectNothing(make(), act, { retry })
    expect([error.message, attempts]).toEqual(['the model', 1])
  })

  test('S22 what JSON cannot say is kept, and is what it was', async () => {
    const world = make()
    const values = [NaN, -0, 0, Infinity, -Infinity, 1n, undefined, null, true, '1', 1]
    for (const value of values) {
      await world.state.set('given', { value })
      const runner = runnerOf(world, ({ given: it }) => ({ one: it, two: LONE, more: () => 1 }))
      const report = await runner.run()
      expect(report.ran).toContain('first')
      expect((await runner.run()).ran).toEqual([])
      expect(await world.state.get('one')).toEqual({ value })
      expect(await world.state.get('two')).toBe(LONE)
    }
  })

  test('S6 what a model does later to what it was given and has given is seen by nobody', async () => {
    const world = make()
    await world.state.set('given', [1])
    const seen: unknown[][] = []
    const runner = runnerOf(world, ({ given: it }) => {
      const one = [1]
      seen.push(one, Array.isArray(it) ? it : [])
      return { one, two: one }
    })
    await runner.run()
    for (const one of seen) one.push('spoilt')
    expect(await world.state.snapshot()).toMatchObject({ given: [1], one: [1], two: [1] })
    expect((await runner.run()).ran).toEqual([])
  })
})
