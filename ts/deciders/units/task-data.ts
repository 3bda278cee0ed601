import type { Value } from '../../values/index.js'
import { elementFailed } from './run-errors.js'
import type { Execution } from './run-state.js'
import { isData, merged, withoutVariable, withVariable } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'

/**
 * The variables after a task: what it gave is set among them. The result of a service is one variable, and so is that of a user
 * task that names one; of others, each variable is set that they give, and one that is `undefined` removed.
 *
 * @throws `element-failed` for what is no object of variables
 */
export function dataGiven(execution: Execution, data: UnitData, given: Value): UnitData {
  const { type, id, operation, variable } = execution.node.element
  if (operation !== undefined) {
    // Where a spec names no variable, SpiffWorkflow makes a name of the element's.
    return withVariable(data, operation.resultVariable ?? `spiff__${id.replaceAll('-', '_')}_result`, given)
  }
  if (given === undefined || given === null) return data
  if (variable !== undefined && type === 'user-task') return withVariable(data, variable, given)
  if (!isData(given)) throw elementFailed(execution, 'it gave something else than an object of variables')
  const removed = Object.keys(given).filter((name) => given[name] === undefined)
  // A form, or a table, may know only a part of a variable; a function has the whole, and says what it is now.
  const isPart = type === 'user-task' || type === 'manual-task' || type === 'business-rule-task'
  return removed.reduce(withoutVariable, isPart ? merged(data, given) : { ...data, ...given })
}
