import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Cases } from './differing-cases.js'
import { differingCases } from './differing-cases.js'

/** Written by tests/python/make_expressions.py; tests/python/test_expressions.py makes others at each run. */
const fixture = new URL('../../fixtures/expressions/cpython.json', import.meta.url)
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as Cases

test('what CPython has made of generated expressions is what comparisons makes of them', () => {
  expect(recorded.cases.length).toBeGreaterThan(3000)
  expect(differingCases(recorded)).toEqual([])
})

test.each([
  [['n + 1', 0, [4]], '["n + 1",0,[4]] gave 3'],
  [['n + 1', 0, 'TypeError'], '["n + 1",0,"TypeError"] gave 3'],
  [['n + 1', 0, 'SyntaxError'], '["n + 1",0,"SyntaxError"] gave no error'],
  [['n + ', 0, [4]], '["n + ",0,[4]] gave an error without data: a value'],
  [['m', 0, 'KeyError'], '["m",0,"KeyError"] gave data with the name m'],
  [['n == 2', 0, [1]], '["n == 2",0,[1]] gave true'],
] as const)('a difference would be found: %j', (one, told) => {
  expect(differingCases({ data: [{ n: 2 }], cases: [one] })).toEqual([told])
})
