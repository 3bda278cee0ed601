import type { Place } from './bad-expression.js'
import { badExpression } from './bad-expression.js'
import type { Scope } from './python-values.js'
import { isList, isNumeric, kindOf, MOST } from './python-values.js'

/** An operator, and what computes the value after it. */
export interface Operation {
  readonly sign: string
  readonly place: Place
  readonly operand: (scope: Scope) => unknown
}

/**
 * `first` and what follows it, from left to right: `+ - * / // %` of numbers, `+` of strings, lists and tuples. Numbers are
 * doubles.
 *
 * @throws `bad-expression`, also for whole numbers that come to more than 2^53, which would be rounded
 */
export function computeAll(first: unknown, operations: readonly Operation[], scope: Scope): unknown {
  let result = first
  let joined: unknown[] | undefined
  for (const { sign, place, operand } of operations) {
    const next = operand(scope)
    if (isNumeric(result) && isNumeric(next)) {
      result = compute(sign, doubleOf(result, scope, place), doubleOf(next, scope, place), place)
    } else if (sign === '+' && typeof result === 'string' && typeof next === 'string') {
      assertLength(result.length + next.length, place)
      result += next
    } else if (sign === '+' && isList(result) && isList(next) && isTuple(result) === isTuple(next)) {
      assertLength(result.length + next.length, place)
      if (joined === undefined) {
        // One list for a chain of any length, which would otherwise take time in the square of it.
        joined = [...result]
        if (isTuple(result)) scope.tuples.add(joined)
      }
      for (const item of next) joined.push(item)
      result = joined
    } else {
      const found = `${kindOf(result, scope)} and ${kindOf(next, scope)}`
      throw badExpression(place, `two numbers${sign === '+' ? ', strings or lists' : ''} for ${sign}`, found)
    }
  }
  return result

  function isTuple(value: unknown): boolean {
    return scope.tuples.has(value)
  }
}

/** A number or a bool as a double. @throws `bad-expression` */
export function doubleOf(value: unknown, scope: Scope, place: Place): number {
  if (!isNumeric(value)) throw badExpression(place, 'a number', kindOf(value, scope))
  const double = Number(value)
  if (typeof value === 'bigint' && !Number.isSafeInteger(double)) throw tooLarge(place)
  return double
}

function compute(sign: string, a: number, b: number, place: Place): number {
  const result =
    sign === '+' ? a + b : sign === '-' ? a - b : sign === '*' ? a * b : divided(sign, a, b, place)
  const isWhole = Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isInteger(result)
  if (isWhole && !Number.isSafeInteger(result)) throw tooLarge(place)
  // Whole numbers have no -0.
  return result + 0
}

/** The remainder has the sign of the divisor, and `//` is what fits it. */
function divided(sign: string, a: number, b: number, place: Place): number {
  if (b === 0) throw badExpression(place, 'a divisor other than 0', '0')
  if (sign === '/') return a / b
  const remainder = a % b
  const isOtherSide = remainder !== 0 && remainder < 0 !== b < 0
  if (sign === '%') return isOtherSide ? remainder + b : remainder
  const quotient = (a - remainder) / b - (isOtherSide ? 1 : 0)
  const floor = Math.floor(quotient)
  return quotient - floor > 0.5 ? floor + 1 : floor
}

function assertLength(length: number, place: Place): void {
  if (length > MOST) throw badExpression(place, `at most ${MOST} characters or items`, 'more')
}

function tooLarge(place: Place): Error {
  return badExpression(place, 'a whole number up to 9007199254740991', 'a larger one')
}
