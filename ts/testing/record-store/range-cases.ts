import type { RecordEntry, RecordKey, RecordRange, Value } from '../../records/index.js'
import { assertEqual, assertRejects } from '../assertions.js'
import { assertValue, keysOf, type RecordStoreCase, scanOf, setIn } from './case.js'
import { compareKeys } from './key-order.js'
import { seededRandom, type SeededRandom } from './seeded-random.js'

/** Ranges, limits, directions, and what a transaction sees of its own writes. */
export const rangeCases: readonly RecordStoreCase[] = [
  {
    name: 'a prefix means whole elements: the key itself, those below it, and no sibling',
    async run({ store }) {
      const keys: readonly RecordKey[] = [['c', 1], ['c', 1, 5], ['c', 1, 'a'], ['c', 12], ['c', 'doc'], ['c', 'doc', 1], ['c', 'doc', 'x', 'y'], ['c', 'doc', '\uffff'], ['c', 'doc1'], ['c', 'doc1', 1]] // prettier-ignore
      await store.transact((transaction) => {
        for (const key of keys) transaction.set(key, 0)
      })
      const below = async (prefix: RecordKey): Promise<RecordKey[]> => keysOf(await scanOf(store, { prefix }))
      assertValue(await below(['c', 'doc']), keys.slice(4, 8), "below 'doc'")
      assertValue(await below(['c', 1]), keys.slice(0, 3), 'below 1')
      assertValue(await below(['c', 'doc', 'x']), [['c', 'doc', 'x', 'y']], 'below a key that has no record')
      assertValue(await below(['c', 'do']), [], 'below the beginning of a string')
      assertValue(await below(['c']), keys, 'the whole collection')
      assertValue(await below(['d']), [], 'a collection that nobody wrote to')
    },
  },
  {
    name: 'from is the first key, to the first that is not meant; without one the range goes to the end',
    async run({ store }) {
      await store.transact((transaction) => {
        for (let index = 0; index < 10; index++) transaction.set(['c', index], index)
        transaction.set(['c', 'last', 'of', 'all'], 10)
        for (const other of ['b', 'ca', 'd']) transaction.set([other, 1], -1)
      })
      const values = async (range: RecordRange): Promise<Value[]> =>
        (await scanOf(store, range)).map(({ value }) => value)
      assertValue(await values({ from: ['c', 3], to: ['c', 6] }), [3, 4, 5], 'from and to')
      assertValue(await values({ from: ['c', 3], to: ['c', 6], reverse: true }), [5, 4, 3], 'backwards')
      assertValue(await values({ from: ['c', 2.5], to: ['c', 5.5] }), [3, 4, 5], 'between records')
      assertValue(await values({ from: ['c', 8] }), [8, 9, 10], 'without to')
      assertValue(await values({ to: ['c', 2] }), [0, 1], 'without from')
      assertValue(await values({ to: ['c', 2], reverse: true, limit: 1 }), [1], 'the last before to')
      assertValue(await values({ from: ['c', 'z'] }), [], 'after the last')
      assertValue(await values({ to: ['c'] }), [], 'before the first')
      assertValue(await values({ from: ['c', 3], to: ['c', 3] }), [], 'an empty range')
      assertValue(
        await values({ from: ['c', 6], to: ['c', 3] }),
        [],
        'a range whose end is before its beginning',
      )
      assertValue(await values({ from: ['c', 6], to: ['c', 3], reverse: true }), [], 'the same backwards')
    },
  },
  {
    name: 'a limit gives the first, or backwards the last; without one a scan gives 1,000',
    async run({ store }) {
      await store.transact((transaction) => {
        for (let index = 0; index < 1001; index++) transaction.set(['c', index], index)
      })
      const values = async (range: RecordRange): Promise<Value[]> =>
        (await scanOf(store, range)).map(({ value }) => value)
      assertValue(await values({ prefix: ['c'], limit: 3 }), [0, 1, 2], 'the first three')
      assertValue(await values({ prefix: ['c'], limit: 2, reverse: true }), [1000, 999], 'the last two')
      assertEqual((await values({ prefix: ['c'] })).length, 1000, 'without a limit')
      assertValue((await values({ prefix: ['c'], reverse: true })).at(-1), 1, 'the last without a limit')
      assertEqual((await values({ prefix: ['c'], limit: 5000 })).length, 1001, 'a limit beyond the end')
      const most = Number.MAX_SAFE_INTEGER
      assertEqual((await values({ prefix: ['c'], limit: most })).length, 1001, 'the largest limit')
    },
  },
  {
    name: 'what is no range is bad-argument',
    async run({ store }) {
      const key: RecordKey = ['c']
      const refused: readonly (readonly [string, unknown])[] = [
        ['no range', undefined],
        ['null', null],
        ['neither prefix nor from nor to', {}],
        ['prefix and from', { prefix: key, from: key }],
        ['prefix and to', { prefix: key, to: key }],
        ['two collections', { from: ['a'], to: ['b'] }],
        ['a limit of 0', { prefix: key, limit: 0 }],
        ['a limit below 0', { prefix: key, limit: -1 }],
        ['a limit that is not whole', { prefix: key, limit: 1.5 }],
        ['a limit of NaN', { prefix: key, limit: NaN }],
        ['an infinite limit', { prefix: key, limit: Infinity }],
        ['a limit as a string', { prefix: key, limit: '5' }],
        ['a direction as a string', { prefix: key, reverse: 'no' }],
      ]
      for (const [what, range] of refused) {
        const scan = store.transact((transaction) => transaction.scan(range as RecordRange))
        await assertRejects(() => scan, 'bad-argument', what)
      }
    },
  },
  {
    name: 'a scan sees what its transaction has written before, and a get does',
    async run({ store }) {
      await setIn(store, ['c', 1], 'old')
      await setIn(store, ['c', 2], 'old')
      await store.transact(async (transaction) => {
        transaction.set(['c', 1], 'new')
        transaction.delete(['c', 2])
        transaction.set(['c', 3], 'new')
        assertValue(await transaction.get(['c', 1]), 'new', 'what was changed')
        assertEqual(await transaction.get(['c', 2]), undefined, 'what was taken away')
        const expected: readonly RecordEntry[] = [
          { key: ['c', 1], value: 'new' },
          { key: ['c', 3], value: 'new' },
        ]
        assertEqual(await transaction.scan({ prefix: ['c'] }), expected, 'the scan')
        transaction.set(['c', 2], 'again')
        transaction.delete(['c', 3])
        assertValue(keysOf(await transaction.scan({ from: ['c'] })), [['c', 1], ['c', 2]], 'keys') // prettier-ignore
      })
      assertValue(keysOf(await scanOf(store, { from: ['c'] })), [['c', 1], ['c', 2]], 'keys afterwards') // prettier-ignore
    },
  },
  {
    name: 'a read sees what was written before it was called, and nothing that is written before it is awaited',
    async run({ store }) {
      await store.transact((transaction) => {
        for (let index = 0; index < 6; index++) transaction.set(['c', index], 'old')
      })
      await store.transact(async (transaction) => {
        const got = transaction.get(['c', 0])
        const scanned = transaction.scan({ prefix: ['c'], limit: 3 })
        const backwards = transaction.scan({ prefix: ['c'], limit: 3, reverse: true })
        for (let index = 0; index < 6; index++) transaction.delete(['c', index])
        transaction.set(['c', 2.5], 'new')
        assertValue(await got, 'old', 'the value')
        assertValue(keysOf(await scanned), [['c', 0], ['c', 1], ['c', 2]], 'the first') // prettier-ignore
        assertValue(keysOf(await backwards), [['c', 5], ['c', 4], ['c', 3]], 'the last') // prettier-ignore
        assertValue(
          keysOf(await transaction.scan({ prefix: ['c'] })),
          [['c', 2.5]],
          'a scan that is called then',
        )
      })
    },
  },
  {
    name: 'scans with random writes of their own are what a plain list would give',
    async run({ store, seed }) {
      const random = seededRandom(seed)
      for (let round = 0; round < 20; round++) {
        const model = new Map<string, RecordKey>()
        const put = (key: RecordKey): unknown => model.set(JSON.stringify(key), key)
        const collection = `c${round}`
        const stored = Array.from({ length: random.below(30) }, () => randomKey(random, collection))
        await store.transact((transaction) => {
          for (const key of stored) transaction.set(key, 0)
        })
        stored.forEach(put)
        await store.transact(async (transaction) => {
          for (let step = 0; step < 30; step++) {
            const key = randomKey(random, collection)
            if (random.below(2) === 0) {
              transaction.set(key, step)
              put(key)
            } else {
              transaction.delete(key)
              model.delete(JSON.stringify(key))
            }
            const range = randomRange(random, collection)
            const expected = expectedKeys([...model.values()], range)
            const what = `seed ${seed}, round ${round}, step ${step}: ${JSON.stringify(range)}`
            assertValue(keysOf(await transaction.scan(range)), expected, what)
          }
        })
        const left = keysOf(await scanOf(store, { prefix: [collection] }))
        assertValue(left, expectedKeys([...model.values()], { prefix: [collection] }), `round ${round}`)
      }
    },
  },
  {
    name: 'many records: written, counted page by page, read from both ends, and taken away',
    async run({ store, large }) {
      const each = 5000
      for (let start = 0; start < large; start += each) {
        await store.transact((transaction) => {
          for (let index = start; index < Math.min(large, start + each); index++) {
            // In another order than that of the keys: 7,919 shares no factor with what is asked for here.
            const id = (index * 7919) % large
            transaction.set(['c', id % 10, id], { id, text: 'some text that belongs to it' })
          }
        })
      }
      let from: RecordKey | undefined = ['c']
      let count = 0
      while (from !== undefined) {
        const page: RecordEntry[] = await scanOf(store, { from, limit: 10_000 })
        count += page.length
        const last: RecordEntry | undefined = page.at(-1)
        // The first key that can come after the last one of the page.
        from = page.length < 10_000 || last === undefined ? undefined : [...last.key, -Number.MAX_VALUE]
      }
      assertEqual(count, large, 'records')
      const least = await scanOf(store, { prefix: ['c', 3], limit: 2 })
      assertValue(keysOf(least), [['c', 3, 3], ['c', 3, 13]], 'the first of a group') // prettier-ignore
      const last = await scanOf(store, { prefix: ['c', 3], limit: 1, reverse: true })
      assertValue(keysOf(last), [['c', 3, large - 7]], 'the last of a group')
      await store.transact(async (transaction) => {
        for (const { key } of await transaction.scan({ prefix: ['c', 4], limit: large }))
          transaction.delete(key)
      })
      assertEqual(await scanOf(store, { prefix: ['c', 4], limit: 1 }), [], 'a group that was taken away')
      assertEqual((await scanOf(store, { prefix: ['c'], limit: large })).length, large * 0.9, 'what is left')
    },
  },
]

function randomKey(random: SeededRandom, collection: string): RecordKey {
  const element = (): string | number => random.pick<string | number>([random.below(4), 'a', 'b', 'ab', ''])
  return [collection, ...Array.from({ length: random.below(3) }, element)]
}

function randomRange(random: SeededRandom, collection: string): RecordRange {
  const options = {
    ...(random.below(3) > 0 ? { limit: 1 + random.below(8) } : {}),
    reverse: random.below(2) === 0,
  }
  const key = (): RecordKey => randomKey(random, collection)
  switch (random.below(4)) {
    case 0:
      return { ...options, prefix: key() }
    case 1:
      return { ...options, from: key() }
    case 2:
      return { ...options, to: key() }
    default:
      return { ...options, from: key(), to: key() }
  }
}

function expectedKeys(keys: readonly RecordKey[], range: RecordRange): RecordKey[] {
  const { prefix, from, to, limit = 1000, reverse = false } = range
  const meant = keys.filter((key) => {
    if (prefix !== undefined) return prefix.every((element, at) => key[at] === element)
    return (
      (from === undefined || compareKeys(key, from) >= 0) && (to === undefined || compareKeys(key, to) < 0)
    )
  })
  meant.sort(compareKeys)
  if (reverse) meant.reverse()
  return meant.slice(0, limit)
}
