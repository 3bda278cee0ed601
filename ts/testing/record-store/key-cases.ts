import type { RecordKey } from '../../records/index.js'
import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import { assertValue, getOf, keysOf, type RecordStoreCase, scanOf, setIn } from './case.js'
import { compareKeys, ELEMENTS_IN_ORDER } from './key-order.js'
import { seededRandom } from './seeded-random.js'

/** Keys as long as they may be, and those that are refused. `c` takes 5 bytes, a string 3 and 2 a code unit. */
const LONGEST: readonly RecordKey[] = [
  ['c', 'x'.repeat(446)],
  ['c', '\uffff'.repeat(446)],
  ['c', '\u0000'.repeat(223)],
  ['c', ...Array.from({ length: 15 }, (_, index) => index)],
  ['c'.repeat(41)],
]
const REFUSED: readonly (readonly [string, unknown])[] = [
  ['no array', 'c'],
  ['nothing', undefined],
  ['null', null],
  ['an object', { 0: 'c', length: 1 }],
  ['no elements', []],
  ['a number as collection', [1]],
  ['an empty collection', ['']],
  ['a collection in upper case', ['C', 1]],
  ['a collection that begins with a digit', ['1c', 1]],
  ['a collection with a hyphen', ['a-b', 1]],
  ['a collection with a line break', ['c\n', 1]],
  ['a collection with a letter of another alphabet', ['\u00e9', 1]],
  ['a collection of 42 characters', ['c'.repeat(42), 1]],
  ['17 elements', ['c', ...Array.from({ length: 16 }, () => 1)]],
  ['NaN', ['c', NaN]],
  ['Infinity', ['c', Infinity]],
  ['-Infinity', ['c', -Infinity]],
  ['null within', ['c', null]],
  ['undefined within', ['c', undefined]],
  ['a boolean', ['c', true]],
  ['a bigint', ['c', 1n]],
  ['a date', ['c', new Date(0)]],
  ['bytes', ['c', new Uint8Array(1)]],
  ['a nested array', ['c', ['a']]],
  ['a boxed string', ['c', Object('a')]],
  ['902 bytes', ['c', 'x'.repeat(447)]],
  ['902 bytes in two', ['c', 'x'.repeat(400), 'x'.repeat(46)]],
  ['902 bytes by a zero', ['c', '\u0000' + 'x'.repeat(445)]],
  ['a million characters', ['c', 'x'.repeat(1_000_000)]],
]

/** Keys: what they may be, that each is its own, and their order. */
export const keyCases: readonly RecordStoreCase[] = [
  {
    name: 'records come in the order of their keys, forwards and backwards',
    async run({ store, seed }) {
      const keys = ELEMENTS_IN_ORDER.map((element): RecordKey => ['c', element])
      await store.transact((transaction) => {
        for (const key of seededRandom(seed).shuffled(keys)) transaction.set(key, key)
      })
      const forwards = await scanOf(store, { prefix: ['c'] })
      assertValue(keysOf(forwards), keys, 'keys')
      for (const { key, value } of forwards) assertValue(value, key, 'the value beside a key')
      const backwards = await scanOf(store, { prefix: ['c'], reverse: true })
      assertValue(keysOf(backwards), [...keys].reverse(), 'keys backwards')
      for (const key of keys) assertValue(await getOf(store, key), key, 'a value by its key')
    },
  },
  {
    name: 'a key comes before the longer ones that begin with it, and numbers before strings at every place',
    async run({ store }) {
      const keys: readonly RecordKey[] = [
        ['c'],
        ['c', -1],
        ['c', -1, ''],
        ['c', 1],
        ['c', 1, 2],
        ['c', 1, 2, 3],
        ['c', 1, 'x'],
        ['c', 2],
        ['c', 12],
        ['c', ''],
        ['c', '', -1],
        ['c', '', ''],
        ['c', '', '', ''],
        ['c', '', 'a'],
        ['c', '\u0000'],
        ['c', '\u0000', '\u0000'],
        ['c', 'a'],
        ['c', 'a', 5],
        ['c', 'a', 'b'],
        ['c', 'a', '\uffff'],
        ['c', 'a\u0000'],
        ['c', 'ab'],
        ['c', 'ab', 1],
      ]
      await store.transact((transaction) => {
        for (const key of [...keys].reverse()) transaction.set(key, 0)
      })
      assertValue(keysOf(await scanOf(store, { from: ['c'] })), keys, 'keys')
    },
  },
  {
    name: 'random keys come in order',
    async run({ store, seed }) {
      const random = seededRandom(seed)
      const element = (): string | number => {
        if (random.below(2) === 0) return (random.next() - 0.5) * 10 ** (random.below(40) - 20)
        return Array.from({ length: random.below(4) }, () =>
          String.fromCharCode(random.pick([random.below(4), 97, 98, random.below(0x10000)])),
        ).join('')
      }
      const keys = Array.from({ length: 300 }, (): RecordKey => [
        'c',
        ...Array.from({ length: random.below(4) }, element),
      ])
      const once = keys.filter((key, at) => keys.findIndex((other) => compareKeys(key, other) === 0) === at)
      await store.transact((transaction) => {
        for (const key of once) transaction.set(key, 0)
      })
      const found = keysOf(await scanOf(store, { prefix: ['c'] }))
      assertValue(found, [...once].sort(compareKeys), `keys (seed ${seed})`)
    },
  },
  {
    name: '-0 is 0',
    async run({ store }) {
      await setIn(store, ['c', -0], 'first')
      await setIn(store, ['c', 0, -0], 'second')
      assertValue(await getOf(store, ['c', 0]), 'first', 'the value')
      assertValue(keysOf(await scanOf(store, { prefix: ['c', -0] })), [['c', 0], ['c', 0, 0]], 'keys') // prettier-ignore
    },
  },
  {
    name: 'a number and a string that is written alike are two keys',
    async run({ store }) {
      await setIn(store, ['c', 1], 'number')
      await setIn(store, ['c', '1'], 'string')
      assertValue(await getOf(store, ['c', 1]), 'number', 'the number')
      assertValue(await getOf(store, ['c', '1']), 'string', 'the string')
    },
  },
  {
    name: 'collections are apart, also those whose names begin alike',
    async run({ store }) {
      const names = ['a', 'aa', 'a_', 'a_1', 'b', 'z'.repeat(41), 'sqlite_master', 'select', 'constructor']
      await store.transact((transaction) => {
        for (const name of names) for (const id of [1, 'x']) transaction.set([name, id], name)
        for (const name of names) transaction.set([name], name)
      })
      for (const name of names) {
        const expected = [[name], [name, 1], [name, 'x']]
        assertValue(keysOf(await scanOf(store, { prefix: [name] })), expected, `keys of ${name}`)
        assertValue(keysOf(await scanOf(store, { from: [name] })), expected, `keys from ${name}`)
      }
      await store.transact((transaction) => {
        transaction.delete(['a', 1])
      })
      assertValue(await getOf(store, ['aa', 1]), 'aa', 'what is in another collection')
    },
  },
  {
    name: 'keys of 900 bytes, of 16 elements and of a collection of 41 characters are kept',
    async run({ store }) {
      for (const [index, key] of LONGEST.entries()) await setIn(store, key, index)
      for (const [index, key] of LONGEST.entries()) {
        assertValue(await getOf(store, key), index, `the value of key ${index}`)
        assertValue(keysOf(await scanOf(store, { prefix: key })), [key], `key ${index}`)
      }
    },
  },
  {
    name: 'what is no key is bad-key, wherever it is asked for, and nothing is written',
    async run({ store }) {
      for (const [what, refused] of REFUSED) {
        // The types forbid these; programs without types do not know.
        const key = refused as RecordKey
        const written = store.transact(async (transaction) => {
          transaction.set(['c', 'before'], 1)
          await assertRejects(() => transaction.get(key), 'bad-key', `get: ${what}`)
          await assertRejects(() => { transaction.delete(key) }, 'bad-key', `delete: ${what}`) // prettier-ignore
          // Without a prefix (or a from) a range is another one, or none.
          if (refused !== undefined) {
            await assertRejects(() => transaction.scan({ prefix: key }), 'bad-key', `prefix: ${what}`)
            await assertRejects(() => transaction.scan({ from: key }), 'bad-key', `from: ${what}`)
            await assertRejects(() => transaction.scan({ from: ['c'], to: key }), 'bad-key', `to: ${what}`)
          }
          transaction.set(key, 1)
        })
        await assertRejects(() => written, 'bad-key', `set: ${what}`)
      }
      assertEqual(await scanOf(store, { prefix: ['c'] }), [], 'records')
    },
  },
  {
    name: 'what the caller does to the array of a key afterwards is not seen',
    async run({ store }) {
      const key: [string, ...string[]] = ['c', 'a']
      await store.transact(async (transaction) => {
        transaction.set(key, 1)
        key[1] = 'b'
        const read = transaction.get(['c', 'a'])
        const range: [string, ...string[]] = ['c', 'a']
        const scanned = transaction.scan({ prefix: range })
        range[1] = 'z'
        assertValue(await read, 1, 'the value')
        const [entry] = await scanned
        assertThat(entry !== undefined, 'the record is there')
      })
      assertValue(keysOf(await scanOf(store, { prefix: ['c'] })), [['c', 'a']], 'keys')
    },
  },
]
