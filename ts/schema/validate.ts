import type { InvalidValueIssue } from '../errors/index.js'
import { UnitflowError } from '../errors/index.js'
import type { Schema, SchemaIssue } from './schema.js'

/** As many issues of one value are told. */
const MAX_ISSUES = 100

/**
 * What a schema makes of a value, where it enters: the output is what is stored and handed on, and is not validated again.
 *
 * @param subject what the value is, for the error: `input of workflow 'checkout'`
 * @throws `invalid-value` where the schema refuses the value, also where it throws (that is the `cause` then)
 */
export async function validate<Output>(
  schema: Schema<unknown, Output>,
  value: unknown,
  subject: string,
): Promise<Output> {
  let result
  try {
    result = await schema['~standard'].validate(value)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'the schema threw'
    throw invalidValue(subject, [{ message }], cause)
  }
  if (result.issues === undefined) return result.value
  throw invalidValue(subject, result.issues)
}

/**
 * Refuses what is no schema: where something is defined, and not with the first value.
 *
 * @throws `bad-argument`
 */
export function assertSchema(schema: unknown, argument: string): asserts schema is Schema {
  if (isSchema(schema)) return
  const expected = 'a Standard Schema (of Zod, Valibot, ArkType, …), or of<T>()'
  throw new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}

/** ArkType's schemas are functions. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  if (!('~standard' in value)) return false
  const standard = value['~standard']
  if (typeof standard !== 'object' || standard === null) return false
  return 'version' in standard && standard.version === 1 && 'validate' in standard
}

/**
 * The error of a value that was refused: who reads it sees the first three issues, the fields have up to a hundred.
 *
 * @param subject what the value is: `input of workflow 'checkout'`
 * @param found what is wrong, and where
 */
export function invalidValue(
  subject: string,
  found: readonly SchemaIssue[],
  cause?: unknown,
): UnitflowError<'invalid-value'> {
  const issues = found.slice(0, MAX_ISSUES).map(issueOf)
  const shown = issues.slice(0, 3).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const rest = found.length > shown.length ? `; and ${found.length - shown.length} more` : ''
  const message = `${subject}: ${shown.join('; ') || 'refused without saying why'}${rest}`
  return new UnitflowError(
    'invalid-value',
    message,
    { subject, issues },
    cause === undefined ? {} : { cause },
  )
}

function issueOf({ message, path = [] }: SchemaIssue): InvalidValueIssue {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment))
  return { path: keys.map((key) => `/${escaped(String(key))}`).join(''), message: message.slice(0, 1000) }
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
