import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeValue, encodeValue, type Value } from '../../../ts/values/index.js'

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, NaN, -0, Infinity, '$type', '{"$type":"date"}'),
    fc.boolean(),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$type', 'value', '__proto__')), tie('value')),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((entries) => new Map(entries)),
    fc.array(tie('value')).map((items) => new Set(items)),
  ),
}))

test('every value comes back as it was', () => {
  fc.assert(
    fc.property(value, (original) => {
      const back = decodeValue(encodeValue(original))
      // Prototypes are not kept, nor are they told apart here.
      expect(encodeValue(back)).toBe(encodeValue(original))
      expect(back).toEqual(original)
    }),
    { numRuns: 500 },
  )
})

test('the form of each kind of value', () => {
  const forms: readonly (readonly [Value, string])[] = [
    [{ b: [1, null], a: 'x' }, '{"b":[1,null],"a":"x"}'],
    [undefined, '{"$type":"undefined"}'],
    [[NaN, -0], '[{"$type":"number","value":"NaN"},{"$type":"number","value":"-0"}]'],
    [12n, '{"$type":"bigint","value":"12"}'],
    [new Date(0), '{"$type":"date","value":"1970-01-01T00:00:00.000Z"}'],
    [new Date(NaN), '{"$type":"date","value":null}'],
    [new Uint8Array([1, 2, 3]), '{"$type":"bytes","value":"AQID"}'],
    [new Map([['a', 1n]]), '{"$type":"map","value":[["a",{"$type":"bigint","value":"1"}]]}'],
    [new Set([1]), '{"$type":"set","value":[1]}'],
    [{ $type: 'date' }, '{"$type":"object","value":{"$type":"date"}}'],
  ]
  for (const [original, form] of forms) {
    expect(encodeValue(original)).toBe(form)
    expect(decodeValue(form)).toEqual(original)
  }
})

test('values of another realm, of subclasses and without prototype are what they are', () => {
  const foreign = runInNewContext(
    '({ date: new Date(0), map: new Map([[1, 2]]), set: new Set([1]), bytes: new Uint8Array([1]), list: [-0] })',
  ) as Value
  expect(decodeValue(encodeValue(foreign))).toEqual({
    date: new Date(0),
    map: new Map([[1, 2]]),
    set: new Set([1]),
    bytes: new Uint8Array([1]),
    list: [-0],
  })
  expect(decodeValue(encodeValue(Buffer.from([1])))).toEqual(new Uint8Array([1]))
  const bare = Object.assign(Object.create(null) as Record<string, Value>, { a: NaN })
  expect(decodeValue(encodeValue(bare))).toEqual({ a: NaN })
})

test('what has the name of another class is no value', () => {
  for (const name of ['Map', 'Set', 'Date', 'Uint8Array']) {
    class Pretender {
      get [Symbol.toStringTag](): string {
        return name
      }
    }
    expect(() => encodeValue([new Pretender()])).toThrow(
      expect.objectContaining({ code: 'unsupported-value', fields: { path: '/0', found: `an object of class ${name}` } }), // prettier-ignore
    )
  }
})

test('1,000 levels of any kind are kept, one more is refused', () => {
  const kinds: readonly ((inner: Value) => Value)[] = [
    (inner) => [inner],
    (inner) => ({ a: inner }),
    (inner) => new Set([inner]),
    (inner) => new Map([[1, inner]]),
    (inner) => ({ $type: inner }),
  ]
  for (const wrap of kinds) {
    let nested: Value = []
    for (let level = 1; level < 1000; level++) nested = wrap(nested)
    expect(encodeValue(decodeValue(encodeValue(nested)))).toBe(encodeValue(nested))
    expect(() => encodeValue(wrap(nested))).toThrow(expect.objectContaining({ code: 'unsupported-value' }))
  }
})

test('text that is no form of a value is bad-value-form', () => {
  const texts = [
    '',
    '{',
    '{"$type":"duration","value":"P1D"}',
    '[{"$type":5}]',
    '{"$type":"number","value":"1"}',
    '{"$type":"bigint","value":"1.5"}',
    '{"$type":"date","value":"never"}',
    '{"$type":"bytes","value":"*"}',
    '{"$type":"map","value":[[1]]}',
    '{"$type":"set","value":{}}',
    '{"$type":"object","value":[]}',
    `${'['.repeat(100_000)}{"$type":"undefined"}${']'.repeat(100_000)}`,
  ]
  for (const text of texts) {
    expect(() => decodeValue(text), text.slice(0, 50)).toThrow(
      expect.objectContaining({ code: 'bad-value-form' }),
    )
  }
})
