import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'
import type { FlowRunner } from '../../../ts/flows/index.js'
import { createFlowRunner, defineFlow, defineTask, of, readFlows } from '../../../ts/flows/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import { BIG, HOSTILE_NAMES, LONE, wrong } from '../checks/bad-input.js'
import { expectRefused } from '../records/expect-refused.js'
import { endOf, world } from './bad-input-world.js'

/** All that is asked of one execution. */
function callsOf(runner: FlowRunner, id: string): readonly (() => Promise<unknown>)[] {
  return [
    () => runner.execution(id),
    () => runner.history(id),
    () => runner.context(id),
    () => runner.taskNames(id),
    () => runner.progress(id),
    () => runner.result(id),
    () => runner.watch(id).next(),
    () => runner.run({ id }),
    () => runner.rerun(id),
    () => runner.rerun(id, { anew: true }),
    () => runner.reschedule(id),
    () => runner.cancel(id),
    () => runner.pause(id),
    () => runner.resume(id),
    () => runner.delete(id),
  ]
}

describe('F12 ids that nobody has', () => {
  const ids: readonly (readonly [string, unknown])[] = [
    ['unknown', 'nobody'],
    ['empty', ''],
    ['of 101 characters', 'x'.repeat(101)],
    ['10 MB', BIG],
    ['with half a character', LONE],
    ['with a control character', 'a\u0000b'],
    ['a number', 5],
    ['null', null],
    ['undefined', undefined],
    ['an object', { id: 'failed' }],
    ['a list', ['failed']],
    ...HOSTILE_NAMES.map((id) => [id, id] as const),
  ]
  test.each(ids)('%s', async (_, id) => {
    const one = await world()
    const isAsked = id !== undefined
    for (const call of callsOf(one.runner, wrong(id))) {
      // Without an id, `run` runs whatever waits.
      if (isAsked || !String(call).includes('runner.run('))
        await expectRefused(one, call, 'no-such-execution')
    }
  })
})

describe('F12 F19 what is refused of an execution that is', () => {
  const refused: Readonly<Record<string, readonly ((runner: FlowRunner, id: string) => Promise<unknown>)[]>> =
    {
      completed: [run, rerun, reschedule, cancel, pause, resume],
      failed: [run, cancel, pause, resume],
      canceled: [run, cancel, pause, resume],
      paused: [run, rerun, reschedule, pause, remove],
      scheduled: [rerun, reschedule, resume, remove],
      running: [run, rerun, reschedule, resume, remove],
    }
  test.each(Object.entries(refused))('%s', async (status, calls) => {
    const one = await world()
    expect((await one.runner.execution(status)).status).toBe(status)
    for (const call of calls) await expectRefused(one, () => call(one.runner, status), 'illegal-transition')
  })

  function run(runner: FlowRunner, id: string) {
    return runner.run({ id })
  }
  function rerun(runner: FlowRunner, id: string) {
    return runner.rerun(id)
  }
  function reschedule(runner: FlowRunner, id: string) {
    return runner.reschedule(id)
  }
  function cancel(runner: FlowRunner, id: string) {
    return runner.cancel(id)
  }
  function pause(runner: FlowRunner, id: string) {
    return runner.pause(id)
  }
  function resume(runner: FlowRunner, id: string) {
    return runner.resume(id)
  }
  function remove(runner: FlowRunner, id: string) {
    return runner.delete(id)
  }
})

describe('F7 F10 what a flow is scheduled with', () => {
  class Point {
    x = 1
  }
  const cycle: unknown[] = []
  cycle.push(cycle)
  let deep: unknown = []
  for (let left = 100_000; left > 0; left--) deep = [deep]

  const inputs: readonly (readonly [
    string,
    unknown,
    'invalid-value' | 'unsupported-value' | 'value-too-large',
  ])[] = [
    ['nothing', undefined, 'invalid-value'],
    ['null', null, 'invalid-value'],
    ['a text', 'isGood', 'invalid-value'],
    ['a list', [true], 'invalid-value'],
    ['a function', () => ({ isGood: true }), 'invalid-value'],
    ['an empty object', {}, 'invalid-value'],
    ['what it inherits', Object.create({ isGood: true }), 'invalid-value'],
    ['something too many', { isGood: true, more: 1 }, 'invalid-value'],
    ['__proto__ beside it', JSON.parse('{"isGood":true,"__proto__":1}'), 'invalid-value'],
    ['a function in it', { isGood: () => true }, 'unsupported-value'],
    ['a symbol in it', { isGood: Symbol('x') }, 'unsupported-value'],
    ['an instance of a class', { isGood: new Point() }, 'unsupported-value'],
    ['a promise', { isGood: Promise.resolve(true) }, 'unsupported-value'],
    ['a cycle', { isGood: cycle }, 'unsupported-value'],
    ['a list with a hole', { isGood: Array(2) }, 'unsupported-value'],
    ['something too deep', { isGood: deep }, 'unsupported-value'],
    ['10 MB', { isGood: BIG }, 'value-too-large'],
  ]
  test.each(inputs)('%s', async (_, input, code) => {
    const one = await world()
    await expectRefused(one, () => one.runner.schedule('plain', wrong(input)), code)
    await expectRefused(
      one,
      () => one.runner.schedule('plain', wrong(input), { id: 'fresh', delay: '1h' }),
      code,
    )
  })

  test('an input whose getter throws is the caller\u2019s error', async () => {
    const one = await world()
    const before = await one.dump()
    const input = Object.defineProperty({}, 'isGood', {
      enumerable: true,
      get: () => {
        throw new RangeError('planned')
      },
    })
    await expect(one.runner.schedule('plain', wrong(input))).rejects.toThrow('planned')
    expect(await one.dump()).toBe(before)
  })

  test.each(['unknown', ...HOSTILE_NAMES])('F9 a flow that there is not: %s', async (name) => {
    const one = await world()
    await expectRefused(one, () => one.runner.schedule(name, {}), 'unknown-flow')
  })

  const names: readonly unknown[] = ['', LONE, 'x'.repeat(101), BIG, ' a', 'a\u0000b', 5, null, {}]
  test.each(names.map((name) => [name]))('names that are none: %#', async (name) => {
    const one = await world()
    const bad = wrong(name)
    const input = { isGood: true }
    for (const call of [
      () => one.runner.schedule('plain', input, { id: bad }),
      () => one.runner.schedule('plain', input, { tags: wrong(['fine', name]) }),
      ...(name === null ? [] : [() => one.runner.schedule('plain', input, { key: bad })]),
    ]) {
      await expectRefused(one, call, 'bad-argument')
    }
  })

  test('times that are none, and tags that are no list', async () => {
    const one = await world()
    for (const options of [
      { at: NaN },
      { at: Infinity },
      { at: 'soon' },
      { at: new Date(NaN) },
      { at: {} },
      { at: null },
      { delay: -1 },
      { delay: NaN },
      { delay: 'soon' },
      { delay: Infinity },
      { delay: {} },
      { tags: 'abc' },
      { tags: 5 },
    ]) {
      await expectRefused(
        one,
        () => one.runner.schedule('plain', { isGood: true }, wrong(options)),
        'bad-argument',
      )
    }
  })

  test('F10 an id that an execution of another flow has; of the same, nothing happens', async () => {
    const one = await world()
    await expectRefused(
      one,
      () => one.runner.schedule('long', { isGood: true }, { id: 'failed' }),
      'execution-exists',
    )
    const before = await one.dump()
    expect(await one.runner.schedule('plain', { isGood: true }, { id: 'failed' })).toBe('failed')
    expect(await one.dump()).toBe(before)
  })
})

describe('what is asked for', () => {
  test('F31 filters, counts and cursors that cannot be', async () => {
    const one = await world()
    for (const asked of [
      null,
      5,
      { limit: 0 },
      { limit: -1 },
      { limit: 1.5 },
      { limit: NaN },
      { limit: '5' },
      { status: 'bogus' },
      { status: '__proto__' },
      { status: 5 },
      { flow: '' },
      { flow: 5 },
      { flow: LONE },
      { tag: BIG },
      { tag: {} },
      { since: NaN },
      { since: 'yesterday' },
      { before: Infinity },
      { after: '' },
      { after: 'odd' },
      { after: BIG },
      { after: 5 },
      { after: '["__proto__"]' },
      { after: '{}' },
      { after: 'null' },
      { after: '[1e999,"x"]' },
    ]) {
      for (const reader of [one.runner, readFlows(one.records)]) {
        await expectRefused(one, () => reader.list(wrong(asked)), 'bad-argument')
      }
    }
  })

  test('F31 a cursor from elsewhere gives what is behind that place', async () => {
    const { runner } = await world()
    const first = await runner.list({ limit: 2, status: 'canceled' })
    expect(first.executions.map(({ id }) => id)).toEqual(['canceled'])
    const { next } = await runner.list({ limit: 1 })
    await runner.delete('completed')
    expect((await runner.list({ ...(next !== undefined && { after: next }) })).executions).toHaveLength(5)
  })

  test('F31 what nobody has is not listed', async () => {
    const { runner } = await world()
    for (const name of ['unknown', '__proto__', 'constructor']) {
      expect(await runner.list({ flow: name })).toEqual({ executions: [] })
      expect(await runner.list({ tag: name })).toEqual({ executions: [] })
    }
  })

  test('F19 tasks to go on from that it never came to', async () => {
    const one = await world()
    for (const from of ['unknown', '', '__proto__', BIG, LONE, 5, null, {}]) {
      await expectRefused(one, () => one.runner.reschedule('failed', wrong({ from })), 'bad-argument')
      await expectRefused(one, () => one.runner.rerun('failed', wrong({ from })), 'bad-argument')
    }
    await expectRefused(
      one,
      () => one.runner.rerun('failed', wrong({ anew: true, from: 'try' })),
      'bad-argument',
    )
  })

  test('F16 statuses, reasons and times that are none', async () => {
    const one = await world()
    for (const call of [
      () => one.runner.run({ status: wrong('failed') }),
      () => one.runner.run({ status: wrong(5) }),
      () => one.runner.cancel('scheduled', { reason: wrong(5) }),
      () => one.runner.cancel('scheduled', { reason: wrong({}) }),
      () => one.runner.cancelAll({ status: wrong('bogus') }),
      () => one.runner.rescheduleAll({ flow: wrong(5) }),
      () => one.runner.prune({ olderThan: wrong('long') }),
      () => one.runner.prune({ olderThan: wrong(undefined) }),
      () => one.runner.prune({ olderThan: -1 }),
    ]) {
      await expectRefused(one, call, 'bad-argument')
    }
  })

  test('F30 an aborted signal begins nothing', async () => {
    const one = await world()
    const before = await one.dump()
    const signal = AbortSignal.abort(new RangeError('planned'))
    await one.runner.work({ signal })
    await one.runner.runUntilIdle({ signal })
    for (const call of [
      () => one.runner.run({ signal }),
      () => one.runner.run({ id: 'scheduled', signal }),
      () => one.runner.rerun('failed', { signal }),
      () => one.runner.result('running', { signal }),
    ]) {
      await expect(call()).rejects.toThrow('planned')
    }
    expect(await one.dump()).toBe(before)
  })
})

describe('F3 F9 definitions and runners that are none', () => {
  const options: readonly object[] = [
    { flows: undefined },
    { flows: [{}] },
    { flows: [null] },
    { flows: 'plain' },
    { concurrency: 0 },
    { concurrency: 1.5 },
    { lease: 0 },
    { lease: -1 },
    { lease: 'long' },
    { lease: Infinity },
    { owner: '' },
    { owner: LONE },
    { owner: 5 },
    { grace: 'x' },
    { grace: NaN },
    { retention: -1 },
    { timeout: 'x' },
    { retry: { attempts: 0 } },
    { retry: { attempts: 1, backoff: 'odd' } },
  ]
  test.each(options.map((one) => [one]))('a runner with %j', (given) => {
    const records = createMemoryRecords()
    const make = (): FlowRunner => createFlowRunner(wrong({ records, flows: [], ...given }))
    expect(make).toThrow(expect.objectContaining({ code: 'bad-argument' }) as Error)
  })
})

describe('hostile names are names like all others', () => {
  test.each(HOSTILE_NAMES)('F20 of flows, tasks, inputs, outputs, ids, keys and tags: %s', async (name) => {
    const records = createMemoryRecords()
    const clock = createManualClock(1)
    const other = `${name}2`
    const seen: unknown[] = []
    const make = defineTask({
      name,
      inputs: wrong(named(name, of<unknown>())),
      outputs: wrong(named(other, of<unknown>())),
      run: (inputs: object) => {
        seen.push(Object.keys(inputs), Object.getPrototypeOf(inputs))
        return wrong(named(other, Object.getOwnPropertyDescriptor(inputs, name)?.value))
      },
    })
    const replace = defineTask({
      name: other,
      inputs: wrong(named(other, of<unknown>())),
      outputs: wrong(named(name, of<unknown>())),
      replaces: wrong([name]),
      run: () => wrong(named(name, 'replaced')),
    })
    const flow = defineFlow(name, wrong([make, replace]), { limits: { atOncePerKey: 1 } })
    const runner = createFlowRunner({ records, flows: [flow], clock, owner: name })
    const input = named(name, [1])
    expect(await runner.schedule(name, input, { id: name, key: name, tags: [name] })).toBe(name)
    expect(await runner.run()).toMatchObject({ id: name, status: 'completed' })
    expect(seen).toEqual([[name], Object.prototype])
    const context = await runner.context(name)
    expect(Object.keys(context).sort()).toEqual([name, other].sort())
    expect(Object.getOwnPropertyDescriptor(context, name)?.value).toBe('replaced')
    expect(Object.getOwnPropertyDescriptor(context, other)?.value).toEqual([1])
    expect((await runner.list({ tag: name, flow: name })).executions.map(({ id }) => id)).toEqual([name])
    expect(await runner.flowNames()).toEqual([name])
    expect(await runner.taskNames(name)).toEqual([name, other])
    await endOf({ runner, records }, name)
  })
})

/** An object with one property of its own, whatever its name. */
function named(name: string, value: unknown): Record<string, unknown> {
  return Object.defineProperty({}, name, { value, enumerable: true, configurable: true, writable: true })
}
