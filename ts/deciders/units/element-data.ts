import type { DescribedData } from '../../units/reading.js'
import type { Value } from '../../values/index.js'
import { runScript } from './do-task.js'
import { elementFailed } from './run-errors.js'
import type { Execution, Scope } from './run-state.js'
import { onlyVariables, variable, withoutVariable, withVariable } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/**
 * The variables with which an element begins: with the data objects that are drawn into it; where it says what it takes, these
 * alone; as its pre-script has changed them.
 *
 * @throws `element-failed` where one is missing
 */
export function takeData(engine: UnitEngine, execution: Execution): UnitData {
  const { scope, node } = execution
  const { dataInputs = [], interface: needs, prescript } = node.element
  let { data } = execution
  for (const { id } of dataInputs) {
    const holder = holderOf(scope, id)
    if (!holder?.objects.has(id)) throw elementFailed(execution, `the data object ${id} has no value`)
    data = withVariable(data, id, holder.objects.get(id))
  }
  if (needs !== undefined && needs.inputs.length > 0) data = declared(execution, data, needs.inputs, 'input')
  return prescript === undefined ? data : runScript(engine, execution, 'prescript', data)
}

/**
 * The variables that an element leaves behind: as its post-script has changed them; where it says what it gives, these alone;
 * without the data objects, which are kept where they are.
 *
 * @throws `element-failed` where one is missing
 */
export function giveData(engine: UnitEngine, execution: Execution, given: UnitData): UnitData {
  const { scope, node } = execution
  const { dataInputs = [], dataOutputs = [], interface: gives, postscript } = node.element
  let data = postscript === undefined ? given : runScript(engine, execution, 'postscript', given)
  if (gives !== undefined && gives.outputs.length > 0)
    data = declared(execution, data, gives.outputs, 'output')
  for (const { id } of dataOutputs) {
    const holder = holderOf(scope, id)
    if (holder === undefined) throw elementFailed(execution, `there is no data object ${id}`)
    if (!Object.hasOwn(data, id)) throw elementFailed(execution, `it has not given ${id}`)
    holder.objects.set(id, variable(data, id))
    data = withoutVariable(data, id)
  }
  for (const { id } of dataInputs) data = withoutVariable(data, id)
  return data
}

/** Of a process or a task: the variables that it declares, and no others. */
export function declaredVariables(
  data: UnitData,
  declaredData: readonly DescribedData[],
  missingOne: (id: string) => Error,
): UnitData {
  for (const { id } of declaredData) if (!Object.hasOwn(data, id)) throw missingOne(id)
  return onlyVariables(
    data,
    declaredData.map(({ id }) => id),
  )
}

function declared(
  execution: Execution,
  data: UnitData,
  declaredData: readonly DescribedData[],
  what: 'input' | 'output',
): UnitData {
  return declaredVariables(data, declaredData, (id) =>
    elementFailed(execution, `its ${what} ${id} is missing`),
  )
}

/** The nearest scope around that declares a data object. */
function holderOf(scope: Scope, id: string): Scope | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.host?.scope) {
    if (at.plan.dataObjects.has(id)) return at
  }
  return undefined
}

/** The variables, or data object, of a name: collections of loops are either. */
export function readData(scope: Scope, data: UnitData, id: string): { readonly value: Value } | undefined {
  if (Object.hasOwn(data, id)) return { value: data[id] }
  const holder = holderOf(scope, id)
  return holder?.objects.has(id) === true ? { value: holder.objects.get(id) } : undefined
}
