import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import {
  type ErrorData,
  errorFromData,
  errorToData,
  isUnitflowError,
  UnitflowError,
} from '../../../ts/errors/index.js'

const conflict = (cause?: unknown): UnitflowError<'key-conflict'> =>
  new UnitflowError(
    'key-conflict',
    'cannot hold both',
    { key: 'a/b', existing: 'a' },
    cause === undefined ? {} : { cause },
  )

test('an error says what it is: an Error with code, fields, message, name and cause', () => {
  const cause = new Error('beneath')
  const error = conflict(cause)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    code: 'key-conflict',
    message: 'cannot hold both',
    name: 'UnitflowError',
    cause,
  })
  expect(error.fields).toEqual({ key: 'a/b', existing: 'a' })
  expect(String(error)).toBe('UnitflowError: cannot hold both')
  expect('cause' in conflict()).toBe(false)
})

test('a tested code narrows the fields', () => {
  const error: unknown = conflict()
  if (!isUnitflowError(error)) throw new Error('not recognised')
  if (error.code !== 'key-conflict') throw new Error(`wrong code ${error.code}`)
  expect(error.fields.existing satisfies string).toBe('a')
  expect(isUnitflowError(error, 'key-conflict')).toBe(true)
  expect(isUnitflowError(error, 'bad-key')).toBe(false)
})

test('isUnitflowError takes nothing else', () => {
  const lookalike = Object.assign(new Error('x'), { code: 'key-conflict', fields: {}, name: 'UnitflowError' })
  for (const value of [
    undefined,
    null,
    1,
    'key-conflict',
    {},
    [],
    new Error('x'),
    lookalike,
    () => undefined,
  ]) {
    expect(isUnitflowError(value)).toBe(false)
  }
})

test('isUnitflowError holds for an error of a second copy of this package', async () => {
  vi.resetModules()
  const copy = await import('../../../ts/errors/index.js')
  expect(copy.UnitflowError).not.toBe(UnitflowError)
  const error = new copy.UnitflowError('store-closed', 'closed', { operation: 'get' })
  expect(error).not.toBeInstanceOf(UnitflowError)
  expect(isUnitflowError(error, 'store-closed')).toBe(true)
  expect(copy.isUnitflowError(conflict(), 'key-conflict')).toBe(true)
})

test('isUnitflowError holds for an error of another realm', () => {
  const define = `(() => {
    class Foreign extends Error {}
    const error = Object.assign(new Foreign('closed'), { code: 'store-closed', fields: { operation: 'get' }, name: 'UnitflowError' })
    Object.defineProperty(error, Symbol.for('unitflow.error'), { value: true })
    return error
  })()`
  const error: unknown = runInNewContext(define)
  expect(error).not.toBeInstanceOf(Error)
  expect(isUnitflowError(error, 'store-closed')).toBe(true)
  expect(errorToData(error)).toMatchObject({
    name: 'UnitflowError',
    code: 'store-closed',
    fields: { operation: 'get' },
  })
  expect(errorToData(runInNewContext('new TypeError("foreign")'))).toMatchObject({
    name: 'TypeError',
    message: 'foreign',
  })
})

test('an error survives JSON and structured clone with class, code, fields, message, stack and causes', () => {
  const root = Object.assign(new TypeError('at the bottom'), { extra: 1 })
  const error = conflict(new UnitflowError('store-full', 'full', { key: 'a' }, { cause: root }))
  const overJson = JSON.parse(JSON.stringify(errorToData(error))) as ErrorData
  for (const data of [overJson, structuredClone(errorToData(error))]) {
    const back = errorFromData(data)
    expect(back).toBeInstanceOf(UnitflowError)
    expect(back).toMatchObject({
      name: 'UnitflowError',
      message: 'cannot hold both',
      code: 'key-conflict',
      stack: error.stack,
    })
    expect(isUnitflowError(back, 'key-conflict') && back.fields).toEqual({ key: 'a/b', existing: 'a' })
    const cause = back.cause as Error
    expect(isUnitflowError(cause, 'store-full') && cause.fields.key).toBe('a')
    const bottom = cause.cause as Error
    expect(bottom).toBeInstanceOf(Error)
    expect(isUnitflowError(bottom)).toBe(false)
    expect([bottom.name, bottom.message, bottom.stack]).toEqual(['TypeError', 'at the bottom', root.stack])
    expect('cause' in bottom).toBe(false)
    expect(errorToData(back)).toEqual(errorToData(error))
  }
})

test('causes that form a circle are cut off', () => {
  const a = new Error('a')
  const b = new Error('b', { cause: a })
  a.cause = b
  const data = errorToData(a)
  expect(() => JSON.stringify(data)).not.toThrow()
  let depth = 0
  for (let at = data.cause; at !== undefined; at = at.cause) depth++
  expect(depth).toBe(16)
  expect(errorFromData(data).message).toBe('a')
})

test.each([
  ['a string', 'text', 'text'],
  ['a number', 7, '7'],
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['an object', { a: 1 }, '{"a":1}'],
  ['a bigint', 1n, '[object BigInt]'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a function', Math.max, 'function max() { [native code] }'],
])('%s that was thrown is an error with its text', (_, thrown, message) => {
  expect(errorToData(thrown)).toEqual({ name: 'Error', message })
  expect(errorFromData(errorToData(thrown))).toMatchObject({ name: 'Error', message })
})

test('an object that holds itself, and one whose JSON throws, are described all the same', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  expect(errorToData(circle)).toEqual({ name: 'Error', message: '[object Object]' })
})

test('a cause that is no error becomes one', () => {
  const back = errorFromData(errorToData(new Error('outer', { cause: 'just text' })))
  expect(back.cause).toMatchObject({ name: 'Error', message: 'just text' })
})
