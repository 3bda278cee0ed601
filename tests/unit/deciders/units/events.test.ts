import { expect, test } from 'vitest'
import type { UnitTask } from '../../../../ts/deciders/units/index.js'
import type { Alter } from '../../../fixtures/units/drawn-processes.mjs'
import {
  asCycle,
  asDate,
  boundary,
  call,
  catchEvent,
  drawn,
  embed,
  end,
  firstEvent,
  line,
  message,
  parallel,
  path,
  receiveTask,
  script,
  sendTask,
  signal,
  start,
  throwEvent,
  timer,
  userTask,
  withFields,
} from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'

type Task = UnitTask
const dialects = ['a', 'b', 'c'] as const
const HOUR = 3_600_000

test.each(dialects)('U36 a timer waits so long, in dialect %s', async (dialect) => {
  const bench = await benchOf(line('Wait', [catchEvent('T', 'Wait', timer("'PT1H30M'"))]), { dialect })
  await bench.start({ a: 1 })
  expect(await bench.active()).toEqual(['T'])
  await bench.harness.advance(1.5 * HOUR - 1)
  expect(await bench.active()).toEqual(['T'])
  await bench.harness.advance(1)
  expect(await bench.data()).toEqual({ a: 1 })
  expect(await bench.completed()).toEqual(['T', 'Wait_end', 'Wait_start'])
})

test('U36 a timer waits until a date; one that is over is due at once; it may be a variable', async () => {
  const until = line('Wait', [catchEvent('T', 'Wait', timer('due'))])
  const bench = await benchOf(until, { alter: { 'Wait/T': asDate } })
  await bench.start({ due: '1970-01-02T00:00:00Z' })
  await bench.harness.advance(23 * HOUR)
  expect(await bench.active()).toEqual(['T'])
  await bench.harness.advance(HOUR)
  expect(await bench.data()).toBeDefined()
  const past = await benchOf(until, { alter: { 'Wait/T': asDate } })
  await past.start({ due: '1960-01-01' })
  expect(await past.data()).toBeDefined()
  const date = await benchOf(until, { alter: { 'Wait/T': asDate } })
  await date.start({ due: new Date(HOUR) })
  await date.harness.advance(HOUR)
  expect(await date.data()).toBeDefined()
})

test.each([
  ["'soon'", "'soon'"],
  ['due', 'due'],
  ['nowhere', 'nowhere'],
])('U36 a timer for %s fails the process, with the expression', async (expression) => {
  const bench = await benchOf(line('Wait', [catchEvent('T', 'Wait', timer(expression))]))
  await bench.start({ due: 5 })
  expect(await bench.error()).toMatchObject({
    code: 'bad-expression',
    fields: { process: 'Wait', element: 'T', expression },
  })
})

test('U36 a process begins when its timer is due, or its message comes', async () => {
  const late = drawn('Late', [start('s', null, timer("'PT1H'")), end('e')])
  const bench = await benchOf(late)
  await bench.start()
  expect(await bench.completed()).toEqual([])
  expect(await bench.active()).toEqual(['s'])
  await bench.harness.advance(HOUR)
  expect(await bench.completed()).toEqual(['e', 's'])
  const told = await benchOf(drawn('Told', [start('s', null, message('go', { variable: 'with' })), end('e')]))
  await told.start()
  expect(await told.completed()).toEqual([])
  await told.harness.signal('p', 'go', { n: 1 })
  expect(await told.data()).toEqual({ with: { n: 1 } })
})

test('U36 of several starts the first that happens goes on, a plain one at once', async () => {
  const plain = drawn(
    'Two',
    [start('s'), start('t', null, timer("'PT1H'")), end('e')],
    [...path('s', 'e'), ...path('t', 'e')],
  )
  const bench = await benchOf(plain)
  await bench.start()
  expect(await bench.data()).toEqual({})
  expect(await bench.completed()).toEqual(['e', 's'])
  const waiting = drawn(
    'Two',
    [start('s', null, message('go')), start('t', null, timer("'PT1H'")), end('e')],
    [...path('s', 'e'), ...path('t', 'e')],
  )
  const late = await benchOf(waiting)
  await late.start()
  await late.harness.signal('p', 'go')
  await late.harness.settle()
  expect(await late.data()).toEqual({})
  expect(await late.completed()).toEqual(['e', 's'])
})

test.each(dialects)(
  'U36 a message is caught by its name, with what it carries, in dialect %s',
  async (dialect) => {
    const ask = line('Ask', [
      catchEvent('First', 'First', message('first', { variable: 'answer' })),
      receiveTask('Second', 'Second', message('second')),
    ])
    const bench = await benchOf(ask, { dialect })
    await bench.start({ a: 1 })
    await bench.harness.signal('p', 'other', 9)
    expect(await bench.active()).toEqual(['First'])
    await bench.harness.signal('p', 'first', { n: 1 })
    expect(await bench.active()).toEqual(['Second'])
    await bench.harness.signal('p', 'second', { b: 2, c: 3 })
    expect(await bench.data()).toEqual({ a: 1, answer: { n: 1 }, b: 2, c: 3 })
  },
)

test('U36 a message that comes early is kept where something will wait for it; a signal is not', async () => {
  const late = (event: typeof signal): ReturnType<typeof line> =>
    line('Late', [userTask('Ask', 'Ask'), catchEvent('C', 'C', event('early', { variable: 'n' }))])
  const kept = await benchOf(late(message))
  await kept.start()
  for (const n of [1, 2]) await kept.harness.signal('p', 'early', n)
  await kept.answer('Ask')
  // The first that came.
  expect(await kept.data()).toEqual({ n: 1 })
  const inside = await benchOf(
    line('Top', [
      userTask('Ask', 'Ask'),
      throwEvent('T', 'T', signal('early')),
      catchEvent('C', 'C', signal('early')),
    ]),
  )
  await inside.start()
  await inside.answer('Ask')
  expect(await inside.active()).toEqual(['C'])
})

test.each(dialects)('U36 what one branch throws another catches, in dialect %s', async (dialect) => {
  const both = drawn(
    'Both',
    [
      ...[
        start('s'),
        parallel('split'),
        catchEvent('C', 'C', message('note', { variable: 'got' })),
        script('Make'),
      ],
      ...[sendTask('S', 'S', message('note', { expression: 'made' })), parallel('join'), end('e')],
    ],
    [...path('s', 'split', 'C', 'join', 'e'), ...path('split', 'Make', 'S', 'join')],
  )
  const bench = await benchOf(both, { dialect, activities: { Make: () => ({ made: { n: 7 } }) } })
  await bench.start()
  expect(await bench.data()).toMatchObject({ got: { n: 7 } })
})

test('U36 a signal reaches all that wait for it, over called processes, up and down', async () => {
  const inner = line('Inner', [catchEvent('In', 'In', signal('now'))])
  const thrower = line('Thrower', [userTask('Ask', 'Ask'), throwEvent('Throw', 'Throw', signal('now'))])
  const all = drawn(
    'All',
    [
      ...[start('s'), parallel('split'), call('One', 'One', 'Inner'), call('Two', 'Two', 'Thrower')],
      ...[catchEvent('Here', 'Here', signal('now')), parallel('join'), end('e')],
    ],
    [
      ...path('s', 'split', 'One', 'join', 'e'),
      ...path('split', 'Two', 'join'),
      ...path('split', 'Here', 'join'),
    ],
  )
  const bench = await benchOf(all, { called: [inner, thrower] })
  await bench.start()
  expect(await bench.completed()).toEqual(['Inner_start', 'Thrower_start', 's', 'split'])
  await bench.answer('Ask')
  expect(await bench.data()).toEqual({})
  expect((await bench.completed()).filter((id) => id === 'In' || id === 'Here')).toEqual(['Here', 'In'])
})

test('U36 a message from outside reaches a process that was called', async () => {
  const inner = line('Inner', [catchEvent('In', 'In', message('go', { variable: 'with' }))])
  const bench = await benchOf(line('Top', [call('Call', 'Call', 'Middle')]), {
    called: [line('Middle', [call('Deeper', 'Deeper', 'Inner')]), inner],
  })
  await bench.start()
  expect(await bench.active()).toEqual([{ processId: 'Inner', elementId: 'In' }])
  await bench.harness.signal('p', 'go', 5)
  expect(await bench.data()).toEqual({ with: 5 })
})

test.each(dialects)(
  'U36 an event gateway goes with what comes first, and no other, in dialect %s',
  async (dialect) => {
    const first = drawn(
      'First',
      [
        ...[
          start('s'),
          firstEvent('G'),
          catchEvent('M', 'M', message('go', { variable: 'm' })),
          catchEvent('T', 'T', timer("'PT1H'")),
        ],
        ...[script('told'), script('late'), end('e')],
      ],
      [...path('s', 'G', 'M', 'told', 'e'), ...path('G', 'T', 'late', 'e')],
    )
    const activities = { told: () => ({ how: 'told' }), late: () => ({ how: 'late' }) }
    const told = await benchOf(first, { dialect, activities })
    await told.start()
    expect(await told.active()).toEqual(['G'])
    await told.harness.signal('p', 'go', 1)
    expect(await told.data()).toEqual({ m: 1, how: 'told' })
    expect(await told.completed()).toEqual(['G', 'M', 'e', 's', 'told'])
    const late = await benchOf(first, { dialect, activities })
    await late.start()
    await late.harness.advance(HOUR)
    expect(await late.data()).toEqual({ how: 'late' })
    expect(await late.completed()).toEqual(['G', 'T', 'e', 'late', 's'])
  },
)

test('U36 when both come at once, the first of them is taken, and the other does nothing', async () => {
  const first = drawn(
    'First',
    [
      start('s'),
      firstEvent('G'),
      catchEvent('A', 'A', message('a')),
      catchEvent('B', 'B', message('b')),
      end('e'),
    ],
    [...path('s', 'G', 'A', 'e'), ...path('G', 'B', 'e')],
  )
  const bench = await benchOf(first)
  await bench.start()
  await bench.harness.manager.signal('p', 'b')
  await bench.harness.manager.signal('p', 'a')
  expect(await bench.data()).toEqual({})
  expect(await bench.completed()).toEqual(['B', 'G', 'e', 's'])
})

/** A task whose edge has a timer that does not interrupt it, and reminds. */
const reminding = (expression: string): ReturnType<typeof drawn> =>
  drawn(
    'Cycle',
    [
      start('s'),
      userTask('Ask', 'Ask'),
      boundary('T', 'T', 'Ask', timer(expression), false),
      script('Remind'),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'Ask', 'e'), ...path('T', 'Remind', 'e2')],
  )

test('U36 a cycle on an edge fires as often as it says, and no more when the task is over', async () => {
  let reminded = 0
  const options = {
    alter: { 'Cycle/T': asCycle },
    activities: {
      Remind: () => {
        reminded++
      },
    },
  }
  const three = await benchOf(reminding("'R3/PT1H'"), options)
  await three.start()
  await three.harness.advance(10 * HOUR)
  expect(reminded).toBe(3)
  await three.answer('Ask')
  expect(await three.data()).toEqual({})
  reminded = 0
  const ever = await benchOf(reminding("'R/PT1H'"), options)
  await ever.start()
  await ever.harness.advance(5 * HOUR)
  expect(reminded).toBe(5)
  await ever.answer('Ask')
  await ever.harness.advance(5 * HOUR)
  expect(reminded).toBe(5)
  expect((await ever.completed()).filter((id) => id === 'Remind')).toHaveLength(5)
})

/** An event that stands for several timers. */
const timers = (...expressions: readonly string[]): Alter =>
  withFields({
    event_definition: {
      typename: 'MultipleEventDefinition',
      parallel: false,
      event_definitions: expressions.map((expression) => ({ typename: 'TimerEventDefinition', expression })),
    },
  })

test('U36 of several timers of an event the first ends the wait, and the others are called off', async () => {
  const waiting = line('Wait', [catchEvent('T', 'T', timer("'P1D'")), userTask('Ask', 'Ask')])
  const bench = await benchOf(waiting, { alter: { 'Wait/T': timers("'PT2H'", "'PT1H'", "'PT3H'") } })
  await bench.start()
  await bench.harness.advance(HOUR - 1)
  expect(await bench.active()).toEqual(['T'])
  await bench.harness.advance(1)
  expect(await bench.active()).toEqual(['Ask'])
  const decisions = (await bench.harness.history('p')).flatMap((event) =>
    event.type === 'decision' ? event.decision : [],
  )
  const called = decisions.filter(({ type }) => type === 'cancel-timer')
  expect(called).toMatchObject([{ id: '1' }, { id: '3' }])
})

test('U36 of several timers on an edge that does not interrupt each fires as often as it says', async () => {
  const at: number[] = []
  const bench = await benchOf(reminding("'P1D'"), {
    alter: { 'Cycle/T': timers("'PT3H'", "'R2/PT2H'") },
    activities: { Remind: () => void at.push(bench.harness.clock.now() / HOUR) },
  })
  await bench.start()
  for (let hour = 0; hour < 10; hour++) await bench.harness.advance(HOUR)
  expect(at).toEqual([2, 3, 4])
  await bench.answer('Ask')
  expect(await bench.data()).toEqual({})
})

test('U36 an embedded subprocess waits for its own events', async () => {
  const part = line('Part', [catchEvent('C', 'C', message('go')), catchEvent('T', 'T', timer("'PT1S'"))])
  const bench = await benchOf(line('Top', [embed(part), script('After')]), {
    activities: { After: ({ data }: Task) => ({ after: data['x'] }) },
  })
  await bench.start()
  expect(await bench.active()).toEqual([{ processId: 'Part', elementId: 'C' }])
  await bench.harness.signal('p', 'go', { x: 1 })
  await bench.harness.advance(1000)
  expect(await bench.data()).toEqual({ x: 1, after: 1 })
})
