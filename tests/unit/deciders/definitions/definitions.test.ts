import { expect, test } from 'vitest'
import type { AnyActivity } from '../../../../ts/deciders/definitions/index.js'
import { defineActivity, defineRuleSet, defineWorkflow } from '../../../../ts/deciders/definitions/index.js'
import { of } from '../../../../ts/schema/index.js'
import { charge, ship } from './shop.js'

const DAY = 86_400_000
const refused = (argument: string): unknown =>
  expect.objectContaining({
    code: 'bad-argument',
    fields: expect.objectContaining({ argument: expect.stringContaining(argument) as string }) as unknown,
  })
const workflow = (options: object = {}): unknown =>
  defineWorkflow({ name: 'w', input: of<number>(), activities: [], decide: () => [], ...options })

test('D1 names are written down: none is made of a class or a function', () => {
  expect(defineActivity('ChargeActivity', () => undefined).name).toBe('ChargeActivity')
  for (const name of ['http/PostRequest', 'Zahlung prüfen', 'a', '🛒', 'x'.repeat(100)]) {
    expect(defineActivity(name).name).toBe(name)
  }
  for (const name of ['', ' a', 'a ', 'a\nb', '\ud800', 'x'.repeat(101), 7, undefined, null]) {
    expect(() => defineActivity(name as string)).toThrow(refused('name of the activity'))
    expect(() => workflow({ name })).toThrow(refused('name of the workflow'))
  }
})

test('D2 defaults of an activity', () => {
  expect(defineActivity('a')).toMatchObject({
    type: 'activity',
    version: '1.0',
    category: 'default',
    priority: 0,
    scheduleToStart: 60_000,
    startToClose: 365 * DAY,
    scheduleToClose: 365 * DAY,
    heartbeat: 365 * DAY,
    completion: 'automatic',
    limits: {},
    retry: { attempts: 1, initial: 1000, factor: 2, maximum: 300_000, jitter: 0.5 },
  })
})

test('D2 defaults of a workflow', () => {
  expect(workflow()).toMatchObject({
    type: 'workflow',
    version: '1.0',
    category: 'default',
    timeout: 365 * DAY,
    decisionTimeout: 60_000,
    childPolicy: 'abandon',
    signals: {},
    children: [],
  })
})

test('D84 options of an activity become plain data in ms', () => {
  const activity = defineActivity('a', {
    category: 'slow',
    version: '2',
    priority: 5,
    scheduleToStart: '5m',
    heartbeat: 1500,
    scheduleToClose: '2d',
    retry: {
      attempts: Infinity,
      backoff: { initial: '2s', factor: 3, maximum: '1h' },
      timeout: '7s',
      jitter: 0,
      retryable: ['E'],
    },
    limits: { atOnce: 3, perSecond: 0.5, atOncePerKey: 1 },
  })
  expect(activity).toMatchObject({
    category: 'slow',
    version: '2',
    priority: 5,
    scheduleToStart: 300_000,
    // The timeout of an attempt, by its other name.
    startToClose: 7000,
    scheduleToClose: 2 * DAY,
    heartbeat: 1500,
    limits: { atOnce: 3, perSecond: 0.5, atOncePerKey: 1 },
  })
  expect(activity.retry).toEqual({
    attempts: null,
    initial: 2000,
    factor: 3,
    maximum: 3_600_000,
    jitter: 0,
    retryable: ['E'],
  })
  expect(defineActivity('a', { startToClose: '1s', retry: { timeout: '7s' } }).startToClose).toBe(1000)
})

test('a function that says what is tried again stays with the activity, outside of the data', () => {
  const retryable = (): boolean => true
  const activity = defineActivity('a', { retry: { attempts: 2, retryable } })
  expect(activity.retryable).toBe(retryable)
  expect(activity.retry).not.toHaveProperty('retryable')
  expect(JSON.parse(JSON.stringify(activity.retry))).toEqual(activity.retry)
})

test('a function is kept, with options or without; without one an activity is declared only', () => {
  const execute = (): number => 1
  expect(defineActivity('a', execute)).toHaveProperty('execute', execute)
  expect(defineActivity('a', {}, execute)).toHaveProperty('execute', execute)
  expect(ship).not.toHaveProperty('execute')
})

test('definitions are frozen', () => {
  const made = workflow() as { signals: object; activities: object }
  for (const one of [charge, charge.retry, charge.limits, made, made.signals, made.activities]) {
    expect(Object.isFrozen(one)).toBe(true)
  }
})

test('what is no option is refused where it is defined', () => {
  const wrong: readonly (readonly [string, object])[] = [
    ['startToClose', { startToClose: 'soon' }],
    ['heartbeat', { heartbeat: -1 }],
    ['priority', { priority: NaN }],
    ['completion', { completion: 'later' }],
    ['category', { category: '' }],
    ['version', { version: 1 }],
    ['limits.atOnce', { limits: { atOnce: 0 } }],
    ['limits.atOncePerKey', { limits: { atOncePerKey: 1.5 } }],
    ['limits.perSecond', { limits: { perSecond: 0 } }],
    ['attempts', { retry: { attempts: 0 } }],
    ['input', { input: 'Order' }],
    ['result', { result: {} }],
  ]
  for (const [argument, options] of wrong)
    expect(() => defineActivity('a', options)).toThrow(refused(argument))
  expect(() => defineActivity('a', {}, 'run' as never)).toThrow(refused('execute'))
  const wrongWorkflows: readonly (readonly [string, object])[] = [
    ['input', { input: undefined }],
    ['result', { result: 'Receipt' }],
    ["signal 's'", { signals: { s: 1 } }],
    ['name of a signal', { signals: { '': of<number>() } }],
    ['activities', { activities: [charge, defineActivity('charge')] }],
    ['children', { children: [workflow(), workflow()] }],
    ['timeout', { timeout: 'x' }],
    ['decisionTimeout', { decisionTimeout: NaN }],
    ['childPolicy', { childPolicy: 'kill' }],
    ['decide', { decide: undefined }],
  ]
  for (const [argument, options] of wrongWorkflows) expect(() => workflow(options)).toThrow(refused(argument))
})

test('a decider keeps its this', () => {
  const definition = {
    name: 'w',
    input: of<number>(),
    activities: [],
    text: 'kept',
    decide(): undefined {
      seen.push(this.text)
    },
  } as const
  const seen: string[] = []
  defineWorkflow(definition).decide(undefined as never)
  expect(seen).toEqual(['kept'])
})

test('a fingerprint is that of what histories speak of, and not of what is tuned', () => {
  const fingerprintOf = (options: object): string =>
    (workflow(options) as { fingerprint: string }).fingerprint
  const plain = fingerprintOf({})
  const tuned = {
    timeout: '1d',
    decisionTimeout: '1s',
    category: 'x',
    childPolicy: 'terminate',
    decide: () => 1,
  }
  expect(fingerprintOf(tuned)).toBe(plain)
  const others = [
    { name: 'v' },
    { version: '2' },
    { activities: [charge] },
    { activities: [charge, ship] },
    { signals: { s: of<number>() } },
    { children: [workflow({ name: 'child' })] },
  ].map(fingerprintOf)
  expect(new Set([plain, ...others]).size).toBe(others.length + 1)
  expect(fingerprintOf({ activities: [charge, ship] })).toBe(fingerprintOf({ activities: [ship, charge] }))

  const activity = (options: object): string => defineActivity('a', options).fingerprint
  expect(activity({ retry: { attempts: 5 }, heartbeat: 1, priority: 9, limits: { atOnce: 1 } })).toBe(
    activity({}),
  )
  expect(activity({ version: '2' })).not.toBe(activity({}))
  expect(activity({ completion: 'manual' })).not.toBe(activity({}))
})

test('a rule set is a workflow, and its signals those of its rules', () => {
  const count = of<number>()
  const set = defineRuleSet({
    name: 'set',
    input: of<number>(),
    activities: [charge as AnyActivity],
    rules: (when) => [when.signal('count', count, () => []), when.signal('plain', () => [])],
  })
  expect(set).toMatchObject({ type: 'workflow', name: 'set', timeout: 365 * DAY })
  expect(Object.keys(set.signals)).toEqual(['count', 'plain'])
})
