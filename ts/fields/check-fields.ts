import { UnitflowError } from '../errors/index.js'
import type { Schema } from '../schema/index.js'
import { isTypeOnly, validate } from '../schema/index.js'
import type { Value } from '../values/index.js'
import { copyOf, define, encodeValue } from '../values/index.js'
import type { Fields } from './fields.js'

/** Values by name. */
export type Values = Readonly<Record<string, Value>>

/**
 * What a function of the user's has given, checked against its declared outputs: each must be there, and nothing else. It is
 * nobody else's then.
 *
 * @param of who has given it, for errors: `task 'sum'`
 * @throws `bad-outputs`, `invalid-value`, `unsupported-value`; all of them by rejecting where a schema is asked
 */
export function checkedOutputs(of: string, outputs: Fields, given: unknown): Values | Promise<Values> {
  const names = Object.keys(outputs)
  if (given === undefined && names.length === 0) return {}
  if (!isRecord(given)) throw badOutputs(of, names, [], given)
  const undeclared = Object.keys(given).filter((key) => !Object.hasOwn(outputs, key))
  const missing = names.filter((key) => !Object.hasOwn(given, key) && isTypeOnly(schemaOf(outputs, key)))
  if (undeclared.length > 0 || missing.length > 0) throw badOutputs(of, missing, undeclared, given)
  const isChecked = names.some((key) => !isTypeOnly(schemaOf(outputs, key)))
  return isChecked ? validated(outputs, given, `${of}: output`) : copied(given)
}

/** Values as their schemas make them, and nobody else's. @throws (by rejecting) `invalid-value`, `unsupported-value` */
export async function validated(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  subject: string,
): Promise<Values> {
  const values: Record<string, Value> = {}
  for (const [name, schema] of Object.entries(fields)) {
    const one: unknown = Object.hasOwn(given, name) ? given[name] : undefined
    const made = isTypeOnly(schema) ? one : await validate(schema, one, `${subject} '${name}'`)
    define(values, name, copy(made, name))
  }
  return values
}

/** Values as they are now, and nobody else's. @throws `unsupported-value` */
export function copied(given: Readonly<Record<string, unknown>>): Values {
  const values: Record<string, Value> = {}
  for (const name of Object.keys(given)) define(values, name, copy(given[name], name))
  return values
}

/** @throws `unsupported-value`, with the name in its path */
function copy(value: unknown, name: string): Value {
  try {
    return copyOf(value)
  } catch (error) {
    // It throws once more, with a path that begins with the name.
    encodeValue({ [name]: value })
    throw error
  }
}

function schemaOf(fields: Fields, name: string): Schema {
  const schema = fields[name]
  if (schema !== undefined) return schema
  throw new UnitflowError('bad-argument', `expected a schema of ${name}`, {
    argument: name,
    expected: 'a schema',
  })
}

function badOutputs(
  of: string,
  missing: readonly string[],
  undeclared: readonly string[],
  given: unknown,
): UnitflowError<'bad-outputs'> {
  const shown = (names: readonly string[]): string =>
    names
      .slice(0, 10)
      .map((name) => JSON.stringify(name.slice(0, 100)))
      .join(', ')
  const found = isRecord(given) ? [] : [`it returned ${given === null ? 'null' : typeof given}`]
  const lacks = missing.length === 0 ? [] : [`it did not return ${shown(missing)}`]
  const adds = undeclared.length === 0 ? [] : [`it returned ${shown(undeclared)}, which it does not declare`]
  const message = `${of}: ${[...found, ...lacks, ...adds].join('; ')}`
  return new UnitflowError('bad-outputs', message, { of, missing, undeclared })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
