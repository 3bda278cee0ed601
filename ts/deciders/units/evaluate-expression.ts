import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { PlanNode } from './process-plan.js'
import type { RunRules, Scope } from './run-state.js'
import type { UnitData } from './unit-workflow.js'

/** So much of an expression is shown in an error, which the history keeps. */
export const SHOWN = 1000

/**
 * What an expression of an element gives, of the variables and of the data objects that are seen there.
 *
 * @throws `bad-expression`, with the element
 */
export function evaluateIn(
  rules: Pick<RunRules, 'evaluate'>,
  scope: Scope,
  node: PlanNode,
  expression: string,
  data: UnitData,
): unknown {
  const process = scope.plan.processId
  const element = node.element.id
  try {
    return rules.evaluate(expression, withObjects(scope, data))
  } catch (error) {
    const cut = expression.slice(0, SHOWN)
    const message = error instanceof Error ? error.message : 'the evaluator threw'
    const known = isUnitflowError(error, 'bad-expression')
      ? error.fields
      : { expression: cut, column: 1, expected: 'an expression that the evaluator takes' }
    throw new UnitflowError(
      'bad-expression',
      `${element} in ${process}: ${message}`,
      { ...known, process, element },
      { cause: error },
    )
  }
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
