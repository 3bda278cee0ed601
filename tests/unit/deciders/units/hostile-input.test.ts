import { expect, test } from 'vitest'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import type { UnitData, UnitTask } from '../../../../ts/deciders/units/index.js'
import {
  call,
  catchEvent,
  drawn,
  embed,
  end,
  exclusive,
  line,
  message,
  otherwise,
  parallel,
  path,
  script,
  signal,
  start,
  throwEvent,
  timer,
  userTask,
  when,
} from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'

type Task = UnitTask
/** Throws what is no error, as code that nothing checks may. */
const throwing = (what: unknown): void => {
  AbortSignal.abort(what).throwIfAborted()
}
const hostile = [
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  'a/b',
  'x'.repeat(9990),
  ' ',
  '‮',
  '[child]',
  '"\\\n',
]

test.each(hostile.map((id) => [id.slice(0, 12), id]))(
  'U36 elements, processes and variables may be called %j',
  async (_, id) => {
    const inner = line('HOSTILEP', [userTask('HOSTILEU', 'HOSTILE')])
    const top = line('Top', [script('HOSTILE'), call('HOSTILEC', 'HOSTILE', 'HOSTILEP')])
    // An object whose own key is __proto__.
    const activities = Object.fromEntries([[id, () => Object.fromEntries([[id, 'set']])]])
    const bench = await benchOf(top, { called: [inner], activities, rename: ['HOSTILE', id] })
    expect(bench.workflow.unbound).toEqual([])
    await bench.start()
    expect(await bench.active()).toEqual([{ processId: `${id}P`, elementId: `${id}U` }])
    await bench.answer(`${id}U`, Object.fromEntries([[`${id}2`, 1]]))
    const data = (await bench.data()) as object
    expect(Object.entries(data)).toEqual([
      [id, 'set'],
      [`${id}2`, 1],
    ])
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect(await bench.completed()).toEqual(
      ['Top_end', 'Top_start', id, `${id}C`, `${id}P_end`, `${id}P_start`, `${id}U`].sort(),
    )
  },
)

test('U36 nothing that comes in changes what objects are', async () => {
  const evil = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}}',
  ) as UnitData
  const bench = await benchOf(
    line('Top', [script('Give'), userTask('Ask', 'Ask'), catchEvent('C', 'C', message('m'))]),
    { activities: { Give: () => evil } },
  )
  await bench.start(evil)
  await bench.answer('Ask', evil)
  await bench.harness.signal('p', 'm', evil)
  expect(JSON.stringify(await bench.data())).toBe(JSON.stringify(evil))
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('U36 elements of one id in several processes are told apart', async () => {
  const part = line('Part', [script('Same')])
  const inner = line('Inner', [script('Same'), embed(part)])
  const bench = await benchOf(line('Top', [script('Same'), call('Call', 'Call', 'Inner')]), {
    called: [inner],
    activities: {
      'Top/Same': () => ({ top: 1 }),
      'Inner/Same': () => ({ inner: 1 }),
      'Part/Same': () => ({ part: 1 }),
    },
  })
  await bench.start()
  expect(await bench.data()).toEqual({ top: 1, inner: 1, part: 1 })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
    'broken',
  ],
  [
    'throws no error',
    () => {
      throwing('text')
    },
    'text',
  ],
  ['gives a number', () => 5, 'something else than an object'],
  ['gives a list', () => [1], 'something else than an object'],
  ['gives a function', () => ({ f: () => 1 }), ''],
  [
    'gives a circle',
    () => {
      const a: { a?: object } = {}
      a.a = a
      return a
    },
    '',
  ],
  ['gives an instance of a class', () => ({ at: new URL('http://a') }), ''],
  ['is asynchronous', async () => ({ a: 1 }), 'what awaits something is an activity'],
])('U36 a function that %s fails the process, with the element', async (_, run, reason) => {
  const activities = { Work: run as unknown as () => undefined }
  const bench = await benchOf(line('Top', [script('Work')]), { activities })
  await bench.start()
  const failed = await bench.error()
  expect(failed).toMatchObject({ code: 'element-failed', fields: { process: 'Top', element: 'Work' } })
  expect(JSON.stringify(failed)).toContain(reason)
})

test('U36 an activity that gives something else than variables fails the process, with the element', async () => {
  const work = defineActivity('work', async () => [1, 2])
  const bench = await benchOf(line('Top', [script('Work')]), { activities: { Work: work } })
  await bench.start()
  expect(await bench.error()).toMatchObject({ code: 'element-failed', fields: { element: 'Work' } })
})

const which = drawn(
  'Top',
  [start('s'), exclusive('which'), script('one'), end('e')],
  [...path('s', 'which'), ...when('which', 'x', 'one', 'e'), ...otherwise('which', 'e')],
)

test.each([
  [
    'throws',
    () => {
      throw new Error('no idea')
    },
  ],
  [
    'throws no error',
    () => {
      throwing(null)
    },
  ],
])('U36 an evaluator that %s is bad-expression, with the element', async (_, evaluate) => {
  const bench = await benchOf(which, { evaluate, activities: { one: () => undefined } })
  await bench.start()
  expect(await bench.error()).toMatchObject({
    code: 'bad-expression',
    fields: { process: 'Top', element: 'which', expression: 'x' },
  })
})

test.each([
  [0, false],
  ['', false],
  [[], false],
  [{}, false],
  [null, false],
  [new Map(), false],
  [NaN, true],
  ['False', true],
  [[0], true],
  [new Date(0), true],
])('U36 what an evaluator gives is true as in Python: %j', async (given, isTaken) => {
  const bench = await benchOf(which, { evaluate: () => given, activities: { one: () => ({ one: 1 }) } })
  await bench.start()
  expect(await bench.data()).toEqual(isTaken ? { one: 1 } : {})
})

test('U36 a thrown payload that no history could keep fails its element', async () => {
  const half = 'x'.repeat(600_000)
  const thrower = line('Inner', [
    script('One'),
    script('Other'),
    throwEvent('Tell', null, { ...signal('told'), expression: 'one + other' }),
  ])
  const top = line('Top', [call('Call', 'Call', 'Inner')])
  const activities = { One: () => ({ one: half }), Other: () => ({ other: half }) }
  const large = await benchOf(top, { called: [thrower], activities })
  await large.start()
  const fields = { process: 'Inner', element: 'Tell' }
  expect(await large.error()).toMatchObject({ code: 'element-failed', fields })
  const unkept = await benchOf(top, {
    called: [thrower],
    activities: { One: () => undefined, Other: () => undefined },
    evaluate: () => () => 1,
  })
  await unkept.start()
  expect(await unkept.error()).toMatchObject({ code: 'bad-expression', fields })
})

test('U36 a payload of 10 MB is refused, and nothing of it is applied', async () => {
  const large = 'x'.repeat(10 * 1024 * 1024)
  const given = await benchOf(line('Top', [script('Work')]), { activities: { Work: () => ({ large }) } })
  await given.start()
  expect(await given.error()).toMatchObject({ code: 'element-failed', fields: { process: 'Top' } })
  const begun = await benchOf(line('Top', [script('Work')]), { activities: { Work: () => undefined } })
  await expect(begun.start({ large })).rejects.toMatchObject({ code: 'value-too-large' })
  expect((await begun.harness.manager.list()).processes).toEqual([])
  const asked = await benchOf(line('Top', [userTask('Ask', 'Ask')]))
  await asked.start({ small: 1 })
  await expect(asked.answer('Ask', { large })).rejects.toMatchObject({ code: 'value-too-large' })
  expect(await asked.active()).toEqual(['Ask'])
  await asked.answer('Ask')
  expect(await asked.data()).toEqual({ small: 1 })
})

test('U36 many small variables that are too much together fail the process where they are handed on', async () => {
  const part = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`v${at}`, 'x'.repeat(2000)]))
  const more = Object.fromEntries(Object.entries(part).map(([key, value]) => [`w${key}`, value]))
  const activities = { One: () => part, Two: () => more }
  const asked = await benchOf(line('Top', [script('One'), script('Two'), userTask('Ask', 'Ask')]), {
    activities,
  })
  await asked.start()
  expect(await asked.error()).toMatchObject({
    code: 'element-failed',
    fields: { process: 'Top', element: 'Ask' },
  })
  const called = await benchOf(line('Top', [script('One'), script('Two'), call('Call', 'Call', 'Leaf')]), {
    activities,
    called: [line('Leaf', [])],
  })
  await called.start()
  expect(await called.error()).toMatchObject({
    code: 'element-failed',
    fields: { process: 'Top', element: 'Call' },
  })
})

test('U36 a chain of 3,000 functions overflows no stack and runs each once', async () => {
  let done = 0
  const steps = Array.from({ length: 3000 }, (_, at) => script(`s${at}`))
  const activities = Object.fromEntries(
    steps.map(({ id }) => [id, ({ element }: Task) => ({ last: element, n: ++done })]),
  )
  const bench = await benchOf(line('Chain', steps), { activities })
  await bench.start()
  expect(await bench.data()).toEqual({ last: 's2999', n: 3000 })
  expect(done).toBe(3000)
})

test('U36 signals that nobody waits for, and of names of the prototype, change nothing', async () => {
  const bench = await benchOf(
    line('Top', [catchEvent('C', 'C', message('go')), catchEvent('T', 'T', timer("'PT1S'"))]),
  )
  await bench.start()
  for (const name of ['toString', '__proto__', 'x'.repeat(100), 'unitflow-event']) {
    await bench.harness.signal('p', name, { 'unitflow-event': { kinds: ['message'], payload: 1 } })
  }
  expect(await bench.active()).toEqual(['C'])
  await bench.harness.signal('p', 'go', { 'unitflow-event': { kinds: 'all', payload: 1 } })
  await bench.harness.advance('1s')
  // From outside it is data like any other.
  expect(await bench.data()).toEqual({ 'unitflow-event': { kinds: 'all', payload: 1 } })
})

test.each(['x'.repeat(101), 'a\nb', ' blank', '\ud800'])(
  'U36 a signal of any name goes from process to process: %j',
  async (name) => {
    const thrower = line('Thrower', [userTask('Ask', 'Ask'), throwEvent('T', 'T', signal('NAME'))])
    const both = drawn(
      'Both',
      [
        start('s'),
        parallel('split'),
        call('Call', 'Call', 'Thrower'),
        catchEvent('C', 'C', signal('NAME')),
        end('e'),
        end('e2'),
      ],
      [...path('s', 'split', 'Call', 'e'), ...path('split', 'C', 'e2')],
    )
    const bench = await benchOf(both, { called: [thrower], rename: ['NAME', name] })
    await bench.start()
    await bench.answer('Ask')
    expect(await bench.data()).toEqual({})
    expect(await bench.completed()).toContain('C')
  },
)
