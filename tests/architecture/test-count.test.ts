import { expect, test } from 'vitest'
import { countOf } from '../../scripts/test-count.mjs'

const file = (status: string, ...tests: string[]): Parameters<typeof countOf>[0]['testResults'][number] => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
})

test('the last line of npm test counts what passed and what failed', () => {
  const results = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')] }
  expect(countOf(results, false)).toEqual({ passed: 3, failed: 1, notRun: 0 })
})

test('a file that does not load, a test that does not run and an error outside of tests all count as failed', () => {
  expect(countOf({ testResults: [file('failed'), file('passed', 'passed')] }, false)).toEqual({
    passed: 1,
    failed: 1,
    notRun: 0,
  })
  expect(countOf({ testResults: [file('passed', 'passed', 'pending', 'todo')] }, true)).toEqual({
    passed: 1,
    failed: 2,
    notRun: 2,
  })
  expect(countOf({ testResults: [file('passed', 'passed')] }, false)).toEqual({
    passed: 1,
    failed: 1,
    notRun: 0,
  })
})
