import { expect, test } from 'vitest'
import {
  drawn,
  end,
  exclusive,
  inclusive,
  otherwise,
  parallel,
  path,
  script,
  start,
  userTask,
  when,
} from '../../../fixtures/units/drawn-processes.mjs'
import type { UnitTask } from '../../../../ts/deciders/units/index.js'
import { benchOf } from './unit-bench.js'

type Task = UnitTask
const set = ({ element }: Task): object => ({ [element]: true })
const dialects = ['a', 'b', 'c'] as const

const choice = drawn(
  'Choice',
  [start('s'), exclusive('which'), script('big'), script('small'), exclusive('merge'), end('e')],
  [
    ...path('s', 'which'),
    ...when('which', 'n > 10', 'big', 'merge'),
    ...otherwise('which', 'small', 'merge'),
    ...path('merge', 'e'),
  ],
)

test.each(dialects)('U36 of an exclusive gateway one branch is taken, in dialect %s', async (dialect) => {
  const activities = { big: set, small: set }
  const large = await benchOf(choice, { dialect, activities })
  await large.start({ n: 11 })
  expect(await large.data()).toEqual({ n: 11, big: true })
  expect(await large.completed()).toEqual(['big', 'e', 'merge', 's', 'which'])
  const small = await benchOf(choice, { dialect, activities })
  await small.start({ n: 10 })
  expect(await small.data()).toEqual({ n: 10, small: true })
})

test('U36 the first branch whose condition holds is taken, though more hold', async () => {
  const ways = drawn(
    'Ways',
    [start('s'), exclusive('which'), script('one'), script('two'), end('e')],
    [...path('s', 'which'), ...when('which', 'n > 1', 'one', 'e'), ...when('which', 'n > 0', 'two', 'e')],
  )
  const bench = await benchOf(ways, { activities: { one: set, two: set } })
  await bench.start({ n: 2 })
  expect(await bench.data()).toEqual({ n: 2, one: true })
})

test.each([
  ['exclusive', exclusive],
  ['inclusive', inclusive],
] as const)(
  'U36 an %s gateway without a branch that holds fails the process, with its conditions',
  async (_, gateway) => {
    const ways = drawn(
      'Ways',
      [start('s'), gateway('which'), script('one'), script('two'), end('e')],
      [...path('s', 'which'), ...when('which', 'n > 1', 'one', 'e'), ...when('which', 'n > 2', 'two', 'e')],
    )
    const bench = await benchOf(ways, { activities: { one: set, two: set } })
    await bench.start({ n: 0 })
    expect(await bench.error()).toMatchObject({
      code: 'no-branch',
      fields: { process: 'Ways', element: 'which', expressions: ['n > 1', 'n > 2'] },
    })
  },
)

test('U36 a condition that cannot be evaluated fails the process, with the expression and the element', async () => {
  const bench = await benchOf(choice, { activities: { big: set, small: set } })
  await bench.start({ m: 1 })
  expect(await bench.error()).toMatchObject({
    code: 'bad-expression',
    fields: { process: 'Choice', element: 'which', expression: 'n > 10', column: 1 },
  })
})

const inclusiveWays = drawn(
  'Ways',
  [
    start('s'),
    inclusive('which'),
    script('one'),
    script('two'),
    script('three'),
    inclusive('join'),
    end('e'),
  ],
  [
    ...path('s', 'which'),
    ...when('which', '1 in n', 'one', 'join'),
    ...when('which', '2 in n', 'two', 'join'),
    ...otherwise('which', 'three', 'join'),
    ...path('join', 'e'),
  ],
)

test.each(
  dialects.flatMap((dialect) => [
    [dialect, [1], ['one']] as const,
    [dialect, [1, 2], ['one', 'two']] as const,
    [dialect, [], ['three']] as const,
  ]),
)('U36 in dialect %s an inclusive gateway takes, of %j, %j', async (dialect, n, taken) => {
  const bench = await benchOf(inclusiveWays, { dialect, activities: { one: set, two: set, three: set } })
  await bench.start({ n })
  expect(await bench.data()).toEqual({ n, ...Object.fromEntries(taken.map((name) => [name, true])) })
  expect(await bench.completed()).toEqual(['e', 'join', 's', 'which', ...taken].sort())
})

test('U36 an inclusive join waits for a branch that may come, and not for one that cannot', async () => {
  const asked = drawn(
    'Asked',
    [
      start('s'),
      inclusive('which'),
      script('one'),
      userTask('two', 'two'),
      userTask('never', 'never'),
      inclusive('join'),
      script('after'),
      end('e'),
    ],
    [
      ...path('s', 'which'),
      ...when('which', 'True', 'one', 'join'),
      ...when('which', 'True', 'two', 'join'),
      ...when('which', 'False', 'never', 'join'),
      ...path('join', 'after', 'e'),
    ],
  )
  const bench = await benchOf(asked, { activities: { one: set, after: set } })
  await bench.start()
  expect(await bench.completed()).toEqual(['one', 's', 'which'])
  await bench.answer('two', { two: 2 })
  expect(await bench.data()).toEqual({ one: true, two: 2, after: true })
  expect((await bench.completed()).filter((id) => id === 'after')).toHaveLength(1)
})

const fork = drawn(
  'Fork',
  [start('s'), parallel('split'), userTask('A', 'A'), userTask('B', 'B'), parallel('join'), end('e')],
  [...path('s', 'split', 'A', 'join', 'e'), ...path('split', 'B', 'join')],
)

test.each(dialects)(
  'U36 a parallel join waits for all, and the last to come goes over the others, in dialect %s',
  async (dialect) => {
    const bench = await benchOf(fork, { dialect })
    await bench.start({ k: 0, list: [0], both: { s: 0 } })
    expect(await bench.active()).toEqual(['A', 'B'])
    await bench.answer('B', { k: 'B', list: [1, 2], both: { b: 1 } })
    expect(await bench.active()).toEqual(['A'])
    await bench.answer('A', { k: 'A', list: [3], both: { a: 1 } })
    // Lists are replaced; objects are merged.
    expect(await bench.data()).toEqual({ k: 'A', list: [3], both: { s: 0, a: 1, b: 1 } })
    expect(await bench.completed()).toEqual(['A', 'B', 'e', 'join', 's', 'split'])
  },
)

test('U36 a variable that one branch has removed comes back from another', async () => {
  const bench = await benchOf(fork)
  await bench.start({ old: 1 })
  await bench.answer('A', { old: undefined })
  await bench.answer('B')
  expect(await bench.data()).toEqual({ old: 1 })
})

test('U36 a join that can never fire is run-stuck, with the gateway', async () => {
  const stuck = drawn(
    'Stuck',
    [start('s'), exclusive('which'), script('one'), script('two'), parallel('join'), end('e')],
    [
      ...path('s', 'which'),
      ...when('which', 'True', 'one', 'join'),
      ...otherwise('which', 'two', 'join'),
      ...path('join', 'e'),
    ],
  )
  const bench = await benchOf(stuck, { activities: { one: set, two: set } })
  await bench.start()
  expect(await bench.error()).toMatchObject({
    code: 'run-stuck',
    fields: { process: 'Stuck', element: 'join' },
  })
})

const back = drawn(
  'Back',
  [start('s'), exclusive('merge'), script('count'), exclusive('again'), end('e')],
  [...path('s', 'merge', 'count', 'again'), ...when('again', 'n < top', 'merge'), ...otherwise('again', 'e')],
)
const count = ({ data }: Task): object => ({ n: Number(data['n']) + 1 })

test.each(dialects)(
  'U36 a way back is gone as often as its condition holds, in dialect %s',
  async (dialect) => {
    const bench = await benchOf(back, { dialect, activities: { count } })
    await bench.start({ n: 0, top: 3 })
    expect(await bench.data()).toEqual({ n: 3, top: 3 })
    const times = (element: string, all: readonly string[]): number =>
      all.filter((one) => one === element).length
    const completed = await bench.completed()
    expect(['merge', 'count', 'again', 'e'].map((element) => times(element, completed))).toEqual([3, 3, 3, 1])
  },
)

test('U36 a loop without end is run-limit, with the element; one that waits for people is none', async () => {
  const endless = await benchOf(back, { activities: { count }, limits: { visits: 50 } })
  await endless.start({ n: 0, top: Infinity })
  expect(await endless.error()).toMatchObject({
    code: 'run-limit',
    fields: { process: 'Back', element: 'merge', limit: 'visits', maximum: 50 },
  })
  const asked = drawn(
    'Asked',
    [start('s'), exclusive('merge'), userTask('ask', 'ask'), exclusive('again'), end('e')],
    [...path('s', 'merge', 'ask', 'again'), ...when('again', 'more', 'merge'), ...otherwise('again', 'e')],
  )
  const bench = await benchOf(asked, { limits: { visits: 2 } })
  await bench.start()
  for (let time = 0; time < 5; time++) await bench.answer('ask', { more: time < 4 })
  expect(await bench.data()).toEqual({ more: false })
})

test('U36 a parallel split in a way back joins anew each time', async () => {
  const round = drawn(
    'Round',
    [
      start('s'),
      exclusive('merge'),
      parallel('split'),
      script('A'),
      script('B'),
      parallel('join'),
      script('count'),
      exclusive('again'),
      end('e'),
    ],
    [
      ...path('s', 'merge', 'split', 'A', 'join', 'count', 'again'),
      ...path('split', 'B', 'join'),
      ...when('again', 'n < 4', 'merge'),
      ...otherwise('again', 'e'),
    ],
  )
  const bench = await benchOf(round, { activities: { A: set, B: set, count } })
  await bench.start({ n: 0 })
  expect(await bench.data()).toEqual({ n: 4, A: true, B: true })
  expect((await bench.completed()).filter((id) => id === 'join')).toHaveLength(4)
})
