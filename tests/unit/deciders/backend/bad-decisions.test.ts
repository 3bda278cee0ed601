import { describe, expect, test } from 'vitest'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import type { MadeDecision } from '../../../../ts/deciders/history/index.js'
import type { ErrorCode } from '../../../../ts/errors/index.js'
import { BIG, LONE, wrong } from '../../checks/bad-input.js'
import { expectRefused } from '../../records/expect-refused.js'
import type { World } from './bad-input-world.js'
import { expectGoodTokens, world } from './bad-input-world.js'

const CYCLE: unknown[] = []
CYCLE.push(CYCLE)
class Money {
  readonly cents = 5
}

const UNSUPPORTED: readonly (readonly [string, unknown])[] = [
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a cycle', CYCLE],
  ['a class instance', new Money()],
  ['a function far inside', { list: [1, { call: () => 1 }] }],
]

describe('values', () => {
  const withValue = (backend: WorkflowBackend, { decision, activity }: World, value: never) => [
    () => backend.startProcess({ workflow: 'order', id: 'q', input: value }),
    () => backend.signalProcess('p', { name: 'hurry', data: value }),
    () => backend.cancelProcess('p', { details: value }),
    () => backend.cancelProcess('p', { details: value, request: true }),
    () => backend.heartbeat(activity, value),
    () => backend.completeActivityTask(activity, { type: 'completed', result: value }),
    () => backend.completeActivityTask(activity, { type: 'failed', details: value }),
    ...(
      [
        { type: 'schedule-activity', activity: 'charge', input: value },
        { type: 'start-timer', delay: 1, data: value },
        { type: 'record-marker', name: 'm', details: value },
        { type: 'signal-process', process: 'p', name: 'hurry', data: value },
        { type: 'start-child-process', workflow: 'order', input: value, tags: [], childPolicy: 'abandon' },
      ] as const
    ).map(
      (made) => () =>
        backend.completeDecisionTask(decision, [{ type: 'record-marker', name: 'first', details: 1 }, made]),
    ),
    ...(
      [
        { type: 'complete-process', result: value },
        { type: 'cancel-process', details: value },
        { type: 'continue-as-new', input: value },
      ] as const
    ).map((made) => () => backend.completeDecisionTask(decision, [made])),
  ]

  test.each(UNSUPPORTED)('D32 %s is not stored anywhere, and nothing of the call is', async (_, value) => {
    const one = await world()
    for (const call of withValue(one.backend, one, wrong(value))) {
      await expectRefused(one, call, 'unsupported-value')
    }
    await expectGoodTokens(one)
  })

  test('D32 10 MB are not stored anywhere, and nothing of the call is', async () => {
    const one = await world()
    for (const call of withValue(one.backend, one, wrong(BIG)))
      await expectRefused(one, call, 'value-too-large')
    await expectRefused(one, () => one.backend.cancelProcess('p', { reason: BIG }), 'value-too-large')
    const status = () => one.backend.completeDecisionTask(one.decision, [], { status: BIG })
    await expectRefused(one, status, 'value-too-large')
    const error = { name: 'Error', message: BIG }
    await expectRefused(one, () => one.backend.failDecisionTask(one.decision, { error }), 'value-too-large')
    await expectGoodTokens(one)
  })
})

describe('decisions that cannot be', () => {
  const marker: MadeDecision = { type: 'record-marker', name: 'first', details: 1 }
  const timer = (delay: unknown) => ({ type: 'start-timer', delay, data: null })
  const schedule = (more: object) => ({ type: 'schedule-activity', activity: 'charge', input: 1, ...more })
  const batches: readonly (readonly [string, readonly unknown[], ErrorCode])[] = [
    ['null', [null], 'malformed-decision'],
    ['a function', [() => 1], 'malformed-decision'],
    ['a list', [[]], 'malformed-decision'],
    ['without a type', [{}], 'malformed-decision'],
    ['of the type __proto__', [{ type: '__proto__' }], 'malformed-decision'],
    ['of the type constructor', [{ type: 'constructor' }], 'malformed-decision'],
    [
      'with a field __proto__',
      [JSON.parse('{"type":"cancel-timer","id":"t","__proto__":{}}')],
      'malformed-decision',
    ],
    ['with a field too many', [{ ...marker, more: 1 }], 'malformed-decision'],
    ['a delay of NaN', [timer(NaN)], 'malformed-decision'],
    ['a delay of Infinity', [timer(Infinity)], 'malformed-decision'],
    ['a negative delay', [timer(-1)], 'malformed-decision'],
    ['a delay in words', [timer('1d')], 'malformed-decision'],
    ['a limit of NaN', [schedule({ startToClose: NaN })], 'malformed-decision'],
    ['a limit of Infinity', [schedule({ heartbeat: Infinity })], 'malformed-decision'],
    ['a negative limit', [schedule({ scheduleToStart: -1 })], 'malformed-decision'],
    ['a priority of NaN', [schedule({ priority: NaN })], 'malformed-decision'],
    ['a retry policy that is none', [schedule({ retry: { attempts: -1 } })], 'malformed-decision'],
    ['an id that is a symbol', [schedule({ id: Symbol('x') })], 'malformed-decision'],
    ['an id of 10 MB', [schedule({ id: BIG })], 'malformed-decision'],
    ['an id with a lone surrogate', [schedule({ id: LONE })], 'malformed-decision'],
    ['an activity that nobody knows', [schedule({ activity: '__proto__' })], 'unknown-type'],
    ['D36 an id that is open', [schedule({ id: 'x' })], 'id-in-use'],
    ['D36 an id twice', [schedule({ id: 'y' }), schedule({ id: 'y' })], 'id-in-use'],
    ['D46 canceling nobody', [{ type: 'cancel-activity', id: 'nobody' }], 'unknown-activity'],
    ['a timer of nobody', [{ type: 'cancel-timer', id: 'nobody' }], 'unknown-timer'],
    ['a child of a process that there is', [{ type: 'start-child-process', workflow: 'order', id: 'p', input: 1, tags: [], childPolicy: 'abandon' }], 'id-in-use'], // prettier-ignore
    ['D33 something behind the end', [{ type: 'complete-process', result: 1 }, marker], 'close-not-last'],
    ['D33 two ends', [{ type: 'complete-process', result: 1 }, { type: 'fail-process' }], 'close-not-last'],
    [
      'D33 new work at the end',
      [schedule({}), { type: 'complete-process', result: 1 }],
      'close-with-new-work',
    ],
  ]
  test.each(batches)(
    'D32 %s: nothing of the batch is applied, the refusal is in the history, the token is good',
    async (_, bad, code) => {
      const one = await world()
      const { backend, decision } = one
      const open = await backend.openActivities('p')
      const before = await backend.history('p')
      const call = backend.completeDecisionTask(decision, [marker, ...bad.map(wrong)])
      await expect(call).rejects.toMatchObject({ name: 'UnitflowError', code })
      const [refusal, ...more] = (await backend.history('p')).slice(before.length)
      expect(refusal).toMatchObject({ type: 'decision-refused', error: { code } })
      expect(more).toEqual([])
      expect(await backend.openActivities('p')).toEqual(open)
      expect((await backend.processes()).processes.map(({ id }) => id)).toEqual(['p'])
      await expectGoodTokens(one)
    },
  )

  test('D32 a list that throws midway is the error that it throws; nothing is written', async () => {
    const one = await world()
    const failure = new RangeError('planned')
    const decisions = function* (): Generator<MadeDecision> {
      yield marker
      throw failure
    }
    const before = await one.dump()
    await expect(one.backend.completeDecisionTask(one.decision, decisions())).rejects.toBe(failure)
    expect(await one.dump()).toBe(before)
    await expectGoodTokens(one)
  })

  test('D30 any iterable is a batch', async () => {
    const one = await world()
    await one.backend.completeDecisionTask(one.decision, new Set([marker]))
    expect((await one.backend.history('p')).at(-1)).toMatchObject({ type: 'marker', name: 'first' })
  })

  test('D32 10,000 decisions are applied all or none', async () => {
    const one = await world()
    const { backend, decision } = one
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...marker, details: index }))
    const bad = backend.completeDecisionTask(decision, [...many, { type: 'cancel-timer', id: 'nobody' }])
    await expect(bad).rejects.toMatchObject({ code: 'unknown-timer' })
    expect((await backend.history('p')).at(-1)?.type).toBe('decision-refused')
    const before = (await backend.process('p'))?.lastSeq ?? 0
    await backend.completeDecisionTask(decision, many)
    expect((await backend.process('p'))?.lastSeq).toBe(before + 1 + 20_000)
    const last = await backend.history('p', { after: before + 20_000 - 1 })
    expect(last).toMatchObject([{ type: 'decision' }, { type: 'marker', details: 9999 }])
  })
})
