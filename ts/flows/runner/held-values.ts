import { UnitflowError } from '../../errors/index.js'
import type { Schema } from '../../schema/index.js'
import { isTypeOnly, validate } from '../../schema/index.js'
import type { Value } from '../../values/index.js'
import { decodeValue, encodeValue } from '../../values/index.js'
import type { AnyTask, Fields } from '../definitions/index.js'
import type { Context } from '../execution/index.js'

/**
 * The values of an execution that runs here. Each task is handed copies, so what it does to them is seen by nobody: as
 * when another runner goes on with what is stored.
 */
export class HeldValues {
  /** Objects as their texts, anything else as it is. */
  readonly #values = new Map<string, { readonly text: string } | { readonly value: Value }>()

  constructor(context: Context) {
    this.add(context)
  }

  /** @throws `unsupported-value` */
  add(values: Context): void {
    for (const [name, value] of Object.entries(values)) {
      this.#values.set(name, isObject(value) ? { text: encodeValue(value) } : { value })
    }
  }

  /** What a task is handed. */
  inputsOf({ inputs }: AnyTask): Context {
    return this.#named(Object.keys(inputs))
  }

  all(): Context {
    return this.#named(this.#values.keys())
  }

  #named(names: Iterable<string>): Context {
    const values: Record<string, Value> = {}
    for (const name of names) {
      const held = this.#values.get(name)
      if (held !== undefined) define(values, name, 'text' in held ? decodeValue(held.text) : held.value)
    }
    return values
  }
}

/**
 * What a task has given, checked against its outputs and nobody else's (F7): each must be there, and nothing else.
 *
 * @throws `bad-outputs`, `invalid-value`, `unsupported-value`; all of them by rejecting where a schema is asked
 */
export function outputsOf({ name, outputs }: AnyTask, given: unknown): Context | Promise<Context> {
  const names = Object.keys(outputs)
  if (given === undefined && names.length === 0) return {}
  if (!isRecord(given)) throw badOutputs(name, names, [], given)
  const undeclared = Object.keys(given).filter((key) => !Object.hasOwn(outputs, key))
  const missing = names.filter((key) => !Object.hasOwn(given, key) && isTypeOnly(schemaOf(outputs, key)))
  if (undeclared.length > 0 || missing.length > 0) throw badOutputs(name, missing, undeclared, given)
  const isChecked = names.some((key) => !isTypeOnly(schemaOf(outputs, key)))
  return isChecked ? validated(outputs, given, `task '${name}': output`) : copied(given)
}

/** Values as their schemas make them, and nobody else's. @throws (by rejecting) `invalid-value`, `unsupported-value` */
export async function validated(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  subject: string,
): Promise<Context> {
  const values: Record<string, Value> = {}
  for (const [name, schema] of Object.entries(fields)) {
    const one: unknown = Object.hasOwn(given, name) ? given[name] : undefined
    const made = isTypeOnly(schema) ? one : await validate(schema, one, `${subject} '${name}'`)
    define(values, name, copy(made, name))
  }
  return values
}

/** Values as they are now, and nobody else's. @throws `unsupported-value` */
export function copied(given: Readonly<Record<string, unknown>>): Context {
  const values: Record<string, Value> = {}
  for (const name of Object.keys(given)) define(values, name, copy(given[name], name))
  return values
}

/** @throws `unsupported-value`, with the name in its path */
function copy(value: unknown, name: string): Value {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' || value === undefined || typeof value === 'bigint') return value
  try {
    return decodeValue(encodeValue(value))
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
  task: string,
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
  const message = `task '${task}': ${[...found, ...lacks, ...adds].join('; ')}`
  return new UnitflowError('bad-outputs', message, { task, missing, undeclared })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** As JSON.parse does it: `__proto__` is a name like any other. */
function define(values: Record<string, Value>, name: string, value: Value): void {
  if (name !== '__proto__') values[name] = value
  else Object.defineProperty(values, name, { value, writable: true, enumerable: true, configurable: true })
}
