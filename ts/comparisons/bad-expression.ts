import { UnitflowError } from '../errors/index.js'

/** A place in an expression: `at` counts UTF-16 code units from 0. */
export interface Place {
  readonly expression: string
  readonly at: number
}

/** Longer expressions are shown in part: an error may be stored and sent. */
const SHOWN = 1000
const SHOWN_IN_MESSAGE = 120

/** The error of an expression that cannot be read or computed. Neither argument may hold a value of the data. */
export function badExpression(
  { expression, at }: Place,
  wanted: string,
  found: string,
): UnitflowError<'bad-expression'> {
  // Names of data stand in it, which may be as long as they like.
  const expected = part(wanted, 0, SHOWN)
  const from = Math.max(0, Math.min(at - SHOWN_IN_MESSAGE / 2, expression.length - SHOWN_IN_MESSAGE))
  const shown = part(expression, from, SHOWN_IN_MESSAGE)
  const message = `expression ${JSON.stringify(shown)}, column ${at + 1}: expected ${expected}, found ${found}`
  const fields = { expression: part(expression, 0, SHOWN), column: at + 1, expected }
  return new UnitflowError('bad-expression', message, fields)
}

function part(text: string, from: number, length: number): string {
  const end = from + length
  return (from > 0 ? '…' : '') + text.slice(from, end) + (end < text.length ? '…' : '')
}
