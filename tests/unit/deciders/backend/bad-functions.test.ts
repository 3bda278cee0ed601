import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type {
  ActivityContext,
  AnyProcessView,
  AnyWorkflow,
} from '../../../../ts/deciders/definitions/index.js'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import { workflowOf } from '../../../../ts/deciders/definitions/workflow-of.js'
import {
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { of } from '../../../../ts/schema/index.js'
import { brokenRules } from '../history/order-rules.js'
import { BIG } from '../../checks/bad-input.js'
import { watchedRecords } from '../../records/watched-records.js'

/** Process `p` of a workflow that decides so, and whose only activity does that; a worker of each kind. */
async function run(
  decide: (process: AnyProcessView) => unknown,
  execute: (input: unknown, activity: ActivityContext) => unknown = () => 1,
) {
  const clock = createManualClock(1_800_000_000_000)
  const { records, dump } = watchedRecords(createMemoryRecords())
  const backend = createBackend({ records, clock })
  const activity = defineActivity('step', execute)
  const workflow: AnyWorkflow = workflowOf(
    { name: 'w', input: of<unknown>(), activities: [activity] },
    decide,
  )
  const manager = createManager({ backend, workflows: [workflow], clock })
  const decisions = createDecisionWorker(manager)
  const activities = createActivityWorker(manager, { grace: 1000 })
  await manager.ready()
  await backend.startProcess({ workflow: 'w', id: 'p' })
  const history = async () => {
    const events = await backend.history('p')
    expect(brokenRules(events)).toEqual([])
    return events
  }
  return { backend, clock, decisions, activities, history, dump }
}

const schedule = { type: 'schedule-activity', activity: 'step', id: 'x', input: 1 }
/** Schedules the activity, and closes when that has ended. */
const once = (process: AnyProcessView): unknown =>
  process.history.some(({ type }) => type === 'activity')
    ? { type: 'complete-process', result: 'over' }
    : process.unfinished().length === 0 && schedule

const CYCLE: unknown[] = []
CYCLE.push(CYCLE)

describe('D60 a decider', () => {
  const nothing: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['null', null],
    ['false', false],
    ['0', 0],
    ['an empty text', ''],
    ['NaN', NaN],
    ['an empty list', []],
    ['lists of nothing', [[], [undefined, [null]]]],
  ]
  test.each(nothing)('D59 that gives %s decides nothing', async (_, given) => {
    const { decisions, history } = await run(() => given)
    await decisions.step()
    expect((await history()).map(({ type }) => type)).toEqual([
      'process-started',
      'decision-started',
      'decision-completed',
    ])
  })

  const nonsense: readonly (readonly [string, () => unknown, string])[] = [
    ['a number', () => 5, 'bad-decision'],
    ['a text', () => 'complete-process', 'bad-decision'],
    ['a symbol', () => Symbol('x'), 'bad-decision'],
    ['a function', () => () => 1, 'bad-decision'],
    ['a promise', async () => [schedule], 'bad-decision'],
    ['a promise that never ends', () => new Promise(() => undefined), 'bad-decision'],
    ['an object', () => ({}), 'bad-decision'],
    ['a decision of no type', () => ({ type: 'launch' }), 'bad-decision'],
    ['a decision of the type __proto__', () => ({ type: '__proto__' }), 'bad-decision'],
    ['nonsense behind something good', () => [schedule, 5], 'bad-decision'],
    ['a list that holds itself', () => CYCLE, 'bad-decision'],
    ['an activity that is not its own', () => ({ ...schedule, activity: 'other' }), 'bad-decision'],
    ['a decision that lacks something', () => [schedule, { type: 'start-timer' }], 'malformed-decision'],
    ['what cannot be stored', () => ({ ...schedule, input: () => 1 }), 'unsupported-value'],
    [
      'what is too large',
      () => [schedule, { type: 'record-marker', name: 'm', details: BIG }],
      'value-too-large',
    ],
  ]
  test.each(nonsense)(
    'that gives %s has failed, with a code; nothing of it is applied (D32)',
    async (_, give, code) => {
      const { backend, clock, decisions, history } = await run(give)
      await decisions.step()
      const types = (await history()).map(({ type }) => type).filter((type) => type !== 'decision-refused')
      expect(types).toEqual(['process-started', 'decision-started', 'decision-failed'])
      expect(await backend.process('p')).toMatchObject({ failures: { count: 1, error: { code } } })
      expect(await backend.openActivities('p')).toEqual([])
      // It is asked again, a second later and no earlier.
      expect(await decisions.step()).toBe(false)
      await clock.advance(1000)
      expect(await decisions.step()).toBe(true)
      expect((await backend.process('p'))?.failures?.count).toBe(2)
    },
  )

  const thrown: readonly (readonly [string, unknown, object])[] = [
    ['an error', new TypeError('planned'), { name: 'TypeError', message: 'planned' }],
    ['a text', 'planned', { message: 'planned' }],
    ['undefined', undefined, { name: 'Error' }],
    ['null', null, { name: 'Error' }],
    ['a symbol', Symbol('planned'), { name: 'Error' }],
    ['a cycle', CYCLE, { name: 'Error' }],
    ['a bigint', 5n, { name: 'Error' }],
    ['an object without a prototype', Object.create(null), { name: 'Error' }],
  ]
  test.each(thrown)(
    'that throws %s is asked again, and what was thrown is to be seen',
    async (_, error, data) => {
      const { backend, decisions, history } = await run(() => {
        throw error
      })
      await decisions.step()
      expect((await history()).at(-1)).toMatchObject({ type: 'decision-failed', error: data })
      expect((await backend.process('p'))?.failures).toMatchObject({ count: 1, error: data })
    },
  )

  test('whose list throws midway has failed, and nothing of it is applied (D32)', async () => {
    const { backend, decisions, history } = await run(function* () {
      yield schedule
      throw new RangeError('planned')
    })
    await decisions.step()
    expect((await history()).at(-1)).toMatchObject({ type: 'decision-failed', error: { name: 'RangeError' } })
    expect(await backend.openActivities('p')).toEqual([])
  })

  test('of a worker that is never heard of again is asked again elsewhere (D16)', async () => {
    const { backend, clock, decisions, history } = await run(once)
    await backend.pollDecisionTasks()
    await clock.advance(60_000)
    expect(await decisions.step()).toBe(false)
    await clock.advance(1)
    expect(await decisions.step()).toBe(true)
    expect((await history()).map(({ type }) => type)).toContain('decision-timed-out')
    expect(await backend.openActivities('p')).toMatchObject([{ id: 'x' }])
  })
})

describe('D61 an activity', () => {
  const thrown: readonly (readonly [string, unknown])[] = [
    ['a text', 'planned'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a symbol', Symbol('planned')],
    ['a cycle', CYCLE],
    ['a function', () => 1],
    ['an object without a prototype', Object.create(null)],
  ]
  test.each(thrown)('that throws %s has failed, and the process goes on', async (_, error) => {
    const { backend, decisions, activities, history } = await run(once, () => {
      throw error
    })
    await decisions.step()
    await activities.step()
    const ended = (await history()).at(-1)
    expect(ended).toMatchObject({ type: 'activity', result: { type: 'failed', error: { name: 'Error' } } })
    await decisions.step()
    expect((await backend.process('p'))?.closed?.result).toEqual({ type: 'completed', result: 'over' })
  })

  const given: readonly (readonly [string, unknown, string])[] = [
    ['a function', () => 1, 'unsupported-value'],
    ['a symbol', Symbol('x'), 'unsupported-value'],
    ['a cycle', CYCLE, 'unsupported-value'],
    [
      'a class instance',
      new (class Money {
        readonly cents = 5
      })(),
      'unsupported-value',
    ],
    ['10 MB', BIG, 'value-too-large'],
  ]
  test.each(given)(
    'that gives %s has failed with a code, and the process goes on',
    async (_, value, code) => {
      const { backend, decisions, activities, history } = await run(once, () => value)
      await decisions.step()
      await activities.step()
      expect((await history()).at(-1)).toMatchObject({
        type: 'activity',
        result: { type: 'failed', error: { code } },
      })
      await decisions.step()
      expect((await backend.process('p'))?.closed?.result).toEqual({ type: 'completed', result: 'over' })
    },
  )

  test('whose heartbeats cannot be stored goes on without them', async () => {
    const { decisions, activities, history } = await run(once, async (_, activity) => {
      activity.heartbeat(() => 1)
      await Promise.resolve()
      activity.heartbeat(BIG)
      return 'done'
    })
    await decisions.step()
    await activities.step()
    expect((await history()).at(-1)).toMatchObject({ result: { type: 'completed', result: 'done' } })
  })

  test('D62 that never ends by itself is told to when the worker is to end, after its grace', async () => {
    let told = 0
    const { clock, decisions, activities, backend } = await run(once, async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      told = clock.now()
      signal.throwIfAborted()
    })
    await decisions.step()
    const stop = new AbortController()
    const running = activities.run({ signal: stop.signal })
    await clock.advance(5000)
    expect(await backend.openActivities('p')).toMatchObject([{ status: 'running' }])
    const begun = clock.now()
    stop.abort()
    await clock.advance(999)
    expect(told).toBe(0)
    await clock.advance(1)
    await running
    expect(told).toBe(begun + 1000)
  })
})
