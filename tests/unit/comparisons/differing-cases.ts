import { isDeepStrictEqual } from 'node:util'
import { checkExpression, comparisons } from '../../../ts/comparisons/index.js'
import { isUnitflowError } from '../../../ts/errors/index.js'

/**
 * An expression, the number of its data, and what CPython makes of them: `[value]`, the exception that computing raises,
 * `SyntaxError`, or `outside` for what CPython reads and `comparisons` must refuse without data.
 */
export type Case = readonly [expression: string, data: number, outcome: readonly [unknown] | string]

export interface Cases {
  readonly data: readonly Readonly<Record<string, unknown>>[]
  readonly cases: readonly Case[]
}

/** What computing expects where CPython raises: who says one thing for another would be found. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  NameError: /^data with the name /,
  KeyError: /key/,
  AttributeError: /^a dict (before|with the key) /,
  IndexError: /^an index that is there$/,
  ZeroDivisionError: /^a divisor other than 0$/,
  TypeError: /^(?!data with|an index that is|a divisor|a dict with|a key of)/,
}

/** The cases in which `comparisons` differs from CPython, each told in a line. */
export function differingCases({ data, cases }: Cases): readonly string[] {
  return cases.flatMap((one) => {
    const found = difference(one, data[one[1]] ?? {})
    return found === undefined ? [] : [`${JSON.stringify(one)} gave ${found}`]
  })
}

function difference(
  [expression, , outcome]: Case,
  data: Readonly<Record<string, unknown>>,
): string | undefined {
  const refused = problemOf(() => checkExpression(expression))
  if (outcome === 'SyntaxError' || outcome === 'outside')
    return refused === undefined ? 'no error' : undefined
  if (refused !== undefined) return `an error without data: ${refused}`
  let value: unknown
  const problem = problemOf(() => {
    value = comparisons(expression, data)
  })
  if (typeof outcome === 'string')
    return problem !== undefined && EXPECTED[outcome]?.test(problem) === true
      ? undefined
      : (problem ?? JSON.stringify(value))
  if (problem !== undefined) return problem
  return isDeepStrictEqual(plain(value), plain(outcome[0])) ? undefined : JSON.stringify(value)
}

/** What was expected, where it is refused. */
function problemOf(run: () => void): string | undefined {
  try {
    run()
  } catch (error) {
    if (isUnitflowError(error, 'bad-expression')) return error.fields.expected
    throw error
  }
  return undefined
}

/** JSON's -0.0 is 0 here, and undefined would be left out. */
function plain(value: unknown): unknown {
  const text: unknown = JSON.stringify(value)
  return typeof text === 'string' ? JSON.parse(text) : 'undefined'
}
