import type { Value } from '../../values/index.js'
import { copyOf, define } from '../../values/index.js'
import { valueIn } from './evaluate-expression.js'
import { placeOf } from './run-errors.js'
import type { Place } from './run-state.js'
import { isData } from './unit-data.js'
import type { UnitData, UnitTask } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/**
 * What is handed to what does an element.
 *
 * @throws `bad-expression` for a parameter that cannot be evaluated, or not be kept
 */
export function unitTask(engine: UnitEngine, place: Place, data: UnitData): UnitTask {
  const { name, type, lane, documentation, operation, variable, script, form, extensions } =
    place.node.element
  return {
    ...placeOf(place),
    type,
    ...(name !== undefined && { name }),
    ...(lane !== undefined && { lane }),
    ...(documentation !== undefined && { documentation }),
    data,
    ...(operation !== undefined && {
      operation: operation.name,
      parameters: parametersOf(engine, place, data),
    }),
    ...(variable !== undefined && { variable }),
    ...(script !== undefined && { script }),
    ...(isData(form) && { form }),
    ...(isData(extensions) && { extensions }),
  }
}

function parametersOf({ rules }: UnitEngine, place: Place, data: UnitData): UnitData {
  const parameters: Record<string, Value> = {}
  for (const { name, value } of place.node.element.operation?.parameters ?? []) {
    define(parameters, name, typeof value === 'string' ? valueIn(rules, place, value, data) : copyOf(value))
  }
  return parameters
}
