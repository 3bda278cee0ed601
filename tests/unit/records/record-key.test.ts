import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordKey } from '../../../ts/records/index.js'
import { mediumKey, recordKey, shownKey } from '../../../ts/records/record-key.js'
import { mediumRange } from '../../../ts/records/record-range.js'
import { compareKeys, ELEMENTS_IN_ORDER } from '../../../ts/testing/record-store/key-order.js'

const units = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 5 })
  .map((codes) => String.fromCharCode(...codes))
const element = fc.oneof(units, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
const key = fc.array(element, { maxLength: 5 }).map((rest): RecordKey => ['c', ...rest])

test('keys come back as they were, but for -0', () => {
  fc.assert(
    fc.property(key, (original) => {
      const { collection, sort } = mediumKey(original)
      expect(recordKey(collection, sort)).toEqual(original.map((it) => (it === 0 ? 0 : it)))
      expect(sort).not.toMatch(/[^\0-\xff]/)
    }),
  )
})

test('the order of encoded keys is that of keys, and a prefix holds what begins with it', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const [one, other] = [mediumKey(a).sort, mediumKey(b).sort]
      expect(one < other ? -1 : one > other ? 1 : 0).toBe(Math.sign(compareKeys(a, b)))
      const { from, to } = mediumRange({ prefix: a })
      const begins = a.every((it, at) => b[at] === it)
      expect(other >= from && to !== undefined && other < to).toBe(begins)
    }),
    { numRuns: 2000 },
  )
})

test('the elements of the suite are in order, as arrays sort them too', () => {
  const numbers = ELEMENTS_IN_ORDER.filter((it) => typeof it === 'number')
  const strings = ELEMENTS_IN_ORDER.filter((it) => typeof it === 'string')
  expect([...numbers].sort((a, b) => a - b)).toEqual(numbers)
  expect([...strings].sort()).toEqual(strings)
  expect([...numbers, ...strings]).toEqual(ELEMENTS_IN_ORDER)
})

test('the largest limit that media are given has 31 bits', () => {
  expect(mediumRange({ prefix: ['c'], limit: Number.MAX_SAFE_INTEGER }).limit).toBe(2 ** 31 - 1)
})

test('a key is shown short, whatever it is', () => {
  expect(shownKey(['c', 'x'.repeat(1e6), 1, null, { a: 1 }]).length).toBeLessThanOrEqual(300)
  expect(shownKey(Array.from({ length: 1e5 }, () => 1)).length).toBeLessThanOrEqual(300)
  expect(shownKey(undefined)).toBe('undefined')
})
