import { parseExpression } from './parse-expression.js'

/** What computes the expressions of a spec over the data of a process: {@link comparisons}, or a function of your own. */
export interface Evaluate {
  (expression: string, data: Readonly<Record<string, unknown>>): unknown
  /** Throws where it cannot read an expression: so that this is known before anything runs. */
  readonly check?: (expression: string) => void
}

const MOST_KEPT = 500
const LONGEST_KEPT = 2000

/** Expressions that were read lately, since conditions are asked often. */
const kept = new Map<string, ReturnType<typeof parseExpression>>()

/**
 * Computes an expression as Python would: the conditions, parameters, cardinalities and timers of specs are written in it
 * (U36). There is no `eval`, and time is linear in the length of the expression (at most 100,000 characters, 200 levels).
 *
 * - `== != < <= > >=`, chained, too; `in`, `not in`; `is` and `is not` before None, True, False; `and`, `or`, `not`;
 *   `a if c else b`; `+ - * / // %`; `len(x)`;
 * - numbers, strings, True, False, None, lists, tuples, dicts with strings as keys;
 * - names, which are keys of `data`; `a['b']`, `a[0]`, `a[-1]`, and `a.b`, which is a key of a dict. Only own properties of
 *   plain objects and arrays are seen.
 *
 * `null` and `undefined` are None, a tuple comes out as an array. Numbers are doubles, so `4 / 2` may be an index, and whole
 * numbers stay within 2^53. What it gives may be a part of `data`, and not a copy.
 *
 * @throws `bad-expression` for what is wrong or is not there, with its column; never with a value of `data`
 */
export const comparisons: Evaluate = /* @__PURE__ */ Object.assign(
  (expression: string, data: Readonly<Record<string, unknown>>): unknown => parsed(expression)(data),
  { check: checkExpression },
)

/**
 * Whether {@link comparisons} can read an expression: its names and the types of values are only known with data.
 *
 * @throws `bad-expression`
 */
export function checkExpression(expression: string): void {
  parsed(expression)
}

function parsed(expression: string): ReturnType<typeof parseExpression> {
  const known = kept.get(expression)
  if (known !== undefined) return known
  const run = parseExpression(expression)
  if (expression.length > LONGEST_KEPT) return run
  const [oldest] = kept.keys()
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  kept.set(expression, run)
  return run
}
