/**
 * A process as people draw it, without anything that only an engine needs: the words in which the example
 * workflows are described. `dialects.mjs` writes such a description as SpiffWorkflow would serialize it.
 *
 * @typedef {'a' | 'b' | 'c'} Dialect
 *
 * @typedef {object} DataReference
 * @property {string} id the name of the variable
 * @property {string | null} [name] the label, where it has one
 *
 * @typedef {object} CorrelationProperty
 * @property {string} name
 * @property {string} expression how the property is read from a message
 * @property {string[]} keys
 *
 * @typedef {object} Event
 * @property {'none' | 'timer' | 'message' | 'signal' | 'error' | 'escalation' | 'terminate'} type
 * @property {string | null} [name]
 * @property {string} [expression] the duration of a timer, or what a thrown event carries
 * @property {string} [variable] where a caught event puts what it carries
 * @property {string} [code] of an error or escalation
 * @property {CorrelationProperty[]} [correlation] of a message
 *
 * @typedef {object} Loop
 * @property {'parallel' | 'sequential' | 'standard'} type
 * @property {string} [cardinality] how often, where it is not once for each element of `over`
 * @property {string} [over] the collection
 * @property {string} [as] the variable for one element of `over`
 * @property {string} [into] the collection of results
 * @property {string} [result] the variable for one result
 * @property {number} [maximum] of a standard loop
 * @property {string} [condition] to go on (standard loop), or to stop early (the others)
 * @property {boolean} [testBefore] of a standard loop
 *
 * @typedef {object} DecisionTable
 * @property {string} id
 * @property {string} name
 * @property {{ label: string, expression: string, type: string }[]} inputs
 * @property {{ name: string, type: string }[]} outputs
 * @property {{ when: (string | null)[], then: string[], note?: string }[]} rules `when` has an entry for each
 *   input: what it is compared with, or null for anything
 *
 * @typedef {object} Service
 * @property {string} operation
 * @property {Record<string, { value: string, type: string }>} parameters
 * @property {string} result the variable for the answer
 * @property {number} [retries]
 *
 * @typedef {object} Options what any element may have
 * @property {string} [lane]
 * @property {string} [documentation]
 * @property {string} [prescript] runs before the element
 * @property {string} [postscript] runs after it
 * @property {DataReference[]} [reads] data objects
 * @property {DataReference[]} [writes] data objects
 * @property {Loop} [loop]
 * @property {string} [instructions] shown to the person who does the task
 * @property {string} [form] name of the form that the person fills in
 * @property {Record<string, unknown>} [extensions] further extensions
 *
 * @typedef {object} Element
 * @property {string} type the typename of its task
 * @property {string} id
 * @property {string | null} name
 * @property {Options} options
 * @property {Event} [event]
 * @property {string} [host] the element that a boundary event is attached to
 * @property {boolean} [interrupting] whether a boundary event ends its host
 * @property {string} [script]
 * @property {Service} [service]
 * @property {DecisionTable} [table]
 * @property {string} [calls] id of the called process
 * @property {Process} [process] what is embedded
 * @property {boolean} [triggered] an event subprocess: no flow leads to it
 *
 * @typedef {object} Flow
 * @property {string} from
 * @property {string} to
 * @property {string | null} condition null: the default flow, or one without a condition
 *
 * @typedef {object} Process
 * @property {string} id
 * @property {string} name
 * @property {Element[]} elements
 * @property {Flow[]} flows
 * @property {string} file
 * @property {DataReference[]} [dataObjects]
 * @property {{ inputs: DataReference[], outputs: DataReference[] }} [io]
 * @property {Record<string, string[]>} [correlationKeys]
 */

/** @type {Event} */
export const none = { type: 'none' }

/**
 * @param {string} type
 * @param {string} id
 * @param {string | null} name
 * @param {Options} options
 * @returns {Element}
 */
function element(type, id, name, options) {
  return { type, id, name, options }
}

/** @param {string} id @param {string | null} [name] @param {Event} [event] @returns {Element} */
export function start(id, name = null, event = none) {
  return { ...element('StartEvent', id, name, {}), event }
}

/** @param {string} id @param {string | null} [name] @param {Event} [event] @returns {Element} */
export function end(id, name = null, event = none) {
  return { ...element('EndEvent', id, name, {}), event }
}

/** @param {string} id @param {string | null} name @param {Event} [event] @returns {Element} */
export function throwEvent(id, name, event = none) {
  return { ...element('IntermediateThrowEvent', id, name, {}), event }
}

/** @param {string} id @param {string | null} name @param {Event} event @returns {Element} */
export function catchEvent(id, name, event) {
  return { ...element('IntermediateCatchEvent', id, name, {}), event }
}

/**
 * @param {string} id
 * @param {string | null} name
 * @param {string} host
 * @param {Event} event
 * @param {boolean} [interrupting]
 * @returns {Element}
 */
export function boundary(id, name, host, event, interrupting = true) {
  return { ...element('BoundaryEvent', id, name, {}), event, host, interrupting }
}

/** @param {string} id @param {string} name @param {string} script @param {Options} [options] @returns {Element} */
export function scriptTask(id, name, script, options = {}) {
  return { ...element('ScriptTask', id, name, options), script: dedent(script) }
}

/** @param {string} id @param {string} name @param {Service} service @param {Options} [options] @returns {Element} */
export function serviceTask(id, name, service, options = {}) {
  return { ...element('ServiceTask', id, name, options), service }
}

/** @param {string} id @param {string} name @param {DecisionTable} table @param {Options} [options] @returns {Element} */
export function ruleTask(id, name, table, options = {}) {
  return { ...element('BusinessRuleTask', id, name, options), table }
}

/** @param {string} id @param {string} name @param {Options} [options] @returns {Element} */
export function userTask(id, name, options = {}) {
  return element('UserTask', id, name, options)
}

/** @param {string} id @param {string} name @param {Options} [options] @returns {Element} */
export function manualTask(id, name, options = {}) {
  return element('ManualTask', id, name, options)
}

/** @param {string} id @param {string} name @param {Options} [options] @returns {Element} */
export function task(id, name, options = {}) {
  return element('NoneTask', id, name, options)
}

/** @param {string} id @param {string} name @param {Event} event @param {Options} [options] @returns {Element} */
export function sendTask(id, name, event, options = {}) {
  return { ...element('SendTask', id, name, options), event }
}

/** @param {string} id @param {string} name @param {Event} event @param {Options} [options] @returns {Element} */
export function receiveTask(id, name, event, options = {}) {
  return { ...element('ReceiveTask', id, name, options), event }
}

/** @param {string} id @param {string | null} [name] @returns {Element} */
export function exclusive(id, name = null) {
  return element('ExclusiveGateway', id, name, {})
}

/** @param {string} id @param {string | null} [name] @returns {Element} */
export function inclusive(id, name = null) {
  return element('InclusiveGateway', id, name, {})
}

/** @param {string} id @param {string | null} [name] @returns {Element} */
export function parallel(id, name = null) {
  return element('ParallelGateway', id, name, {})
}

/** @param {string} id @param {string | null} [name] @returns {Element} */
export function firstEvent(id, name = null) {
  return element('EventBasedGateway', id, name, {})
}

/** @param {string} id @param {string} name @param {string} calls @param {Options} [options] @returns {Element} */
export function call(id, name, calls, options = {}) {
  return { ...element('CallActivity', id, name, options), calls }
}

/** @param {Process} process @param {Options} [options] @returns {Element} */
export function embed(process, options = {}) {
  return { ...element('SubWorkflowTask', process.id, process.name, options), process }
}

/** @param {Process} process @param {Options} [options] @returns {Element} */
export function transaction(process, options = {}) {
  return { ...element('TransactionSubprocess', process.id, process.name, options), process }
}

/**
 * An event subprocess. Today's writer gives it the typename of a plain subprocess; older ones left it out.
 *
 * @param {Process} process @param {Options} [options] @returns {Element}
 */
export function onEvent(process, options = {}) {
  return { ...element('SubWorkflowTask', process.id, process.name, options), process, triggered: true }
}

/** A path of flows without conditions. @param {...string} ids @returns {Flow[]} */
export function path(...ids) {
  return ids.slice(1).map((to, index) => ({ from: ids[index] ?? '', to, condition: null }))
}

/** The path taken from a gateway when `condition` holds. @param {string} gateway @param {string} condition @param {...string} ids @returns {Flow[]} */
export function when(gateway, condition, ...ids) {
  return [{ from: gateway, to: ids[0] ?? '', condition }, ...path(...ids)]
}

/** The path taken from a gateway when no condition holds. @param {string} gateway @param {...string} ids @returns {Flow[]} */
export function otherwise(gateway, ...ids) {
  return path(gateway, ...ids)
}

/**
 * Takes the indentation of the first line of a block away from all its lines, and empty lines off both ends.
 *
 * @param {string} text
 */
export function dedent(text) {
  const lines = text.split('\n')
  while (lines.length > 0 && lines[0]?.trim() === '') lines.shift()
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop()
  const indentation = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0
  return lines
    .map((line) => line.slice(Math.min(indentation, line.length - line.trimStart().length)))
    .join('\n')
}
