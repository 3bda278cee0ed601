import { expect, test } from 'vitest'
import {
  cancelActivity,
  cancelProcess,
  cancelTimer,
  completeProcess,
  continueAsNew,
  defineWorkflow,
  failProcess,
  recordMarker,
  requestCancelProcess,
  scheduleActivity,
  signalProcess,
  startChildProcess,
  startTimer,
  status,
} from '../../../../ts/deciders/definitions/index.js'
import type { DecisionBatch } from '../../../../ts/deciders/definitions/index.js'
import { decideOn, happened, historyOf } from '../../../../ts/deciders/testing-kit/index.js'
import { UnitflowError } from '../../../../ts/errors/index.js'
import { of } from '../../../../ts/schema/index.js'
import { charge, order, refund, ship } from './shop.js'

const parts = { name: 'order', input: of<typeof order>(), activities: [charge, ship, refund] } as const
const child = defineWorkflow({
  ...parts,
  name: 'child',
  childPolicy: 'terminate',
  version: '3',
  decide: () => [],
})

/** What a workflow decides whose decider gives this. */
function decided(given: unknown): DecisionBatch {
  const workflow = defineWorkflow({ ...parts, children: [child], decide: () => given as [] })
  return decideOn(workflow, historyOf(workflow, order))
}

test('D8 decisions are plain JSON, and draw no id', () => {
  const all = [
    scheduleActivity(charge, order),
    scheduleActivity(ship, 'mug', {
      id: 'a1',
      category: 'desk',
      priority: 2,
      key: 'k',
      scheduleToStart: '1s',
      startToClose: '2m',
      scheduleToClose: '1h',
      heartbeat: 5,
      retry: { attempts: 2, backoff: 'fixed', jitter: 0 },
    }),
    cancelActivity({ id: 'a1' }),
    cancelActivity('a1', { reason: 'late', wait: true }),
    completeProcess({ ok: 1 }),
    startChildProcess(child, order),
    startChildProcess('order', order, { id: 'c1', tags: ['x'], childPolicy: 'request-cancel' }),
    startTimer('1.5s'),
    startTimer(10, 'data', { id: 't1' }),
  ]
  expect(all).toEqual([
    { type: 'schedule-activity', activity: 'charge', input: order },
    {
      type: 'schedule-activity',
      activity: 'ship',
      input: 'mug',
      id: 'a1',
      category: 'desk',
      priority: 2,
      key: 'k',
      scheduleToStart: 1000,
      startToClose: 120_000,
      scheduleToClose: 3_600_000,
      heartbeat: 5,
      retry: { attempts: 2, initial: 1000, factor: 1, maximum: 300_000, jitter: 0 },
    },
    { type: 'cancel-activity', id: 'a1' },
    { type: 'cancel-activity', id: 'a1', reason: 'late', wait: true },
    { type: 'complete-process', result: { ok: 1 } },
    {
      type: 'start-child-process',
      workflow: 'child',
      version: '3',
      input: order,
      tags: [],
      childPolicy: 'terminate',
    },
    {
      type: 'start-child-process',
      workflow: 'order',
      id: 'c1',
      input: order,
      tags: ['x'],
      childPolicy: 'request-cancel',
    },
    { type: 'start-timer', delay: 1500, data: undefined },
    { type: 'start-timer', id: 't1', delay: 10, data: 'data' },
  ])
  expect(decided(all).decisions).toHaveLength(8)
})

test('D9 the decisions that the original lacks', () => {
  expect([
    cancelTimer('t1'),
    cancelTimer({ id: 't2' }),
    continueAsNew(1),
    continueAsNew(1, { version: '2', tags: [] }),
    recordMarker('seen', [1]),
    signalProcess('p1', 'go', 0),
    requestCancelProcess('p1'),
    requestCancelProcess('p1', { reason: 'late' }),
  ]).toEqual([
    { type: 'cancel-timer', id: 't1' },
    { type: 'cancel-timer', id: 't2' },
    { type: 'continue-as-new', input: 1 },
    { type: 'continue-as-new', input: 1, version: '2', tags: [] },
    { type: 'record-marker', name: 'seen', details: [1] },
    { type: 'signal-process', process: 'p1', name: 'go', data: 0 },
    { type: 'request-cancel-process', process: 'p1' },
    { type: 'request-cancel-process', process: 'p1', reason: 'late' },
  ])
})

test('D10 what is falsy is kept as it is', () => {
  for (const value of [0, '', false, null, [], {}]) {
    expect(startTimer(0, value)).toHaveProperty('data', value)
    expect(signalProcess('p', 's', value)).toHaveProperty('data', value)
    expect(recordMarker('m', value)).toHaveProperty('details', value)
    expect(completeProcess(value)).toHaveProperty('result', value)
    expect(failProcess({ details: value })).toHaveProperty('details', value)
    expect(cancelProcess({ reason: '', details: value })).toEqual({
      type: 'cancel-process',
      reason: '',
      details: value,
    })
  }
})

test('D7 a process fails with a reason, with an error, or as an activity has ended', () => {
  expect(failProcess()).toEqual({ type: 'fail-process' })
  expect(failProcess({ reason: 'empty', details: 1 })).toEqual({
    type: 'fail-process',
    reason: 'empty',
    details: 1,
  })
  const error = new UnitflowError('canceled', 'off', { reason: 'x' }, { cause: new TypeError('deep') })
  const failure = failProcess(error)
  expect(failure).toMatchObject({
    type: 'fail-process',
    reason: 'off',
    error: { code: 'canceled', message: 'off', fields: { reason: 'x' }, cause: { name: 'TypeError' } },
  })
  // Of another line or build, it would be another decision.
  expect(failure.error).not.toHaveProperty('stack')
})

test('D6 an interrupted activity hands its reason and details on', () => {
  const cause = { reason: 'empty', details: { left: 0 } }
  const cases = [
    [happened.failed(charge, cause), cause],
    [happened.canceled(charge, cause), cause],
    [happened.failed(charge, new Error('broken')), { reason: 'broken' }],
    [happened.failed(charge), { reason: 'charge failed' }],
    [happened.canceled(charge), { reason: 'charge canceled' }],
    [happened.timedOut(charge, 'heartbeat'), { reason: 'charge timed out (heartbeat)' }],
  ] as const
  for (const [happening, expected] of cases) {
    const workflow = defineWorkflow({
      ...parts,
      decide(process) {
        const payment = process.latest(charge)
        if (payment === undefined || payment.type === 'completed') return []
        if (payment.type === 'scheduled' || payment.type === 'started') return []
        return [cancelProcess(payment), failProcess(payment)]
      },
    })
    const { decisions } = decideOn(workflow, historyOf(workflow, order, [charge, happening]))
    expect(decisions[0]).toEqual({ type: 'cancel-process', ...expected })
    expect(decisions[1]).toMatchObject({ type: 'fail-process', ...expected })
  }
})

test('an argument that is none is refused where it is made', () => {
  const refused = expect.objectContaining({ code: 'bad-argument' }) as unknown
  expect(() => startTimer('soon' as '1s')).toThrow(refused)
  expect(() => cancelActivity(undefined as never)).toThrow()
  expect(() => cancelActivity({} as never)).toThrow(refused)
  expect(() => cancelTimer('')).toThrow(refused)
  expect(() => scheduleActivity(charge, order, { heartbeat: -1 })).toThrow(refused)
  expect(() => scheduleActivity(charge, order, { retry: { attempts: 0 } })).toThrow(refused)
})

test('D59 nothing, one decision, an activity, or many', () => {
  for (const nothing of [undefined, null, false, 0, '', [], new Set(), [[], [null, [undefined]]]]) {
    expect(decided(nothing)).toEqual({ decisions: [] })
  }
  expect(decided(completeProcess(1)).decisions).toEqual([completeProcess(1)])
  expect(decided(charge).decisions).toEqual([scheduleActivity(charge, order)])
  expect(decided([charge, startTimer(1)]).decisions).toEqual([scheduleActivity(charge, order), startTimer(1)])
})

test('D30 any iterable of decisions will do', () => {
  const timers = [startTimer(1), startTimer(2)]
  function* generated(): Generator {
    yield timers[0]
    yield [timers[1]]
  }
  const iterables = [
    timers,
    new Set(timers),
    new Map([['a', timers]]).values(),
    generated(),
    [timers[0], [[timers[1]]]],
  ]
  for (const iterable of iterables) expect(decided(iterable).decisions).toEqual(timers)
})

test('D59 anything else is refused, and told by its kind alone', () => {
  const cyclic: unknown[] = []
  cyclic.push(cyclic)
  const wrong: readonly (readonly [unknown, string, string])[] = [
    ['secret', '', 'a string'],
    [[startTimer(1), [7]], '/1/0', 'a number'],
    [Promise.resolve([]), '', 'a promise'],
    [{ type: 'finish' }, '', "'finish'"],
    [{ type: 'toString' }, '', "'toString'"],
    [{}, '', 'an object'],
    [() => [], '', 'a function'],
    [true, '', 'a boolean'],
    [{ type: 'activity', name: 'charge', seq: 3 }, '', "'activity'"],
    [child, '', "'workflow'"],
    [cyclic, '/0'.repeat(100), 'an object'],
  ]
  for (const [given, path, found] of wrong) {
    const expected = 'decisions, an activity, or an iterable of them'
    expect(() => decided(given)).toThrow(
      expect.objectContaining({
        code: 'bad-decision',
        fields: { workflow: 'order', path, expected },
        message: expect.stringContaining(
          `found ${found.startsWith("'") ? `something of type ${found}` : found}`,
        ) as string,
      }) as unknown,
    )
    expect(() => decided(given)).not.toThrow('secret')
  }
})

test('what the workflow does not list is refused', () => {
  const other = { ...charge, name: 'other' }
  for (const [given, path] of [
    [other, ''],
    [[scheduleActivity(other, order)], '/0'],
    [startChildProcess('stranger', 1), ''],
  ] as const) {
    expect(() => decided(given)).toThrow(
      expect.objectContaining({
        code: 'bad-decision',
        fields: expect.objectContaining({ path }) as unknown,
      }) as unknown,
    )
  }
  // Its own kind need not be listed, and cannot.
  expect(decided(startChildProcess('order', order)).decisions).toHaveLength(1)
})

test('D66 what is meant once is decided once, in the order in which it came', () => {
  const batch = [
    cancelActivity('a'),
    startTimer('1m', 'x', { id: 't' }),
    cancelActivity('b'),
    cancelActivity('a', { reason: 'another' }),
    startTimer(60_000, 'x', { id: 't' }),
    requestCancelProcess('p'),
    scheduleActivity(charge, order, { id: 'c' }),
    scheduleActivity(charge, order, { id: 'c' }),
    requestCancelProcess('p'),
    completeProcess({ a: 1, b: 2 }),
    completeProcess({ b: 2, a: 1 }),
  ]
  expect(decided(batch).decisions).toEqual([0, 1, 2, 5, 6, 9].map((at) => batch[at]))
})

test('D66 what shall happen twice is decided twice', () => {
  const twice = [
    startTimer('1m', 'x'),
    charge,
    startChildProcess(child, order),
    recordMarker('m', 1),
    signalProcess('p', 's', 1),
  ]
  expect(decided([twice, twice]).decisions).toHaveLength(10)
  // Of one id there is one; two that differ are the backend's to refuse, and not lost here.
  expect(decided([startTimer(1, 'x', { id: 't' }), startTimer(2, 'x', { id: 't' })]).decisions).toHaveLength(
    2,
  )
})

test('D80 the last status of a decision counts', () => {
  expect(decided([status('one'), charge, [status('two')]])).toEqual({
    decisions: [scheduleActivity(charge, order)],
    status: 'two',
  })
  expect(decided(status(''))).toEqual({ decisions: [], status: '' })
})

test('what a decider throws is thrown', () => {
  const error = new Error('mine')
  const workflow = defineWorkflow({
    ...parts,
    decide() {
      throw error
    },
  })
  expect(() => decideOn(workflow, historyOf(workflow, order))).toThrow(error)
})
