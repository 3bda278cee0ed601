import type { RecordStore, Value } from '../../records/index.js'
import { isUnitflowError } from '../../errors/index.js'
import { assertEqual, assertRejects, assertThat, fail } from '../assertions.js'
import { assertValue, getOf, type RecordStoreCase, scanOf, setIn } from './case.js'

const MAXIMUM = 1024 * 1024

const VALUES: readonly Value[] = [
  null,
  true,
  false,
  0,
  -0,
  1.5,
  -1e-300,
  2 ** 53,
  Number.MAX_VALUE,
  NaN,
  Infinity,
  -Infinity,
  '',
  'text',
  '\u0000\u001f"\\\u2028',
  '\ud83d\ude00',
  '\ud800 alone',
  'alone \udfff',
  0n,
  -(2n ** 80n),
  new Date(0),
  new Date(-1),
  new Date(8.64e15),
  new Date(NaN),
  new Uint8Array(),
  new Uint8Array([0, 1, 127, 128, 255]),
  [],
  [[], [[]]],
  [undefined, null],
  {},
  { a: { b: [1, { c: null }] }, undefined, nothing: undefined },
  { '': 1, ' ': 2, 'a.b': 3, '/': 4, '~': 5, 2: 'b', 1: 'a' },
  JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "toString": 3}') as Value,
  { $type: 'date', value: 'no date' },
  { $type: { $type: undefined } },
  new Map<Value, Value>([
    ['a', 1],
    [{ b: 2 }, new Set([1n, new Map()])],
    [NaN, undefined],
  ]),
  new Set<Value>([1, '1', [1], new Date(1)]),
]

class Amount {
  readonly total = 1
}

/** Values: what comes back, what is refused, and how large they may be. */
export const valueCases: readonly RecordStoreCase[] = [
  {
    name: 'a value comes back as it was set, and a miss is undefined',
    async run({ store }) {
      assertEqual(await getOf(store, ['c', 0]), undefined, 'a miss')
      for (const [index, value] of VALUES.entries()) await setIn(store, ['c', index], value)
      for (const [index, value] of VALUES.entries()) {
        const found = await getOf(store, ['c', index])
        assertValue(found, value, `value ${index}`)
        assertEqual(brand(found), brand(value), `what value ${index} is`)
      }
      const found = await scanOf(store, { prefix: ['c'] })
      assertValue(
        found.map(({ value }) => value),
        VALUES,
        'values of a scan',
      )
      assertEqual(await getOf(store, ['c', VALUES.length]), undefined, 'a miss beside them')
      assertEqual(await getOf(store, ['other', 0]), undefined, 'a miss in a collection that nobody wrote to')
    },
  },
  {
    name: 'values come back in the transaction that has set them as they do in another',
    async run({ store }) {
      await store.transact(async (transaction) => {
        for (const [index, value] of VALUES.entries()) transaction.set(['c', index], value)
        for (const [index, value] of VALUES.entries())
          assertValue(await transaction.get(['c', index]), value, `value ${index}`)
      })
    },
  },
  {
    name: 'nobody changes a stored value from outside',
    async run({ store }) {
      const bytes = new Uint8Array([1, 2])
      const value = { list: [1], bytes, map: new Map([['a', [1]]]) }
      const expected = { list: [1], bytes: new Uint8Array([1, 2]), map: new Map([['a', [1]]]) }
      const change = (it: typeof value): void => {
        it.list.push(2)
        it.bytes.fill(9)
        it.map.get('a')?.push(2)
      }
      await store.transact(async (transaction) => {
        transaction.set(['c', 1], value)
        change(value)
        for (let time = 0; time < 2; time++) {
          const own = await transaction.get(['c', 1])
          assertValue(own, expected, 'the value within the transaction')
          change(own as typeof value)
        }
      })
      for (let time = 0; time < 2; time++) {
        const found = await getOf(store, ['c', 1])
        assertValue(found, expected, 'the value')
        change(found as typeof value)
        const [entry] = await scanOf(store, { prefix: ['c'] })
        assertValue(entry?.value, expected, 'the value of a scan')
        change(entry?.value as typeof value)
      }
    },
  },
  {
    name: 'what is no value is unsupported-value with the path of it, and leaves the transaction as it was',
    async run({ store }) {
      const circle: Record<string, unknown> = {}
      circle['self'] = circle
      const holes: number[] = []
      holes[1] = 1
      const refused: readonly (readonly [string, unknown, string?])[] = [
        ['undefined', undefined, ''],
        ['a function', { a: [0, () => 0] }, '/a/1'],
        ['a symbol', [Symbol('s')], '/0'],
        ['a class instance', { 'a/b': { '~': new Amount() } }, '/a~1b/~0'],
        ['a cycle', circle],
        ['a hole', { list: holes }, '/list/0'],
        ['a RegExp', /x/, ''],
        ['an error', new Error('x'), ''],
        ['a promise', Promise.resolve(1), ''],
        ['a DataView', new DataView(new ArrayBuffer(1)), ''],
        ['a Float64Array', new Float64Array(1), ''],
        ['a WeakMap', [new WeakMap()], '/0'],
        ['a boxed number', Object(1), ''],
        ['1,001 levels', nested(1001)],
        ['a value in a map', new Map([['a', new Amount()]])],
        ['a value in a set', new Set([() => 0])],
      ]
      await store.transact((transaction) => {
        transaction.set(['c', 1], 'before')
        for (const [what, value, path] of refused) {
          try {
            transaction.set(['c', 1], value as Value)
          } catch (error) {
            if (!isUnitflowError(error, 'unsupported-value')) throw error
            if (path !== undefined) assertEqual(error.fields.path, path, `the path of ${what}`)
            continue
          }
          fail(`${what} was not refused`)
        }
        transaction.set(['c', 2], 'after')
      })
      assertValue(await getOf(store, ['c', 1]), 'before', 'the value')
      assertValue(await getOf(store, ['c', 2]), 'after', 'what was set afterwards')
      const failing = setIn(store, ['c', 1], [() => 0] as unknown as Value)
      await assertRejects(() => failing, 'unsupported-value', 'a refusal that nobody catches')
      assertValue(await getOf(store, ['c', 1]), 'before', 'the value then')
    },
  },
  {
    name: 'a value of 1,000 levels is kept',
    async run({ store }) {
      await setIn(store, ['c', 1], nested(1000))
      assertValue(await getOf(store, ['c', 1]), nested(1000), 'the value')
    },
  },
  {
    name: 'a value of 1 MiB is kept, and one byte more is value-too-large',
    async run({ store }) {
      // Two quotes stand around them; the characters take one, two and three bytes, a lone surrogate six.
      const texts = [
        'x'.repeat(MAXIMUM - 2),
        '\u00e9'.repeat(MAXIMUM / 2 - 1),
        '\u20ac'.repeat((MAXIMUM - 4) / 3) + 'xx',
        '\ud83d\ude00'.repeat(MAXIMUM / 4 - 1) + 'xx',
        '\ud800'.repeat((MAXIMUM - 4) / 6) + 'xx',
      ]
      for (const [index, text] of texts.entries()) {
        const key = ['c', index] as const
        await setIn(store, key, text)
        await assertTooLarge(store, index, text + 'x')
        const found = await getOf(store, key)
        assertThat(found === text, `text ${index} does not come back as it was`)
      }
      const bytes = new Uint8Array((MAXIMUM / 4) * 3 - 96).map((_, index) => index)
      await setIn(store, ['c', 'bytes'], bytes)
      const found = await getOf(store, ['c', 'bytes'])
      assertThat(found instanceof Uint8Array && found.every((byte, index) => byte === bytes[index]), 'bytes')
    },
  },
  {
    name: 'many values of 1 MiB fit into one transaction',
    async run({ store }) {
      const text = (index: number): string => String(index).repeat(MAXIMUM - 2)
      await store.transact((transaction) => {
        for (let index = 0; index < 8; index++) transaction.set(['c', index], text(index))
      })
      const found = await scanOf(store, { prefix: ['c'] })
      assertEqual(found.length, 8, 'records')
      for (const [index, { value }] of found.entries()) assertThat(value === text(index), `value ${index}`)
    },
  },
]

async function assertTooLarge(store: RecordStore, index: number, text: string): Promise<void> {
  try {
    await setIn(store, ['c', index], text)
  } catch (error) {
    if (!isUnitflowError(error, 'value-too-large')) throw error
    assertEqual(error.fields.maximum, MAXIMUM, `the maximum that text ${index} exceeds`)
    return
  }
  fail(`text ${index} is one byte too large, and was not refused`)
}

function nested(levels: number): Value {
  let value: Value = []
  for (let level = 1; level < levels; level++) value = [value]
  return value
}

function brand(value: unknown): string {
  return Object.prototype.toString.call(value)
}
