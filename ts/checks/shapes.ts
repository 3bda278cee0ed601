import type { ErrorData } from '../errors/index.js'
import { UnitflowError } from '../errors/index.js'

/** What a field may be. */
export interface Check {
  readonly expected: string
  readonly test: (value: unknown) => boolean
}

/** What every field of `T` may be; other fields are refused, for a later version may mean something by them. */
export type Checks<T> = { readonly [K in keyof T]-?: Check }

/** @throws `bad-argument` */
export function assertShape<T extends object>(
  value: unknown,
  checks: Checks<T>,
  argument: string,
): asserts value is T {
  if (!isPlain(value)) throw badArgument(argument, 'an object')
  const fields = new Map<string, Check>(Object.entries(checks))
  for (const [name, { expected, test }] of fields) {
    const field: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    if (!test(field)) throw badArgument(`${argument}.${name}`, expected)
  }
  for (const name of Object.keys(value)) {
    if (!fields.has(name)) throw badArgument(argument, `no field ${JSON.stringify(name.slice(0, 100))}`)
  }
}

/** No list, no date, nothing else that a value may be. */
function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

export const ANYTHING: Check = { expected: 'anything', test: () => true }
export const TEXT: Check = { expected: 'a text', test: (value) => typeof value === 'string' }
export const LIST: Check = { expected: 'a list', test: Array.isArray }
export const TEXTS: Check = { expected: 'a list of texts', test: (value) => isListOf(TEXT, value) }
export const COUNT: Check = {
  expected: 'a whole number from 0',
  test: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
}
export const TIME: Check = {
  expected: 'a number of milliseconds from 0',
  test: (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value),
}
export const NUMBER: Check = { expected: 'a number', test: Number.isFinite }

export const FLAG: Check = oneOf(true, false)

export function optional({ expected, test }: Check): Check {
  return { expected: `${expected}, or nothing`, test: (value) => value === undefined || test(value) }
}

export function oneOf(...values: readonly (string | boolean)[]): Check {
  return {
    expected: values.map((value) => JSON.stringify(value)).join(' or '),
    test: (value) => values.some((one) => one === value),
  }
}

function isListOf({ test }: Check, value: unknown): boolean {
  return Array.isArray(value) && value.every((item: unknown) => test(item))
}

/** Of a field that is a record itself. */
export function record<T extends object>(expected: string, checks: () => Checks<T>): Check {
  return {
    expected,
    test: (value) => {
      try {
        assertShape(value, checks(), expected)
        return true
      } catch {
        return false
      }
    },
  }
}

/** So many causes of an error are taken: as many as are ever written. */
const MAX_CAUSES = 16

export const ERROR_DATA: Check = errorData(0)

function errorData(causes: number): Check {
  return record<ErrorData>('the data of an error', () => ({
    name: TEXT,
    message: TEXT,
    code: optional(TEXT),
    fields: optional({ expected: 'an object', test: isPlain }),
    stack: optional(TEXT),
    cause: optional(causes < MAX_CAUSES ? errorData(causes + 1) : oneOf()),
  }))
}

/** Anything that gives one thing after the other, and is no text. */
export const ITERABLE: Check = {
  expected: 'a list',
  test: (value) =>
    typeof value === 'object' && value !== null && typeof Reflect.get(value, Symbol.iterator) === 'function',
}

/** @throws `bad-argument` */
export function assertIs({ expected, test }: Check, value: unknown, argument: string): void {
  if (!test(value)) throw badArgument(argument, expected)
}

function badArgument(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
