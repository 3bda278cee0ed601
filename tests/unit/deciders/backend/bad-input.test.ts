import { describe, expect, test } from 'vitest'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import { brokenRules } from '../history/order-rules.js'
import { BIG, HOSTILE_NAMES, LONE, wrong } from '../../checks/bad-input.js'
import { expectRefused } from '../../records/expect-refused.js'
import { activity, expectGoodTokens, MINUTE, workflow, world } from './bad-input-world.js'

describe('ids that nobody has (D23, D47)', () => {
  const ids = [
    ['unknown', 'nobody'],
    ['hostile', '__proto__'],
    ['of a method', 'constructor'],
    ['empty', ''],
    ['with a lone surrogate', LONE],
    ['of 100 characters', 'x'.repeat(100)],
    ['with a comma and a newline', 'p,1\n'],
  ] as const
  test.each(ids)('%s', async (_, id) => {
    const one = await world()
    const { backend } = one
    const error = { name: 'Error', message: 'm' }
    expect(await backend.process(id)).toBe(undefined)
    for (const call of [
      () => backend.signalProcess(id, { name: 'hurry' }),
      () => backend.cancelProcess(id),
      () => backend.cancelProcess(id, { request: true }),
      () => backend.history(id),
      () => backend.openActivities(id),
      () => backend.deleteProcess(id),
      () => backend.forkProcess(id, { at: 1 }),
    ]) {
      await expectRefused(one, call, 'no-such-process')
    }
    const token = (kind: 'a' | 'd') => (kind === 'a' ? `a,4,1,lease,${id},x` : `d,2,lease,${id}`)
    for (const call of [
      () => backend.completeDecisionTask(token('d'), []),
      () => backend.failDecisionTask(token('d'), { error }),
      () => backend.completeActivityTask(token('a'), { type: 'completed', result: 1 }),
      () => backend.heartbeat(token('a')),
    ]) {
      await expectRefused(one, call, 'no-such-process', 'bad-token')
    }
    await expectGoodTokens(one)
  })

  test('D21 a workflow that nobody has registered starts nothing', async () => {
    const one = await world()
    for (const name of ['unknown', '__proto__', 'toString', LONE, '']) {
      await expectRefused(one, () => one.backend.startProcess({ workflow: name }), 'unknown-type')
    }
  })
})

describe('names (D20)', () => {
  const names: readonly (readonly [string, unknown])[] = [
    ['empty', ''],
    ['a lone surrogate', LONE],
    ['too long', 'x'.repeat(101)],
    ['10 MB', BIG],
    ['with a space around it', ' a'],
    ['a control character', 'a\u0000b'],
    ['a number', 5],
    ['null', null],
    ['an object', {}],
  ]
  test.each(names)('%s is no name of anything', async (_, given) => {
    const one = await world()
    const { backend } = one
    const name = wrong(given)
    for (const call of [
      () => backend.startProcess({ workflow: 'order', id: name }),
      () => backend.startProcess({ workflow: 'order', tags: ['fine', name] }),
      () => backend.signalProcess('p', { name }),
      () => backend.forkProcess('p', { at: 1, id: name }),
      () => backend.registerWorkflow({ ...workflow, name }),
      () => backend.registerWorkflow({ ...workflow, category: name }),
      () => backend.registerActivity({ ...activity, name }),
      () => backend.registerActivity({ ...activity, category: name }),
    ]) {
      await expectRefused(one, call, 'bad-argument')
    }
    await expectGoodTokens(one)
  })

  test.each(HOSTILE_NAMES)('hostile ones are names like all others: %s', async (name) => {
    const { backend } = await world()
    await backend.registerWorkflow({ ...workflow, name, category: name })
    await backend.registerActivity({ ...activity, name, category: name })
    expect(await backend.startProcess({ workflow: name, id: name, tags: [name] })).toBe(name)
    const [task] = await backend.pollDecisionTasks({ category: name })
    await backend.completeDecisionTask(task?.token ?? '', [
      { type: 'schedule-activity', activity: name, id: name, input: { [name]: 1 } },
      { type: 'start-timer', id: name, delay: 0, data: name },
    ])
    const [done] = await backend.pollActivityTasks({ category: name })
    expect(done).toMatchObject({ process: name, id: name, activity: name })
    await backend.completeActivityTask(done?.token ?? '', { type: 'completed', result: name })
    expect((await backend.processes({ tag: name })).processes.map(({ id }) => id)).toEqual([name])
    const [last] = await backend.pollDecisionTasks({ category: name })
    await backend.completeDecisionTask(last?.token ?? '', [{ type: 'complete-process', result: name }])
    expect(brokenRules(await backend.history(name))).toEqual([])
    expect((await backend.process(name))?.closed?.result).toEqual({ type: 'completed', result: name })
  })
})

/** What a token that is nearly right may be refused with: it may be one of something else. */
const REFUSALS = ['bad-token', 'no-such-process', 'unknown-decision', 'unknown-activity'] as const

describe('tokens (D31, D35)', () => {
  const withToken = (backend: WorkflowBackend, token: string, kind: 'decision' | 'activity') =>
    kind === 'decision'
      ? [
          () => backend.completeDecisionTask(token, [{ type: 'complete-process', result: 1 }]),
          () => backend.failDecisionTask(token, { error: { name: 'Error', message: 'm' } }),
        ]
      : [
          () => backend.completeActivityTask(token, { type: 'completed', result: 1 }),
          () => backend.completeActivityTask(token, { type: 'failed', reason: 'no' }),
          () => backend.heartbeat(token, 1),
        ]

  const broken: readonly (readonly [string, unknown])[] = [
    ['empty', ''],
    ['a random text', 'oJ7-xq'],
    ['a lone surrogate', LONE],
    ['10 MB', BIG],
    ['10 MB of commas', ','.repeat(10 * 2 ** 20)],
    ['a number', 5],
    ['nothing', undefined],
    ['null', null],
    ['an object', {}],
    ['too many parts', 'd,2,lease,p,more,and,more'],
    ['a wrong number', 'd,-2,lease,p'],
    ['a number that is none', 'd,NaN,lease,p'],
    ['a number that is too large', `d,${'9'.repeat(30)},lease,p`],
    ['broken escapes', 'd,2,lease,%E0%A4%A'],
  ]
  test.each(broken)('a forged one: %s', async (_, token) => {
    const one = await world()
    for (const kind of ['decision', 'activity'] as const) {
      for (const call of withToken(one.backend, wrong(token), kind))
        await expectRefused(one, call, 'bad-token')
    }
    await expectGoodTokens(one)
  })

  test('one of the other kind', async () => {
    const one = await world()
    for (const call of withToken(one.backend, one.activity, 'decision'))
      await expectRefused(one, call, 'bad-token')
    for (const call of withToken(one.backend, one.decision, 'activity'))
      await expectRefused(one, call, 'bad-token')
    await expectGoodTokens(one)
  })

  test('truncated at any place', async () => {
    const one = await world()
    for (const kind of ['decision', 'activity'] as const) {
      for (let length = 1; length < one[kind].length; length++) {
        for (const call of withToken(one.backend, one[kind].slice(0, length), kind)) {
          await expectRefused(one, call, ...REFUSALS)
        }
      }
    }
    await expectGoodTokens(one)
  })

  test('with any one character changed', async () => {
    const one = await world()
    for (const kind of ['decision', 'activity'] as const) {
      for (let at = 0; at < one[kind].length; at++) {
        const token = one[kind].slice(0, at) + (one[kind][at] === '1' ? '2' : '1') + one[kind].slice(at + 1)
        for (const call of withToken(one.backend, token, kind)) {
          await expectRefused(one, call, ...REFUSALS)
        }
      }
    }
    await expectGoodTokens(one)
  })

  test('of another backend, for a process of the same id', async () => {
    const [one, other] = [await world(), await world()]
    for (const call of withToken(one.backend, other.decision, 'decision')) {
      await expectRefused(one, call, 'unknown-decision')
    }
    for (const call of withToken(one.backend, other.activity, 'activity')) {
      await expectRefused(one, call, 'unknown-activity')
    }
    await expectGoodTokens(one)
  })

  test('of another process', async () => {
    const one = await world()
    const { backend } = one
    await backend.startProcess({ workflow: 'order', id: 'q' })
    const [task] = await backend.pollDecisionTasks()
    const token = (task?.token ?? '').replace(/q$/, 'p')
    for (const call of withToken(backend, token, 'decision'))
      await expectRefused(one, call, 'unknown-decision')
    await expectGoodTokens(one)
  })

  test('D31 D39 used up, or too late', async () => {
    const one = await world()
    for (const call of withToken(one.backend, one.used, 'decision')) {
      await expectRefused(one, call, 'unknown-decision')
    }
    await one.clock.advance(MINUTE + 1)
    for (const call of withToken(one.backend, one.decision, 'decision')) {
      await expectRefused(one, call, 'unknown-decision')
    }
    await one.clock.advance(10 * MINUTE)
    for (const call of withToken(one.backend, one.activity, 'activity')) {
      await expectRefused(one, call, 'unknown-activity')
    }
  })

  test('D48 of a process that is closed; it takes nothing else either', async () => {
    const one = await world()
    const { backend } = one
    await backend.cancelProcess('p', { reason: 'planned' })
    for (const call of withToken(backend, one.decision, 'decision')) {
      await expectRefused(one, call, 'unknown-decision')
    }
    for (const call of withToken(backend, one.activity, 'activity')) {
      await expectRefused(one, call, 'unknown-activity')
    }
    await expectRefused(one, () => backend.signalProcess('p', { name: 'hurry' }), 'process-closed')
    await expectRefused(one, () => backend.cancelProcess('p'), 'process-closed')
    await expectRefused(one, () => backend.cancelProcess('p', { request: true }), 'process-closed')
    await one.clock.advance(2000 * MINUTE)
    expect(await backend.pollDecisionTasks()).toEqual([])
    expect(await backend.pollActivityTasks()).toEqual([])
    expect((await backend.history('p')).at(-1)?.type).toBe('process-closed')
  })
})

describe('what is asked for', () => {
  test('counts and places that cannot be', async () => {
    const one = await world()
    const { backend } = one
    for (const call of [
      () => backend.history('p', { limit: 0 }),
      () => backend.history('p', { limit: NaN }),
      () => backend.history('p', { limit: -1 }),
      () => backend.processes({ limit: 0 }),
      () => backend.processes({ limit: NaN }),
      () => backend.processes({ after: 'odd' }),
      () => backend.processes({ after: BIG }),
      () => backend.waitingActivities({ limit: NaN }),
      () => backend.waitingActivities({ after: '["__proto__"]' }),
      () => backend.pollActivityTasks({ limit: 1.5 }),
      () => backend.pollActivityTasks({ category: [] }),
      () => backend.pollDecisionTasks({ category: [] }),
      () => backend.forkProcess('p', { at: 0 }),
      () => backend.forkProcess('p', { at: NaN }),
      () => backend.forkProcess('p', { at: -Infinity }),
    ]) {
      await expectRefused(one, call, 'bad-argument')
    }
    await expectGoodTokens(one)
  })

  test('queues that nobody fills have nothing, and nobody who waits there is in the way (D24)', async () => {
    const one = await world()
    const before = await one.dump()
    for (const category of ['nobody', '__proto__', LONE, ['a', 'b']]) {
      expect(await one.backend.pollDecisionTasks({ category })).toEqual([])
      expect(await one.backend.pollActivityTasks({ category })).toEqual([])
    }
    expect(await one.dump()).toBe(before)
  })

  test('a process that is open is not deleted', async () => {
    const one = await world()
    await expectRefused(one, () => one.backend.deleteProcess('p'), 'process-open')
    await expectGoodTokens(one)
  })

  test('D20 an id that a process of another workflow has', async () => {
    const one = await world()
    await one.backend.registerWorkflow({ ...workflow, name: 'other' })
    await expectRefused(one, () => one.backend.startProcess({ workflow: 'other', id: 'p' }), 'process-exists')
    await expectRefused(one, () => one.backend.forkProcess('p', { at: 1, id: 'p' }), 'process-exists')
    await expectGoodTokens(one)
  })
})

const RESULTS: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'done'],
  ['a list', []],
  ['a promise', Promise.resolve(1)],
  ['without a type', {}],
  ['of no type that there is', { type: 'bogus' }],
  ['completed without a result', { type: 'completed' }],
  ['a field too many', { type: 'completed', result: 1, more: 2 }],
  ['a reason that is no text', { type: 'failed', reason: 5 }],
  ['an error that is none', { type: 'failed', error: 'x' }],
  ['a limit that there is not', { type: 'timed-out', timeout: 'bogus' }],
]
test.each(RESULTS)('D35 a result that is none: %s', async (_, result) => {
  const one = await world()
  await expectRefused(
    one,
    () => one.backend.completeActivityTask(one.activity, wrong(result)),
    'bad-argument',
  )
  await expectGoodTokens(one)
})

const FAILURES: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['without an error', {}],
  ['an error that is a text', { error: 'x' }],
  ['a delay of NaN', { error: { name: 'E', message: 'm' }, delay: NaN }],
  ['a delay of Infinity', { error: { name: 'E', message: 'm' }, delay: Infinity }],
  ['a negative delay', { error: { name: 'E', message: 'm' }, delay: -1 }],
  ['a delay in words', { error: { name: 'E', message: 'm' }, delay: '5s' }],
]
test.each(FAILURES)('a failed decision: %s', async (_, failure) => {
  const one = await world()
  await expectRefused(one, () => one.backend.failDecisionTask(one.decision, wrong(failure)), 'bad-argument')
  await expectGoodTokens(one)
})

const LISTS: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 5],
  ['one decision', { type: 'record-marker', name: 'm', details: 1 }],
  ['a promise', Promise.resolve([])],
]
test.each(LISTS)('D30 decisions that are no list: %s', async (_, decisions) => {
  const one = await world()
  const { backend, decision } = one
  await expectRefused(one, () => backend.completeDecisionTask(decision, wrong(decisions)), 'bad-argument')
  await expectGoodTokens(one)
})

test('texts that are none', async () => {
  const one = await world()
  const { backend, decision } = one
  for (const call of [
    () => backend.completeDecisionTask(decision, [], { status: wrong(5) }),
    () => backend.cancelProcess('p', { reason: wrong(5) }),
    () => backend.cancelProcess('p', { reason: wrong(5), request: true }),
    () => backend.startProcess({ workflow: 'order', tags: wrong('abc') }),
    () => backend.startProcess({ workflow: 'order', tags: wrong(5) }),
  ]) {
    await expectRefused(one, call, 'bad-argument')
  }
  const bad = backend.completeDecisionTask(decision, [
    { type: 'fail-process', error: wrong({ nonsense: 1 }) },
  ])
  await expect(bad).rejects.toMatchObject({ code: 'malformed-decision' })
  await expectGoodTokens(one)
})

test.each([NaN, -1, Infinity, '60s', undefined])('types with limits that are none: %s', async (limit) => {
  const one = await world()
  const { backend } = one
  const ms = wrong(limit)
  for (const call of [
    () => backend.registerWorkflow({ ...workflow, timeout: ms }),
    () => backend.registerWorkflow({ ...workflow, decisionTimeout: ms }),
    () => backend.registerActivity({ ...activity, startToClose: ms }),
    () => backend.registerActivity({ ...activity, scheduleToStart: ms }),
    () => backend.registerActivity({ ...activity, heartbeat: ms }),
    () => backend.registerActivity({ ...activity, priority: wrong('high') }),
    () => backend.registerActivity({ ...activity, limits: { atOnce: NaN } }),
    () => backend.registerActivity({ ...activity, retry: wrong({ attempts: -1 }) }),
    () => backend.registerWorkflow({ ...workflow, childPolicy: wrong('bogus') }),
  ]) {
    await expectRefused(one, call, 'bad-argument')
  }
})

test('D83 an attempt that has begun is the next one in a fork (rule 8 of docs/history-format.md)', async () => {
  const { backend } = await world()
  await backend.forkProcess('p', { at: 6, id: 'f' })
  await backend.pollActivityTasks()
  expect(brokenRules(await backend.history('f'))).toEqual([])
})
