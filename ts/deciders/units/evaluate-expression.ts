import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import { copyOf } from '../../values/index.js'
import { messageOf, placeOf } from './run-errors.js'
import type { Place, RunRules, Scope } from './run-state.js'
import type { UnitData } from './unit-workflow.js'

/** So much of an expression is shown in an error, which the history keeps. */
export const SHOWN = 1000

/**
 * What an expression of an element gives, of the variables and of the data objects that are seen there.
 *
 * @throws `bad-expression`, with the element
 */
export function evaluateIn(
  { evaluate }: Pick<RunRules, 'evaluate'>,
  place: Place,
  expression: string,
  data: UnitData,
): unknown {
  try {
    return evaluate(expression, withObjects(place.scope, data))
  } catch (error) {
    throw badExpression(place, expression, 'an expression that the evaluator takes', error)
  }
}

/**
 * The same, to be kept or handed over: a value that nobody else has, and not a part of the variables.
 *
 * @throws `bad-expression`, for what cannot be kept, too
 */
export function valueIn(
  rules: Pick<RunRules, 'evaluate'>,
  place: Place,
  expression: string,
  data: UnitData,
): Value {
  const given = evaluateIn(rules, place, expression, data)
  try {
    return copyOf(given)
  } catch (error) {
    throw badExpression(place, expression, 'a value that can be kept', error)
  }
}

/** @param cause where it is of the evaluator's own and known, it says more than this knows */
function badExpression(
  place: Place,
  expression: string,
  expected: string,
  cause: unknown,
): UnitflowError<'bad-expression'> {
  const message = messageOf(place, cause instanceof Error ? cause.message : 'the evaluator threw')
  const known = isUnitflowError(cause, 'bad-expression')
    ? cause.fields
    : { expression: expression.slice(0, SHOWN), column: 1, expected }
  return new UnitflowError('bad-expression', message, { ...known, ...placeOf(place) }, { cause })
}

/** Variables stand before data objects of their name. */
function withObjects(scope: Scope, data: UnitData): UnitData {
  let seen: Record<string, Value> | undefined
  for (let at: Scope | undefined = scope; at !== undefined; at = at.host?.scope) {
    if (at.objects.size > 0) seen = { ...Object.fromEntries(at.objects), ...seen }
  }
  return seen === undefined ? data : { ...seen, ...data }
}

/** Whether Python takes a value for true: evaluators give values of the data. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Map || value instanceof Set) return value.size > 0
    return value instanceof Date || Object.keys(value).length > 0
  }
  // Not a number is one in Python, and not zero.
  return Number.isNaN(value) || Boolean(value)
}
