import { expect, test } from 'vitest'
import type { UnitTask } from '../../../../ts/deciders/units/index.js'
import type { Process } from '../../../fixtures/units/drawn-processes.mjs'
import {
  call,
  drawn,
  embed,
  end,
  exclusive,
  line,
  otherwise,
  path,
  script,
  serviceTask,
  start,
  transaction,
  userTask,
  when,
  withIo,
} from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'

type Task = UnitTask
const dialects = ['a', 'b', 'c'] as const
const change = (): object => ({ made: 'inside', old: undefined, kept: 2 })
const start1 = { old: 1, kept: 1 }

const around: readonly (readonly [string, (inner: Process) => Process, boolean])[] = [
  ['called process', (inner) => line('Top', [call('Call', 'Call', inner.id)]), true],
  ['embedded subprocess', (inner) => line('Top', [embed(inner)]), false],
  ['transaction', (inner) => line('Top', [transaction(inner)]), false],
]
const scopes = around.flatMap(([what, top, isCalled]) =>
  dialects.map((dialect) => [what, dialect, top, isCalled] as const),
)

test.each(scopes)(
  'U36 a %s begins with all, and what it ends with stands in its place, in dialect %s',
  async (_, dialect, top, isCalled) => {
    const inner = line('Inner', [script('Work')])
    const seen: unknown[] = []
    const bench = await benchOf(top(inner), {
      dialect,
      ...(isCalled && { called: [inner] }),
      activities: {
        Work: ({ data }: Task) => {
          seen.push(data)
          return change()
        },
      },
    })
    await bench.start(start1)
    expect(seen).toEqual([start1])
    expect(await bench.data()).toEqual({ made: 'inside', kept: 2 })
  },
)

const io = (inputs: readonly string[], outputs: readonly string[]): object => ({
  io: { inputs: inputs.map((id) => ({ id })), outputs: outputs.map((id) => ({ id })) },
})

test.each(dialects)(
  'U36 a called process that says so takes and gives only what it names, in dialect %s',
  async (dialect) => {
    const inner = line('Inner', [script('Work')], io(['a'], ['sum']))
    const seen: unknown[] = []
    const bench = await benchOf(line('Top', [call('Call', 'Call', 'Inner')]), {
      dialect,
      called: [inner],
      activities: {
        Work: ({ data }: Task) => {
          seen.push(data)
          return { sum: 3, a: 0, other: 1 }
        },
      },
    })
    await bench.start({ a: 1, unused: true })
    expect(seen).toEqual([{ a: 1 }])
    expect(await bench.data()).toEqual({ a: 1, unused: true, sum: 3 })
  },
)

test('U36 only inputs: all that it ends with stands in the place; only outputs: all goes in', async () => {
  const work = ({ data }: Task): object => ({ sum: Object.keys(data).length })
  const inputs = await benchOf(line('Top', [call('Call', 'Call', 'Inner')]), {
    called: [line('Inner', [script('Work')], io(['a'], []))],
    activities: { Work: work },
  })
  await inputs.start({ a: 1, b: 2 })
  expect(await inputs.data()).toEqual({ a: 1, sum: 1 })
  const outputs = await benchOf(line('Top', [call('Call', 'Call', 'Inner')]), {
    called: [line('Inner', [script('Work')], io([], ['sum']))],
    activities: { Work: work },
  })
  await outputs.start({ a: 1, b: 2 })
  expect(await outputs.data()).toEqual({ a: 1, b: 2, sum: 2 })
})

test.each([
  ['input', io(['missing'], []), 'its input missing is missing'],
  ['output', io([], ['missing']), 'its output missing is missing'],
])('U36 a called process whose %s is missing fails the process', async (_, rest, reason) => {
  const bench = await benchOf(line('Top', [call('Call', 'Call', 'Inner')]), {
    called: [line('Inner', [], rest)],
  })
  await bench.start()
  expect(JSON.stringify(await bench.error())).toContain(reason)
  expect(await bench.error()).toMatchObject({ code: 'element-failed' })
})

test('U36 a task that says so sees only its inputs, and leaves only its outputs', async () => {
  const seen: unknown[] = []
  const work = ({ data }: Task): object => {
    seen.push(data)
    return { out: 1, more: 2 }
  }
  const bench = await benchOf(line('Top', [script('Work')]), {
    activities: { Work: work },
    alter: { 'Top/Work': withIo(['a'], ['out']) },
  })
  await bench.start({ a: 1, b: 2 })
  expect(seen).toEqual([{ a: 1 }])
  expect(await bench.data()).toEqual({ out: 1 })
  const missing = await benchOf(line('Top', [script('Work')]), {
    activities: { Work: work },
    alter: { 'Top/Work': withIo(['nowhere'], []) },
  })
  await missing.start()
  expect(await missing.error()).toMatchObject({
    code: 'element-failed',
    fields: { process: 'Top', element: 'Work' },
  })
})

const stock = [{ id: 'stock', name: 'What is there' }]

test.each(dialects)(
  'U36 data objects are kept beside the variables, and stand at the end among them, in dialect %s',
  async (dialect) => {
    const seen: unknown[] = []
    const activities = {
      Count: () => ({ stock: 5, other: 1 }),
      Look: ({ data }: Task) => {
        seen.push(data)
        return {}
      },
      Take: ({ data }: Task) => ({ stock: Number(data['stock']) - 1 }),
    }
    const drawing = line(
      'Top',
      [script('Count', { writes: stock }), script('Look'), script('Take', { reads: stock, writes: stock })],
      { dataObjects: stock },
    )
    const bench = await benchOf(drawing, { dialect, activities })
    await bench.start()
    expect(seen).toEqual([{ other: 1 }])
    expect(await bench.data()).toEqual({ other: 1, data_objects: { stock: 4 } })
  },
)

test('U36 a data object that is only read changes nothing; one that is not given fails the process', async () => {
  const reads = await benchOf(line('Top', [script('Take', { reads: stock })], { dataObjects: stock }), {
    activities: { Take: () => ({ stock: 99 }) },
  })
  await reads.start()
  expect(await reads.data()).toEqual({ data_objects: { stock: null } })
  const writes = await benchOf(line('Top', [script('Count', { writes: stock })], { dataObjects: stock }), {
    activities: { Count: () => ({}) },
  })
  await writes.start()
  expect(await writes.error()).toMatchObject({
    code: 'element-failed',
    fields: { element: 'Count', reason: 'it has not given stock' },
  })
})

test('U36 gateways see the data objects of the processes around them, behind variables of their name', async () => {
  const part = drawn(
    'Part',
    [start('s'), exclusive('which'), script('Low'), script('High'), end('e')],
    [...path('s', 'which'), ...when('which', 'stock > 3', 'High', 'e'), ...otherwise('which', 'Low', 'e')],
  )
  const top = (shadow: boolean): Process =>
    line('Top', [script('Count', { writes: stock }), ...(shadow ? [script('Shadow')] : []), embed(part)], {
      dataObjects: stock,
    })
  const activities = {
    Count: () => ({ stock: 5 }),
    Shadow: () => ({ stock: 1 }),
    Low: () => ({ is: 'low' }),
    High: () => ({ is: 'high' }),
  }
  const seen = await benchOf(top(false), { activities })
  await seen.start()
  expect(await seen.data()).toMatchObject({ is: 'high' })
  const shadowed = await benchOf(top(true), { activities })
  await shadowed.start()
  expect(await shadowed.data()).toMatchObject({ is: 'low', stock: 1, data_objects: { stock: 5 } })
})

test('U36 data objects of an embedded subprocess go with it', async () => {
  const part = line('Part', [script('Count', { writes: stock })], { dataObjects: stock })
  const bench = await benchOf(line('Top', [embed(part)]), {
    activities: { Count: () => ({ stock: 5, n: 1 }) },
  })
  await bench.start()
  expect(await bench.data()).toEqual({ n: 1 })
})

test('U36 a process with several ends comes to all that they have, the last over the others', async () => {
  const ends = drawn(
    'Ends',
    [start('s'), script('fork'), script('A'), script('B'), end('e1'), end('e2')],
    [...path('s', 'fork', 'A', 'e1'), ...path('fork', 'B', 'e2')],
  )
  const activities = { fork: () => ({ k: 0 }), A: () => ({ a: 1, k: 'A' }), B: () => ({ b: 1, k: 'B' }) }
  const bench = await benchOf(ends, { activities })
  await bench.start()
  expect(await bench.data()).toEqual({ a: 1, b: 1, k: 'B' })
  expect(await bench.completed()).toEqual(['A', 'B', 'e1', 'e2', 'fork', 's'])
})

test('U36 what a function is handed is its own: what it changes there changes nothing', async () => {
  const activities = {
    Spoil: ({ data }: Task) => {
      ;(data['list'] as unknown[]).push('spoilt')
      return { given: data['list'] }
    },
    Look: ({ data }: Task) => ({ seen: JSON.stringify(data) }),
  }
  const bench = await benchOf(line('Top', [script('Spoil'), script('Look')]), { activities })
  await bench.start({ list: [1] })
  expect(await bench.data()).toMatchObject({
    list: [1],
    given: [1, 'spoilt'],
    seen: '{"list":[1],"given":[1,"spoilt"]}',
  })
})

test('U36 the same holds for the parameters of a service, and for what the spec has of a task', async () => {
  const parameters = { p: { value: 'list', type: 'any' } }
  const options = {
    extensions: { notes: ['as drawn'] },
    loop: { type: 'sequential', cardinality: '2' },
  } as const
  const activities = {
    Spoil: ({ parameters: given }: Task) => (given?.['p'] as unknown[]).push('spoilt'),
    Ask: ({ extensions }: Task) => ({ notes: (extensions?.['notes'] as unknown[]).push('spoilt') }),
  }
  const top = line('Top', [
    serviceTask('Post', 'Post', { operation: 'Spoil', parameters, result: 'length' }),
    userTask('Ask', 'Ask', options),
  ])
  const bench = await benchOf(top, { activities })
  await bench.start({ list: [1] })
  expect(await bench.data()).toEqual({ list: [1], length: 2, notes: 2 })
})

test('U36 values that JSON cannot say come through functions, people and calls', async () => {
  const at = new Date(86_400_000)
  const values = { at, bytes: new Uint8Array([1, 2]), map: new Map([['a', 1]]), big: 10n, none: null }
  const top = line('Top', [script('Give'), call('Call', 'Call', 'Inner')])
  const bench = await benchOf(top, {
    called: [line('Inner', [script('Pass')])],
    activities: { Give: () => values, Pass: ({ data }: Task) => ({ passed: data['at'] }) },
  })
  await bench.start()
  expect(await bench.data()).toEqual({ ...values, passed: at })
})
