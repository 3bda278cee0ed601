import { expect, test } from 'vitest'
import { isUnitflowError, UnitflowError } from '../../../ts/errors/index.js'
import type { Outcome } from '../../../ts/outcome/index.js'
import { canceled, completed, failed, orThrow, timedOut } from '../../../ts/outcome/index.js'

function thrownBy(outcome: Outcome): unknown {
  try {
    orThrow(outcome)
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('the result of what is completed is given, also undefined', () => {
  expect(orThrow(completed({ total: 120 }))).toEqual({ total: 120 })
  const nothing: Outcome = completed(undefined)
  expect(orThrow(nothing)).toBeUndefined()
})

test('an outcome is JSON, and throws the same error after it has been that', () => {
  const cause = new RangeError('too much')
  const error = new UnitflowError('store-busy', 'busy for 10 ms', { waited: 10 }, { cause })
  const again = JSON.parse(JSON.stringify(failed(error))) as Outcome
  expect(again.status).toBe('failed')
  const thrown = thrownBy(again)
  expect(isUnitflowError(thrown, 'store-busy') && thrown.fields).toEqual({ waited: 10 })
  expect(thrown).toMatchObject({
    message: 'busy for 10 ms',
    cause: { name: 'RangeError', message: 'too much' },
  })
})

test('what was canceled and what took too long throw errors of their own codes', () => {
  expect(JSON.parse(JSON.stringify(canceled('the customer left')))).toEqual({
    status: 'canceled',
    error: {
      name: 'UnitflowError',
      message: 'canceled: the customer left',
      code: 'canceled',
      fields: { reason: 'the customer left' },
    },
  })
  expect(thrownBy(canceled('the customer left'))).toMatchObject({ code: 'canceled' })
  expect(timedOut(2000).status).toBe('timed-out')
  expect(thrownBy(timedOut(2000))).toMatchObject({ code: 'timed-out', fields: { milliseconds: 2000 } })
})

const cycle: Record<string, unknown> = {}
cycle['self'] = cycle

test.each([['a string'], [undefined], [null], [42], [cycle], [{ a: 1 }]])(
  'whatever was thrown is an error: %s',
  (thrown) => {
    const outcome = JSON.parse(JSON.stringify(failed(thrown))) as Outcome
    expect(thrownBy(outcome)).toBeInstanceOf(Error)
  },
)

test.each([{}, { status: 'done' }, { status: '__proto__' }])('what is no outcome is refused: %j', (value) => {
  expect(thrownBy(value as unknown as Outcome)).toMatchObject({ code: 'bad-argument' })
})
