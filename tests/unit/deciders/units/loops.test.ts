import { expect, test } from 'vitest'
import type { UnitTask } from '../../../../ts/deciders/units/index.js'
import type { Loop } from '../../../fixtures/units/drawn-processes.mjs'
import { call, embed, line, script, userTask } from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'

type Task = UnitTask
const double = ({ data }: Task): object => ({ out: Number(data['item']) * 2 })
const collecting = { over: 'items', as: 'item', into: 'outs', result: 'out' } as const
const loopOf = (loop: Loop): ReturnType<typeof line> => line('Loop', [script('X', { loop })])
const both = ['parallel', 'sequential'] as const
const kinds = (['a', 'b', 'c'] as const).flatMap((dialect) => both.map((type) => [type, dialect] as const))

test.each(kinds)(
  'U36 a %s loop goes through a collection and collects its results, in dialect %s',
  async (type, dialect) => {
    const bench = await benchOf(loopOf({ type, ...collecting }), { dialect, activities: { X: double } })
    await bench.start({ items: [1, 2, 3] })
    expect(await bench.data()).toEqual({ items: [1, 2, 3], outs: [2, 4, 6] })
    expect(await bench.completed()).toEqual(['Loop_end', 'Loop_start', 'X', 'X*', 'X*', 'X*'])
  },
)

test.each(both)('U36 a %s loop over an object keeps its keys', async (type) => {
  const bench = await benchOf(loopOf({ type, ...collecting }), { activities: { X: double } })
  await bench.start({ items: { a: 1, b: 2 } })
  expect(await bench.data()).toEqual({ items: { a: 1, b: 2 }, outs: { a: 2, b: 4 } })
})

test.each(both)('U36 a %s loop goes so many times, from 0', async (type) => {
  const { as, into, result } = collecting
  const bench = await benchOf(loopOf({ type, cardinality: 'n', as, into, result }), {
    activities: { X: double },
  })
  await bench.start({ n: 3 })
  expect(await bench.data()).toEqual({ n: 3, outs: [0, 2, 4] })
})

test.each(both)('U36 a %s loop over nothing is complete at once, with an empty collection', async (type) => {
  const bench = await benchOf(loopOf({ type, ...collecting }), { activities: { X: double } })
  await bench.start({ items: [] })
  expect(await bench.data()).toEqual({ items: [], outs: [] })
  expect(await bench.completed()).toEqual(['Loop_end', 'Loop_start', 'X'])
})

test.each(both)('U36 a %s loop may write its results into what it goes through', async (type) => {
  const drawn = loopOf({ type, over: 'items', as: 'item', into: 'items', result: 'out' })
  const list = await benchOf(drawn, { activities: { X: double } })
  await list.start({ items: [1, 2] })
  expect(await list.data()).toEqual({ items: [2, 4] })
  const dict = await benchOf(drawn, { activities: { X: double } })
  await dict.start({ items: { a: 5 } })
  expect(await dict.data()).toEqual({ items: { a: 10 } })
})

test('U36 turns at once see nothing of one another, and are all there at once', async () => {
  const drawn = line('Loop', [userTask('X', 'X', { loop: { type: 'parallel', ...collecting } })])
  const bench = await benchOf(drawn)
  await bench.start({ items: ['a', 'b'] })
  const asked = await bench.asked()
  expect(asked.map(({ data }) => data['item'])).toEqual(['a', 'b'])
  expect(await bench.active()).toEqual(['X'])
  await bench.answer('X', { out: 1, other: 1 })
  expect((await bench.asked()).map(({ data }) => data['outs'])).toEqual([[]])
  await bench.answer('X', { out: 2 })
  // Of a turn only its result comes out.
  expect(await bench.data()).toEqual({ items: ['a', 'b'], outs: [1, 2] })
})

test('U36 turns one after the other see what those before have set, where nothing is collected', async () => {
  const drawn = loopOf({ type: 'sequential', cardinality: '3' })
  const bench = await benchOf(drawn, {
    activities: { X: ({ data }: Task) => ({ n: Number(data['n']) * 2 }) },
  })
  await bench.start({ n: 1 })
  expect(await bench.data()).toEqual({ n: 8 })
})

test('U36 a condition ends a loop early: no turn more, and those beside are called off', async () => {
  const sequential = loopOf({ type: 'sequential', ...collecting, condition: 'item == 2' })
  const one = await benchOf(sequential, { activities: { X: double } })
  await one.start({ items: [1, 2, 3] })
  expect(await one.data()).toMatchObject({ outs: [2, 4] })
  const drawn = line('Loop', [
    userTask('X', 'X', { loop: { type: 'parallel', ...collecting, condition: "out == 'stop'" } }),
  ])
  const two = await benchOf(drawn)
  await two.start({ items: [1, 2, 3] })
  await two.answer('X', { out: 'go' })
  await two.answer('X', { out: 'stop' })
  expect(await two.asked()).toEqual([])
  expect(await two.data()).toMatchObject({ outs: ['go', 'stop'] })
  expect(await two.completed()).toEqual(['Loop_end', 'Loop_start', 'X', 'X*', 'X*'])
})

test.each([
  [{ maximum: 3 }, 0, 3],
  [{ maximum: 3, testBefore: true }, 0, 3],
  [{ condition: 'n < 2' }, 0, 2],
  [{ condition: 'n < 2' }, 5, 6],
  [{ condition: 'n < 2', testBefore: true }, 5, 5],
  [{ condition: 'n < 9', maximum: 4 }, 0, 4],
  [{ maximum: 0 }, 0, 1],
  [{ maximum: 0, testBefore: true }, 0, 0],
] as const)('U36 a standard loop with %j goes from %i to %i', async (how, n, after) => {
  const bench = await benchOf(loopOf({ type: 'standard', ...how }), {
    activities: { X: ({ data }: Task) => ({ n: Number(data['n']) + 1 }) },
  })
  await bench.start({ n })
  expect(await bench.data()).toEqual({ n: after })
  expect((await bench.completed()).filter((id) => id === 'X*')).toHaveLength(after - n)
})

test('U36 loops around calls and subprocesses', async () => {
  const inner = line('Inner', [script('Work')])
  const part = line('Part', [script('More')])
  const top = line('Top', [
    call('X', 'X', 'Inner', { loop: { type: 'parallel', ...collecting } }),
    embed(part, { loop: { type: 'sequential', over: 'outs', as: 'item', into: 'last', result: 'out' } }),
  ])
  const bench = await benchOf(top, { called: [inner], activities: { Work: double, More: double } })
  await bench.start({ items: [1, 2] })
  expect(await bench.data()).toEqual({ items: [1, 2], outs: [2, 4], last: [4, 8] })
  const completed = await bench.completed()
  expect(completed.filter((id) => id === 'Work' || id === 'More')).toHaveLength(4)
  expect(completed.filter((id) => /^(X|Part)\*?$/.test(id))).toEqual([
    'Part',
    'Part*',
    'Part*',
    'X',
    'X*',
    'X*',
  ])
})

test.each([
  ['a number', { items: 5 }, 'no collection'],
  ['nothing', {}, 'no collection'],
  ['results that are there already', { items: [1], outs: [1] }, 'neither empty'],
])('U36 a loop over %s fails the process', async (_, data, reason) => {
  const bench = await benchOf(loopOf({ type: 'parallel', ...collecting }), { activities: { X: double } })
  await bench.start(data)
  expect(await bench.error()).toMatchObject({
    code: 'element-failed',
    fields: { element: 'X', process: 'Loop' },
  })
  expect(JSON.stringify(await bench.error())).toContain(reason)
})

test('U36 a turn that does not give its result fails the process; so does a number that is none', async () => {
  const missing = await benchOf(loopOf({ type: 'parallel', ...collecting }), {
    activities: { X: () => undefined },
  })
  await missing.start({ items: [1] })
  expect(await missing.error()).toMatchObject({
    code: 'element-failed',
    fields: { reason: 'a turn has not given out' },
  })
  const half = await benchOf(loopOf({ type: 'parallel', cardinality: 'n' }), { activities: { X: double } })
  await half.start({ n: 1.5 })
  expect(await half.error()).toMatchObject({ code: 'element-failed', fields: { element: 'X' } })
})

test('U36 limits: instances of a task, turns of a loop that may go on for ever', async () => {
  const many = await benchOf(loopOf({ type: 'parallel', ...collecting }), {
    activities: { X: double },
    limits: { instances: 3 },
  })
  await many.start({ items: [1, 2, 3, 4] })
  expect(await many.error()).toMatchObject({
    code: 'run-limit',
    fields: { process: 'Loop', element: 'X', limit: 'instances', maximum: 3 },
  })
  const huge = await benchOf(loopOf({ type: 'parallel', cardinality: '1000000000' }), {
    activities: { X: double },
  })
  await huge.start()
  expect(await huge.error()).toMatchObject({
    code: 'run-limit',
    fields: { limit: 'instances', maximum: 10_000 },
  })
  const endless = await benchOf(loopOf({ type: 'standard', condition: 'True' }), {
    activities: { X: double },
    limits: { visits: 20 },
  })
  await endless.start({ item: 1 })
  expect(await endless.error()).toMatchObject({
    code: 'run-limit',
    fields: { element: 'X', limit: 'visits', maximum: 20 },
  })
})

test('U36 in turn after turn an item that is nothing is an item', async () => {
  const bench = await benchOf(loopOf({ type: 'sequential', ...collecting }), {
    activities: { X: ({ data }: Task) => ({ out: data['item'] === null ? 'nothing' : data['item'] }) },
  })
  await bench.start({ items: [1, null, 2] })
  expect(await bench.data()).toMatchObject({ outs: [1, 'nothing', 2] })
})

test('U36 a thousand turns one after the other, and a thousand at once', async () => {
  const items = Array.from({ length: 1000 }, (_, at) => at)
  for (const type of both) {
    const bench = await benchOf(loopOf({ type, ...collecting }), { activities: { X: double } })
    await bench.start({ items })
    expect(await bench.data()).toMatchObject({ outs: items.map((item) => item * 2) })
  }
})
