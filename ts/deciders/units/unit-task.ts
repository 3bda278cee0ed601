import type { Value } from '../../values/index.js'
import { define } from '../../values/index.js'
import { evaluateIn } from './evaluate-expression.js'
import type { Execution } from './run-state.js'
import type { UnitData, UnitTask } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/**
 * What is handed to what does an element.
 *
 * @throws `bad-expression` for a parameter that cannot be evaluated
 */
export function unitTask(
  engine: UnitEngine,
  execution: Pick<Execution, 'scope' | 'node'>,
  data: UnitData,
): UnitTask {
  const { scope, node } = execution
  const { id, name, type, lane, documentation, operation, variable, script, form, extensions } = node.element
  return {
    process: scope.plan.processId,
    element: id,
    type,
    ...(name !== undefined && { name }),
    ...(lane !== undefined && { lane }),
    ...(documentation !== undefined && { documentation }),
    data,
    ...(operation !== undefined && {
      operation: operation.name,
      parameters: parametersOf(engine, execution, data),
    }),
    ...(variable !== undefined && { variable }),
    ...(script !== undefined && { script }),
    ...(form !== undefined && { form: form as UnitData }),
    ...(extensions !== undefined && { extensions: extensions as UnitData }),
  }
}

function parametersOf(
  engine: UnitEngine,
  { scope, node }: Pick<Execution, 'scope' | 'node'>,
  data: UnitData,
): UnitData {
  const parameters: Record<string, Value> = {}
  for (const { name, value } of node.element.operation?.parameters ?? []) {
    const given = typeof value === 'string' ? evaluateIn(engine.rules, scope, node, value, data) : value
    define(parameters, name, given as Value)
  }
  return parameters
}
