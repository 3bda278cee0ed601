import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { bothForms, canonicalForm, fingerprint } from '../../../ts/fingerprint/index.js'
import { decodeValue, encodeValue } from '../../../ts/values/index.js'

test('RFC 8785, 3.2.2: the sample of numbers, strings and literals', () => {
  const sample: unknown = JSON.parse(
    String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],` +
      String.raw`"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
  )
  expect(canonicalForm(sample)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
      String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  )
})

test('RFC 8785, 3.2.3: keys in the order of their UTF-16 code units', () => {
  const sample = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  }
  const order = [...canonicalForm(sample).matchAll(/:"([^"]*)"/g)].map(([, name]) => name)
  expect(order).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ])
})

test.each([
  ['0000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555554', '333333333.33333325'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
])('RFC 8785, appendix B: the double %s is %s', (bits, text) => {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(`0x${bits}`))
  expect(canonicalForm(view.getFloat64(0))).toBe(text)
})

test('it is the SHA-256 of the canonical form in UTF-8', () => {
  const value = { b: ['ä', '\ud83d\ude00'], a: 1 }
  const text = '{"a":1,"b":["ä","😀"]}'
  expect(fingerprint(value)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'))
  expect(fingerprint({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
})

test('a lone surrogate is written as its escape, so two of them are told apart', () => {
  expect(canonicalForm('\ud800')).toBe(String.raw`"\ud800"`)
  expect(canonicalForm({ '\udfff': 1 })).toBe(String.raw`{"\udfff":1}`)
  expect(fingerprint('\ud800')).not.toBe(fingerprint('\ud801'))
  expect(fingerprint('\ud800')).not.toBe(fingerprint(String.raw`\ud800`))
})

test('what resembles another is told from it', () => {
  const values: readonly unknown[] = [
    null,
    undefined,
    [null],
    [undefined],
    {},
    { a: undefined },
    { a: null },
    0,
    -0,
    '0',
    0n,
    NaN,
    Infinity,
    -Infinity,
    'NaN',
    new Date(0),
    new Date(0).toISOString(),
    new Date(NaN),
    new Uint8Array(),
    new Uint8Array([0]),
    'AA==',
    new Map(),
    new Set(),
    [],
    new Map([['a', 1]]),
    { a: 1 },
    new Set(['a']),
    ['a'],
    { $type: 'undefined' },
    { $type: 'object', value: { $type: 'undefined' } },
    '',
    false,
    true,
  ]
  expect(new Set(values.map(fingerprint)).size).toBe(values.length)
})

test('the order of a Map and of a Set counts, that of the keys of an object does not', () => {
  const map = (...keys: string[]): Map<string, number> => new Map(keys.map((key) => [key, 1]))
  expect(fingerprint(map('a', 'b'))).not.toBe(fingerprint(map('b', 'a')))
  expect(fingerprint(new Set([1, 2]))).not.toBe(fingerprint(new Set([2, 1])))
  expect(fingerprint({ a: 1, b: 2 })).toBe(fingerprint({ b: 2, a: 1 }))
  // Whole numbers among the keys come first in every object of JavaScript, and in their own order.
  expect(canonicalForm({ b: 1, 9: 2, 10: 3, a: 4 })).toBe('{"10":3,"9":2,"a":4,"b":1}')
})

test('what is of another realm or has no prototype has the same fingerprint', () => {
  const foreign: unknown = runInNewContext(
    '({ a: [1, new Map([[1, new Date(0)]])], b: new Uint8Array([1]) })',
  )
  const own = { b: new Uint8Array([1]), a: [1, new Map([[1, new Date(0)]])] }
  expect(fingerprint(foreign)).toBe(fingerprint(own))
  expect(fingerprint(Object.assign(Object.create(null) as object, { a: 1 }))).toBe(fingerprint({ a: 1 }))
})

test('a key __proto__ is a key like any other', () => {
  const value: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}')
  expect(canonicalForm(value)).toBe('{"__proto__":{"a":1},"b":2}')
  expect(fingerprint(value)).not.toBe(fingerprint({ b: 2 }))
})

class Custom {
  readonly a = 1
}
const cycle: Record<string, unknown> = {}
cycle['self'] = cycle
const hole: unknown[] = [1]
hole[2] = 3
const deep = Array.from({ length: 1001 }).reduce<unknown>((inner) => [inner], 1)

test.each([
  ['a class instance', { a: [new Custom()] }, '/a/0'],
  ['a function', { a: { 'b/c~d': () => 1 } }, '/a/b~1c~0d'],
  ['a symbol', [1, Symbol('x')], '/1'],
  ['a method toJSON', { toJSON: () => 'other' }, '/toJSON'],
  ['a hole', hole, '/1'],
  ['a regular expression', { a: /x/ }, '/a'],
  ['a promise', [Promise.resolve()], '/0'],
  ['a Float64Array', { a: new Float64Array(1) }, '/a'],
])('%s is refused with its path', (_, value, path) => {
  expect(() => fingerprint(value)).toThrow(
    expect.objectContaining({
      code: 'unsupported-value',
      fields: expect.objectContaining({ path }) as unknown,
    }),
  )
})

test('a cycle and more levels than may be are refused', () => {
  expect(() => fingerprint(cycle)).toThrow(expect.objectContaining({ code: 'unsupported-value' }))
  expect(() => fingerprint(deep)).toThrow(expect.objectContaining({ code: 'unsupported-value' }))
})

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, undefined, true, false, NaN, -0, Infinity),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.bigInt(),
    fc.date(),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$type', '__proto__', '1', '02')), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}))

test('the canonical form says all of a value, and is its own', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = canonicalForm(value)
      const read = decodeValue(text)
      expect(read).toEqual(value)
      expect(canonicalForm(read)).toBe(text)
    }),
  )
})

test('the order in which keys were set never counts', () => {
  const record = fc.dictionary(fc.string(), anyValue, { noNullPrototype: true })
  fc.assert(
    fc.property(record, (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse())
      expect(fingerprint(turned)).toBe(fingerprint(value))
    }),
  )
})

/** RFC 8785 over the form of a value, as it is said: by sorting, and nothing else. */
function bySorting(form: unknown): string {
  if (typeof form !== 'object' || form === null) return JSON.stringify(form)
  if (Array.isArray(form)) return `[${form.map(bySorting).join(',')}]`
  const members = Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${bySorting(item)}`).join(',')}}`
}

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('1', '10', '9', '01', '__proto__', '$type', 'a', 'b', '\ud800'),
)

test('what is written at once is what sorting gives, whatever the keys', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      // Lists of at least two records, in one another, would now and then be of millions.
      { depthSize: 'small', maxDepth: 4 },
      fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0, 1n, '\udc00')),
      fc.array(tie('value')),
      fc.dictionary(key, tie('value')),
      // Many of one kind, in a row.
      fc.array(fc.record({ b: tie('value'), a: fc.integer(), c: fc.string() }), { minLength: 2 }),
    ),
  }))
  fc.assert(
    fc.property(value, (given) => {
      expect(canonicalForm(given)).toBe(bySorting(JSON.parse(encodeValue(given))))
    }),
    { numRuns: 2000 },
  )
})

test('both forms at once are those that are made one by one', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(bothForms(value)).toEqual({ form: encodeValue(value), canonical: canonicalForm(value) })
    }),
    { numRuns: 500 },
  )
  expect(bothForms({ b: [{ d: 1, c: 2 }], a: 'x' })).toEqual({
    form: '{"b":[{"d":1,"c":2}],"a":"x"}',
    canonical: '{"a":"x","b":[{"c":2,"d":1}]}',
  })
})
