import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { UnitflowError } from '../../../ts/errors/index.js'
import type { Schema, SchemaResult } from '../../../ts/schema/index.js'
import { assertSchema, isSchema, isTypeOnly, of, validate } from '../../../ts/schema/index.js'

function schema<T>(
  check: (value: unknown) => SchemaResult<T> | Promise<SchemaResult<T>>,
): Schema<unknown, T> {
  return { '~standard': { version: 1, vendor: 'test', validate: check } }
}

async function refusal(of: Schema, value: unknown): Promise<UnitflowError<'invalid-value'>> {
  const error: unknown = await validate(of, value, "input of workflow 'order'").catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'invalid-value' })
  return error as UnitflowError<'invalid-value'>
}

test('what a schema makes of a value is handed on, at once or later', async () => {
  expect(
    await validate(
      schema((value) => ({ value: Number(value) })),
      '7',
      'x',
    ),
  ).toBe(7)
  expect(
    await validate(
      schema(async (value) => ({ value: Number(value) })),
      '7',
      'x',
    ),
  ).toBe(7)
  // ArkType's schemas are functions.
  const callable = Object.assign(
    () => 0,
    schema((value) => ({ value })),
  )
  expect(await validate(callable, 'as it is', 'x')).toBe('as it is')
})

test('of<T>() takes anything as it is, and is known', async () => {
  const item = { sku: 'mug' }
  expect(await validate(of<typeof item>(), item, 'x')).toBe(item)
  expect(await validate(of<number | undefined>(), undefined, 'x')).toBe(undefined)
  expect(of<string>()).toBe(of<number>())
  expect(isTypeOnly(of<string>())).toBe(true)
  expect(isTypeOnly(schema((value) => ({ value })))).toBe(false)
})

test('a refusal tells each place as a pointer, with its message', async () => {
  const issues = [
    { message: 'expected text', path: ['items', 0, { key: 'a/b~c' }] },
    { message: 'expected a card', path: [Symbol('card')] },
    { message: 'expected more' },
    { message: 'expected less', path: [] },
  ]
  const error = await refusal(
    schema(() => ({ issues })),
    {},
  )
  expect(error.fields).toEqual({
    subject: "input of workflow 'order'",
    issues: [
      { path: '/items/0/a~1b~0c', message: 'expected text' },
      { path: '/Symbol(card)', message: 'expected a card' },
      { path: '', message: 'expected more' },
      { path: '', message: 'expected less' },
    ],
  })
  expect(error.message).toBe(
    "input of workflow 'order': /items/0/a~1b~0c: expected text; /Symbol(card): expected a card; expected more; and 1 more",
  )
})

test('of very many issues a hundred are told', async () => {
  const issues = Array.from({ length: 1000 }, () => ({ message: 'x'.repeat(5000) }))
  const error = await refusal(
    schema(() => ({ issues })),
    {},
  )
  expect(error.fields.issues).toHaveLength(100)
  expect(error.fields.issues[0]?.message).toHaveLength(1000)
  expect(error.message).toContain('and 997 more')
})

test('a schema that throws, or rejects, or gives no reason refuses the value', async () => {
  const thrown = new TypeError('value is undefined')
  const throwing = schema(() => {
    throw thrown
  })
  for (const failing of [throwing, schema(() => Promise.reject(thrown))]) {
    const error = await refusal(failing, undefined)
    expect(error.cause).toBe(thrown)
    expect(error.fields.issues).toEqual([{ path: '', message: 'value is undefined' }])
  }
  const odd = schema(() => {
    const text: unknown = 'text'
    throw text
  })
  expect((await refusal(odd, 1)).fields.issues).toEqual([{ path: '', message: 'the schema threw' }])
  expect(
    (
      await refusal(
        schema(() => ({ issues: [] })),
        1,
      )
    ).fields.issues,
  ).toEqual([])
})

test('what is no schema of version 1 is refused where it stands', () => {
  const foreign: unknown = runInNewContext(
    '({ "~standard": { version: 1, vendor: "v", validate: (value) => ({ value }) } })',
  )
  expect(isSchema(foreign)).toBe(true)
  const wrong = [
    undefined,
    null,
    'string',
    {},
    { '~standard': null },
    { '~standard': { version: 2, validate: 1 } },
  ]
  for (const value of [...wrong, { '~standard': { version: 1 } }, () => true]) {
    expect(isSchema(value)).toBe(false)
    expect(() => assertSchema(value, 'input')).toThrow(
      expect.objectContaining({
        code: 'bad-argument',
        fields: expect.objectContaining({ argument: 'input' }) as unknown,
      }),
    )
  }
})
