import { expect, test } from 'vitest'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import type { Event, Process } from '../../../fixtures/units/drawn-processes.mjs'
import {
  asCancel,
  boundary,
  call,
  drawn,
  embed,
  end,
  error,
  escalation,
  line,
  message,
  onEvent,
  parallel,
  path,
  script,
  signal,
  start,
  terminate,
  throwEvent,
  timer,
  transaction,
  userTask,
  withFields,
} from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'
import { UnitflowError } from '../../../../ts/errors/index.js'

const HOUR = 3_600_000
const ask = (id: string): ReturnType<typeof userTask> => userTask(id, id)

/** A host with an event on its edge, which leads to `Handled` and an end of its own. */
function guarded(host: ReturnType<typeof userTask>, event: Event, interrupting = true): Process {
  return drawn(
    'Top',
    [
      start('s'),
      host,
      boundary('B', 'B', host.id, event, interrupting),
      script('Handled'),
      script('Done'),
      end('e'),
      end('e2'),
    ],
    [...path('s', host.id, 'Done', 'e'), ...path('B', 'Handled', 'e2')],
  )
}
const both = { Handled: () => ({ handled: true }), Done: () => ({ done: true }) }
/** It asks, and then throws. */
const thrower = (event: Event): Process =>
  drawn('Part', [start('ps'), script('Change'), ask('Ask'), end('pe', null, event)])
const change = (): object => ({ changed: true })

test.each(['a', 'b', 'c'] as const)(
  'U36 an error end goes to the edge of its subprocess, which is interrupted, in dialect %s',
  async (dialect) => {
    const bench = await benchOf(guarded(embed(thrower(error('E1'))), error('E1')), {
      dialect,
      activities: { ...both, Change: change },
    })
    await bench.start({ a: 1 })
    await bench.answer('Ask', { b: 2 })
    // What the subprocess has changed is gone.
    expect(await bench.data()).toEqual({ a: 1, handled: true })
    expect(await bench.completed()).toEqual(['Ask', 'B', 'Change', 'Handled', 'e2', 'pe', 'ps', 's'])
  },
)

test('U36 an error end in a called process goes to the edge of the call, by its code', async () => {
  const activities = { ...both, Change: change }
  const called = [thrower(error('E1'))]
  const bench = await benchOf(guarded(call('Call', 'Call', 'Part'), error('E1')), { called, activities })
  await bench.start()
  await bench.answer('Ask')
  expect(await bench.data()).toEqual({ handled: true })
  const other = await benchOf(guarded(call('Call', 'Call', 'Part'), error('E2')), { called, activities })
  await other.start()
  await other.answer('Ask')
  expect(await other.error()).toMatchObject({ code: 'element-failed' })
})

test('U36 an error without anybody for it fails the process, with the element; one for another code is nobody', async () => {
  for (const code of ['E2', 'E1 ']) {
    const bench = await benchOf(guarded(embed(thrower(error('E1'))), error(code)), {
      activities: { ...both, Change: change },
    })
    await bench.start()
    await bench.answer('Ask')
    expect(await bench.error()).toMatchObject({
      code: 'element-failed',
      fields: { process: 'Part', element: 'pe', reason: 'E1' },
    })
  }
})

test('U36 the nearest edge takes an error, and nothing around it hears of it', async () => {
  const inner = drawn('Inner', [start('is'), end('ie', null, error('E1'))])
  const middle = drawn(
    'Middle',
    [start('ms'), embed(inner), boundary('M', 'M', 'Inner', error('E1')), script('Near'), end('me')],
    [...path('ms', 'Inner', 'me'), ...path('M', 'Near', 'me')],
  )
  const bench = await benchOf(guarded(embed(middle), error('E1')), {
    activities: { ...both, Near: () => ({ near: true }) },
  })
  await bench.start()
  expect(await bench.data()).toEqual({ near: true, done: true })
})

const failing = {
  function: () => {
    throw new Error('E1')
  },
  coded: () => {
    throw new UnitflowError('bad-argument', 'no', { argument: 'x', expected: 'y' })
  },
}

test('U36 a function that throws is an error of its message, its name, or its code', async () => {
  for (const [code, Work] of [
    ['E1', failing.function],
    ['Error', failing.function],
    ['bad-argument', failing.coded],
  ] as const) {
    const bench = await benchOf(guarded(script('Work'), error(code, { variable: 'why' })), {
      activities: { ...both, Work },
    })
    await bench.start()
    expect(await bench.data()).toMatchObject({ handled: true })
  }
})

test('U36 an activity that fails for good is an error; uncaught it fails the process, with why', async () => {
  const work = defineActivity('work', { retry: { attempts: 2 } }, async () => {
    throw new Error('no card')
  })
  const caught = await benchOf(guarded(script('Work'), error('no card')), {
    activities: { ...both, Work: work },
  })
  await caught.start()
  await caught.harness.advance('1h')
  expect(await caught.data()).toEqual({ handled: true })
  const uncaught = await benchOf(line('Top', [script('Work')]), { activities: { Work: work } })
  await uncaught.start()
  await uncaught.harness.advance('1h')
  expect(await uncaught.error()).toMatchObject({
    code: 'element-failed',
    fields: { process: 'Top', element: 'Work', reason: 'no card' },
  })
})

test('U36 an activity that takes too long is the error timed-out', async () => {
  const work = defineActivity('work', { startToClose: '1m', completion: 'manual', retry: { attempts: 1 } })
  const bench = await benchOf(guarded(script('Work'), error('timed-out')), {
    activities: { ...both, Work: work },
  })
  await bench.start()
  await bench.harness.advance(HOUR)
  expect(await bench.data()).toEqual({ handled: true })
})

test('U36 an escalation goes to the edge; where that does not interrupt, both go on; uncaught it is nothing', async () => {
  const activities = { ...both, Change: change }
  const interrupting = await benchOf(guarded(embed(thrower(escalation('L2'))), escalation('L2')), {
    activities,
  })
  await interrupting.start()
  await interrupting.answer('Ask')
  expect(await interrupting.data()).toEqual({ handled: true })
  const beside = await benchOf(guarded(embed(thrower(escalation('L2'))), escalation('L2'), false), {
    activities,
  })
  await beside.start()
  await beside.answer('Ask')
  expect(await beside.data()).toEqual({ handled: true, changed: true, done: true })
  const uncaught = await benchOf(guarded(embed(thrower(escalation('L2'))), escalation('L3')), { activities })
  await uncaught.start()
  await uncaught.answer('Ask')
  expect(await uncaught.data()).toEqual({ changed: true, done: true })
})

const beside = (last: Process['elements'][number]): Process =>
  drawn(
    'Part',
    [start('ps'), parallel('fork'), ask('Never'), ask('Last'), end('pe1'), last],
    [...path('ps', 'fork', 'Never', 'pe1'), ...path('fork', 'Last', last.id)],
  )

test('U36 terminate ends its own scope with its own variables, and calls off what is beside it', async () => {
  const part = beside(end('T', null, terminate))
  const bench = await benchOf(line('Top', [embed(part), script('Done')]), { activities: both })
  await bench.start()
  await bench.answer('Last', { last: 1 })
  expect(await bench.asked()).toEqual([])
  expect(await bench.data()).toEqual({ last: 1, done: true })
  expect(await bench.completed()).toEqual(['Done', 'Last', 'Part', 'T', 'Top_end', 'Top_start', 'fork', 'ps'])
  const called = await benchOf(line('Top', [call('Call', 'Call', 'Part'), script('Done')]), {
    called: [part],
    activities: both,
  })
  await called.start()
  await called.answer('Last')
  expect(await called.data()).toEqual({ done: true })
})

test('U36 a transaction that is canceled goes on from its edge, with what there was before', async () => {
  const options = { alter: { 'Part/C': asCancel, 'Top/B': asCancel }, activities: both }
  const bench = await benchOf(guarded(transaction(beside(end('C', null, terminate))), terminate), options)
  await bench.start({ a: 1 })
  await bench.answer('Last', { a: 2 })
  expect(await bench.data()).toEqual({ a: 1, handled: true })
  expect(await bench.asked()).toEqual([])
})

test('U36 what a cancel carries is set under the name that the edge of the transaction has for it', async () => {
  const cancel = { typename: 'CancelEventDefinition', name: 'cancel' }
  const alter = {
    'Part/C': withFields({ event_definition: { ...cancel, expression: 'a', variable: 'thrown' } }),
    'Top/B': withFields({ event_definition: { ...cancel, variable: 'caught' } }),
  }
  const bench = await benchOf(guarded(transaction(beside(end('C', null, terminate))), terminate), {
    alter,
    activities: both,
  })
  await bench.start({ a: 1 })
  await bench.answer('Last')
  expect(await bench.data()).toEqual({ a: 1, handled: true, caught: 1 })
})

test.each([
  ['timer', timer("'PT1H'")],
  ['message', message('stop', { variable: 'with' })],
  ['signal', signal('stop', { variable: 'with' })],
] as const)(
  'U36 a %s on the edge of a task interrupts it, and its answer is not taken any more',
  async (kind, event) => {
    const come = async (bench: Awaited<ReturnType<typeof benchOf>>): Promise<void> => {
      if (kind === 'timer') await bench.harness.advance(HOUR)
      else await bench.harness.signal('p', 'stop', 5)
    }
    const bench = await benchOf(guarded(ask('Ask'), event), { activities: both })
    await bench.start({ a: 1 })
    await come(bench)
    expect(await bench.data()).toEqual({ a: 1, handled: true, ...(kind !== 'timer' && { with: 5 }) })
    expect(await bench.asked()).toEqual([])
    expect(await bench.completed()).toEqual(['B', 'Handled', 'e2', 's'])
    const inTime = await benchOf(guarded(ask('Ask'), event), { activities: both })
    await inTime.start({ a: 1 })
    await inTime.answer('Ask', { b: 2 })
    expect(await inTime.data()).toEqual({ a: 1, b: 2, done: true })
  },
)

test('U36 an edge that does not interrupt fires as often as its message comes', async () => {
  let times = 0
  const bench = await benchOf(guarded(ask('Ask'), message('more'), false), {
    activities: {
      ...both,
      Handled: () => {
        times++
      },
    },
  })
  await bench.start()
  for (let time = 0; time < 3; time++) await bench.harness.signal('p', 'more')
  await bench.answer('Ask')
  expect(await bench.data()).toEqual({ done: true })
  expect(times).toBe(3)
  expect((await bench.completed()).filter((id) => id === 'B')).toHaveLength(3)
})

test('U36 an event subprocess begins by its event, as often as that comes, interrupts nothing, and keeps nothing open', async () => {
  const onMore = onEvent(
    drawn('OnMore', [start('os', null, message('more', { variable: 'm' })), script('Handled'), end('oe')]),
  )
  const onTime = onEvent(drawn('OnTime', [start('ts', null, timer("'PT9H'")), end('te')]))
  const [isNested, isTop] = [
    line('Top', [
      embed(drawn('Part', [start('ps'), ask('Ask'), onMore, onTime, end('pe')], path('ps', 'Ask', 'pe'))),
      script('Done'),
    ]),
    drawn(
      'Top',
      [start('s'), ask('Ask'), script('Done'), onMore, onTime, end('e')],
      path('s', 'Ask', 'Done', 'e'),
    ),
  ]
  for (const top of [isNested, isTop]) {
    let times = 0
    const bench = await benchOf(top, { activities: { ...both, Handled: () => ({ times: ++times }) } })
    await bench.start()
    await bench.harness.signal('p', 'more', 1)
    await bench.harness.signal('p', 'more', 2)
    await bench.answer('Ask')
    expect(await bench.data()).toMatchObject({ done: true, times: 2 })
    expect((await bench.completed()).filter((id) => id === 'OnMore')).toHaveLength(2)
    expect((await bench.completed()).includes('OnTime')).toBe(false)
  }
})

test('U36 a throw in the middle goes on behind it', async () => {
  const bench = await benchOf(line('Top', [throwEvent('T', 'T', escalation('L1')), script('Done')]), {
    activities: both,
  })
  await bench.start()
  expect(await bench.data()).toEqual({ done: true })
})
