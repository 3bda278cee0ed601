/** The fields of a task that depend on its type: loops, gateways, services, decision tables, extensions. */

import { eventDefinition } from './events.mjs'
import { childOf, splitOf } from './wiring.mjs'

/** @typedef {import('./model.mjs').DataReference} DataReference */
/** @typedef {import('./model.mjs').DecisionTable} DecisionTable */
/** @typedef {import('./model.mjs').Dialect} Dialect */
/** @typedef {import('./model.mjs').Element} Element */
/** @typedef {import('./model.mjs').Options} Options */
/** @typedef {import('./model.mjs').Process} Process */
/** @typedef {import('./wiring.mjs').Task} Task */

/**
 * @typedef {object} Context
 * @property {Process} process
 * @property {Dialect} dialect
 * @property {(id: string) => string} entry the task through which an element is entered
 * @property {string[]} triggers event subprocesses
 */

/** Task types that may have a script before and one after. */
const SCRIPTED = new Set([
  'NoneTask',
  'ManualTask',
  'UserTask',
  'ScriptTask',
  'ServiceTask',
  'SendTask',
  'ReceiveTask',
  'CallActivity',
  'SubWorkflowTask',
  'TransactionSubprocess',
])

/** @param {DataReference} reference @param {'DataObject' | 'TaskDataReference'} typename @param {Dialect} dialect */
export function dataReference({ id, name = null }, typename, dialect) {
  if (dialect === 'a') return { name: id, description: name ?? id, typename }
  const category = dialect === 'c' && typename === 'DataObject' ? { category: null } : {}
  return { bpmn_id: id, bpmn_name: name, ...category, typename }
}

/** What the modeler kept beside the element itself. @param {Element | null} element */
export function extensionsOf(element) {
  const { options, service } = element ?? { options: /** @type {Options} */ ({}) }
  const { prescript, postscript, form, instructions, loop, extensions = {} } = options
  const scripts = {
    ...(prescript ? { preScript: prescript } : {}),
    ...(postscript ? { postScript: postscript } : {}),
  }
  const formFiles = form
    ? { formJsonSchemaFilename: `${form}-schema.json`, formUiSchemaFilename: `${form}-ui.json` }
    : null
  return {
    ...(loop ? {} : scripts),
    ...(formFiles ? { properties: formFiles } : {}),
    ...(instructions ? { instructionsForEndUser: instructions } : {}),
    ...(element?.table ? { calledDecisionId: element.table.id } : {}),
    ...(service
      ? {
          serviceTaskOperator: {
            name: service.operation,
            resultVariable: service.result,
            parameters: service.parameters,
            ...(service.retries === undefined ? {} : { retries: service.retries }),
          },
        }
      : {}),
    ...extensions,
  }
}

/** The fields that only this type of task has. @param {Task} task @param {Context} context */
export function ownFields(task, context) {
  const { element, host } = task
  const { dialect } = context
  if (task.role === 'boundary' && host !== null) {
    if (dialect === 'a') return { main_child_task_spec: host }
    const join = { split_task: splitOf(host), threshold: null, cancel: true }
    return task.typename === 'BoundaryEventJoin' ? join : {}
  }
  if (!element) return dialect === 'c' && task.name === 'Start' ? { trigger_specs: context.triggers } : {}
  const { prescript = null, postscript = null, loop } = element.options
  // The scripts of a looped task run around the loop, unless the modeler says otherwise.
  const around =
    loop && task.role === 'element' ? { prescript: null, postscript: null } : { prescript, postscript }
  if (task.role === 'loop') return loopFields(element, around, dialect)
  return {
    ...(SCRIPTED.has(element.type) ? around : {}),
    ...typeFields(element, context),
    ...(element.type === 'BusinessRuleTask' ? around : {}),
  }
}

/** @param {Element} element @param {Context} context */
function typeFields(element, context) {
  const { dialect } = context
  const event = element.event ? { event_definition: eventDefinition(element, element.event, dialect) } : {}
  switch (element.type) {
    case 'ScriptTask':
      return { script: element.script ?? '' }
    case 'UserTask':
      return dialect === 'c' ? { variable: null } : {}
    case 'ServiceTask':
      return serviceFields(element, dialect)
    case 'BusinessRuleTask':
      return element.table ? { decision_table: decisionTable(element.table) } : {}
    case 'CallActivity':
      return { spec: element.calls }
    case 'SubWorkflowTask':
    case 'TransactionSubprocess':
      return { spec: element.id }
    case 'ParallelGateway':
      return { split_task: null, threshold: null, cancel: false }
    case 'InclusiveGateway':
    case 'ExclusiveGateway':
      return gatewayFields(element, context)
    case 'EventBasedGateway':
      return { event_definition: gatewayEvents(element, context) }
    case 'BoundaryEvent':
      return { ...event, cancel_activity: element.interrupting }
    default:
      return event
  }
}

/** @param {Element} element @param {Dialect} dialect */
function serviceFields({ service }, dialect) {
  if (!service) return {}
  const { operation, parameters, result, retries } = service
  const retry = dialect === 'c' && retries !== undefined ? { retries } : {}
  return { operation_name: operation, operation_params: parameters, result_variable: result, ...retry }
}

/** @param {Element} element @param {Context} context */
function gatewayFields(element, { process, entry }) {
  const flows = process.flows.filter((flow) => flow.from === element.id)
  const standard = flows.find((flow) => flow.condition === null)
  return {
    cond_task_specs: flows.map((flow) => ({ condition: flow.condition, task_spec: entry(flow.to) })),
    choice: null,
    ...(element.type === 'ExclusiveGateway'
      ? { default_task_spec: standard ? entry(standard.to) : null }
      : {}),
  }
}

/** An event gateway waits for what the catching events behind it wait for. @param {Element} gateway @param {Context} context */
function gatewayEvents(gateway, { process, dialect }) {
  const targets = process.flows.filter((flow) => flow.from === gateway.id).map((flow) => flow.to)
  const definitions = process.elements.flatMap((element) =>
    targets.includes(element.id) && element.event ? eventDefinition(element, element.event, dialect) : [],
  )
  const head = dialect === 'a' ? { internal: true, external: true } : { description: null, name: null }
  return { ...head, parallel: false, event_definitions: definitions, typename: 'MultipleEventDefinition' }
}

/** @param {Element} element @param {{ prescript: string | null, postscript: string | null }} around @param {Dialect} dialect */
function loopFields(element, around, dialect) {
  const { loop } = element.options
  if (!loop) return around
  const condition = loop.condition ?? null
  if (loop.type === 'standard') {
    const { maximum = null, testBefore = false } = loop
    return { ...around, task_spec: childOf(element.id), maximum, condition, test_before: testBefore }
  }
  /** @param {string | undefined} id */
  const variable = (id) => (id === undefined ? null : dataReference({ id }, 'TaskDataReference', dialect))
  return {
    task_spec: childOf(element.id),
    cardinality: loop.cardinality ?? null,
    data_input: variable(loop.over),
    data_output: variable(loop.into),
    input_item: variable(loop.as),
    output_item: variable(loop.result),
    condition,
    ...around,
  }
}

/** @param {DecisionTable} table */
function decisionTable(table) {
  const inputs = table.inputs.map((input, index) => ({ id: `${table.id}_input_${index + 1}`, ...input }))
  const outputs = table.outputs.map((output, index) => ({ id: `${table.id}_output_${index + 1}`, ...output }))
  return {
    id: table.id,
    name: table.name,
    hit_policy: 'UNIQUE',
    inputs: inputs.map(({ id, label, expression, type }) => ({
      id,
      label,
      name: '',
      expression,
      typeRef: type,
    })),
    outputs: outputs.map(({ id, name, type }) => ({ id, label: name, name, typeRef: type })),
    rules: table.rules.map((rule, row) => ({
      id: `${table.id}_rule_${row + 1}`,
      row_number: row + 1,
      description: rule.note ?? '',
      input_entries: inputs.map((input, index) => ({
        id: `${table.id}_when_${row + 1}_${index + 1}`,
        input_id: input.id,
        description: '',
        lhs: [rule.when[index] ?? null],
      })),
      output_entries: outputs.map((output, index) => ({
        id: `${table.id}_then_${row + 1}_${index + 1}`,
        output_id: output.id,
        description: '',
        text: rule.then[index] ?? '',
      })),
    })),
  }
}
