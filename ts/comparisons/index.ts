/**
 * A small, safe evaluator of the Python expressions in specs.
 *
 * @module
 */
export { checkExpression, comparisons } from './comparisons.js'
export type { Evaluate } from './comparisons.js'
export { parseExpression } from './parse-expression.js'
