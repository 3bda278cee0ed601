/**
 * Writes a described process as SpiffWorkflow serialized it: dialect A (April 2023), B (mid 2023) or C (2026).
 * The order of the fields is theirs too, so that a diff between two dialects shows what really changed.
 */

import { eventKind } from './events.mjs'
import { dataReference, extensionsOf, ownFields } from './task-fields.mjs'
import { wire } from './wiring.mjs'

/** @typedef {import('./model.mjs').DataReference} DataReference */
/** @typedef {import('./model.mjs').Dialect} Dialect */
/** @typedef {import('./model.mjs').Element} Element */
/** @typedef {import('./model.mjs').Process} Process */
/** @typedef {import('./wiring.mjs').Task} Task */
/** @typedef {{ name: string, task_specs: Record<string, object> } & Record<string, unknown>} ProcessSpec */
/** @typedef {import('./task-fields.mjs').Context} Context */

/** @type {Record<Dialect, string>} */
export const SERIALIZER_VERSION = { a: '1.2', b: '1.3', c: '1.4' }

/** @type {Record<string, string>} what B and C call a task in `description`; a rule task has no word of its own */
const DESCRIPTIONS = {
  ScriptTask: 'Script Task',
  ServiceTask: 'Service Task',
  UserTask: 'User Task',
  ManualTask: 'Manual Task',
  NoneTask: 'Task',
  CallActivity: 'Call Activity',
  SubWorkflowTask: 'Subprocess',
  TransactionSubprocess: 'Transaction',
  ExclusiveGateway: 'Exclusive Gateway',
  InclusiveGateway: 'Inclusive Gateway',
  ParallelGateway: 'Parallel Gateway',
  EventBasedGateway: 'Default Event Based Gateway',
}
const EVENT_WORDS = {
  StartEvent: 'Start Event',
  EndEvent: 'End Event',
  IntermediateThrowEvent: 'Intermediate Throw Event',
  IntermediateCatchEvent: 'Intermediate Catch Event',
  BoundaryEvent: 'Boundary Event',
}
const LOOP_WORDS = {
  parallel: 'Parallel MultiInstance',
  sequential: 'Sequential MultiInstance',
  standard: 'Loop Task',
}

/** Task types that wait for a person. */
const MANUAL = new Set(['UserTask', 'ManualTask', 'NoneTask'])
/**
 * Everything that `top` can reach, as one input: called processes come from `library`, embedded ones stand in
 * their element.
 *
 * @param {Process} top
 * @param {Process[]} library
 * @param {Dialect} dialect
 */
export function writeSpecs(top, library, dialect) {
  const called = new Map(library.map((process) => [process.id, process]))
  /** @type {Record<string, ProcessSpec>} */
  const subprocessSpecs = {}
  const waiting = [top]
  const seen = new Set([top.id])
  for (let process = waiting.pop(); process; process = waiting.pop()) {
    if (process !== top) subprocessSpecs[process.id] = writeProcess(process, dialect)
    for (const element of process.elements.toReversed()) {
      const next = element.process ?? called.get(element.calls ?? '')
      if (!next && element.calls !== undefined)
        throw new Error(`${element.id} calls ${element.calls}, which is nowhere`)
      const dropped = dialect !== 'c' && element.triggered === true
      if (!next || dropped || seen.has(next.id)) continue
      seen.add(next.id)
      waiting.push(next)
    }
  }
  return {
    spec: writeProcess(top, dialect),
    subprocess_specs: subprocessSpecs,
    serializer_version: SERIALIZER_VERSION[dialect],
  }
}

/**
 * @param {Process} process
 * @param {Dialect} dialect
 * @returns {ProcessSpec}
 */
export function writeProcess(process, dialect) {
  const { tasks, entry, triggers } = wire(process, dialect)
  /** @type {Context} */
  const context = { process, dialect, entry, triggers }
  /** @type {Record<string, object>} */
  const taskSpecs = {}
  const numbers = dialect === 'a' ? taskNumbers(tasks) : new Map()
  for (const task of tasks.values()) {
    taskSpecs[task.name] = dialect === 'a' ? writeTaskA(task, context, numbers) : writeTask(task, context)
  }
  const starts = process.elements
    .filter((element) => element.type === 'StartEvent')
    .map((element) => element.id)
  return {
    name: process.id,
    description: process.name,
    file: process.file,
    task_specs: taskSpecs,
    io_specification: process.io ? ioSpecification(process.io, dialect) : null,
    data_objects: Object.fromEntries(
      (process.dataObjects ?? []).map((object) => [object.id, dataReference(object, 'DataObject', dialect)]),
    ),
    correlation_keys: process.correlationKeys ?? {},
    ...(dialect === 'c' ? { bpmn_start_events: starts } : {}),
    typename: 'BpmnProcessSpec',
  }
}

/** @param {Task} task @param {Context} context */
function writeTask(task, context) {
  const { element } = task
  const { dialect } = context
  const extensions = task.role === 'element' ? { extensions: extensionsOf(element) } : {}
  return {
    name: task.name,
    description: describe(task, dialect),
    manual: task.role === 'element' && MANUAL.has(task.typename),
    lookahead: 2,
    inputs: task.inputs,
    outputs: task.outputs,
    bpmn_id: element?.id ?? null,
    bpmn_name: task.role === 'element' ? (element?.name ?? null) : null,
    lane: task.lane,
    documentation: (task.role === 'element' && element?.options.documentation) || null,
    ...associations(task, dialect),
    io_specification: null,
    ...(dialect === 'c' ? extensions : {}),
    ...ownFields(task, context),
    typename: task.typename,
    ...(dialect === 'b' ? extensions : {}),
  }
}

/** @param {Task} task @param {Context} context @param {Map<string, number>} numbers */
function writeTaskA(task, context, numbers) {
  const { element } = task
  const internal = task.role === 'internal'
  const drawn = {
    lane: task.lane,
    documentation: (task.role === 'element' && element?.options.documentation) || null,
    position: task.role === 'element' && element ? positionOf(element, context.process) : { x: 0, y: 0 },
    ...associations(task, 'a'),
    io_specification: null,
  }
  return {
    id: String(numbers.get(task.name)),
    name: task.name,
    description: element ? element.name : '',
    manual: false,
    internal: false,
    lookahead: 2,
    inputs: task.inputs,
    outputs: task.outputs,
    ...(internal ? {} : drawn),
    ...ownFields(task, context),
    typename: task.typename,
    ...(task.role === 'element' ? { extensions: extensionsOf(element) } : {}),
  }
}

/** In A a loop and its child share a number, and the next one is left out. @param {Map<string, Task>} tasks */
function taskNumbers(tasks) {
  /** @type {Map<string, number>} */
  const numbers = new Map()
  let next = 1
  for (const task of tasks.values()) {
    numbers.set(task.name, next)
    if (task.role !== 'loop') next += task.element?.options.loop ? 2 : 1
  }
  return numbers
}

/** Elements stand in rows of eight; a boundary event hangs on its host. @param {Element} element @param {Process} process */
function positionOf(element, process) {
  const anchor = element.host === undefined ? element.id : element.host
  const index = process.elements.findIndex((other) => other.id === anchor)
  const [x, y] = [150 + (index % 8) * 160, 80 + Math.floor(index / 8) * 140]
  return element.host === undefined ? { x, y } : { x: x + 32, y: y + 62 }
}

/** @param {Task} task @param {Dialect} dialect */
function describe(task, dialect) {
  const { element } = task
  if (!element) return 'BPMN Task'
  if (task.role === 'loop' && element.options.loop && dialect === 'c')
    return LOOP_WORDS[element.options.loop.type]
  if (element.type === 'SendTask') return 'Default Send Task'
  if (element.type === 'ReceiveTask') return 'Default Receive Task'
  if (!element.event) return DESCRIPTIONS[element.type] ?? 'BPMN Task'
  const word = EVENT_WORDS[/** @type {keyof typeof EVENT_WORDS} */ (element.type)]
  const interrupting = element.interrupting === true ? 'Interrupting ' : 'Non-Interrupting '
  return `${element.host === undefined ? '' : interrupting}${eventKind(element.event)} ${word}`
}

/** Data goes in and out of a loop, not of its child. @param {Task} task @param {Dialect} dialect */
function associations(task, dialect) {
  const options = task.role === 'loop' || !task.element?.options.loop ? task.element?.options : undefined
  return {
    data_input_associations: (options?.reads ?? []).map((object) =>
      dataReference(object, 'DataObject', dialect),
    ),
    data_output_associations: (options?.writes ?? []).map((object) =>
      dataReference(object, 'DataObject', dialect),
    ),
  }
}

/** @param {{ inputs: DataReference[], outputs: DataReference[] }} io @param {Dialect} dialect */
function ioSpecification(io, dialect) {
  return {
    data_inputs: io.inputs.map((reference) => dataReference(reference, 'TaskDataReference', dialect)),
    data_outputs: io.outputs.map((reference) => dataReference(reference, 'TaskDataReference', dialect)),
    typename: 'BpmnIoSpecification',
  }
}
