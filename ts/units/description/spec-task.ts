import { loopKinds } from './loop-kinds.js'
import type { SpecFields } from './spec-fields.js'
import { fieldsOf, listOf, numberOf, stringOf, textOf, textsOf } from './spec-fields.js'

/** A task spec with its edges, before contraction. */
export interface SpecTask {
  /** The key in `task_specs`, by which other tasks name it. */
  readonly key: string
  readonly typename: string
  readonly fields: SpecFields
  /** The element id of U3. */
  readonly id: string
  /** Keys of tasks that exist, each once. */
  readonly outputs: readonly string[]
  /** Written by the engine's parser, not drawn by a person. */
  readonly internal: boolean
}

/** An edge to another task, drawn or not. */
export interface TaskEdge {
  readonly key: string
  readonly condition?: string
  readonly default?: true
}

export type SpecTasks = ReadonlyMap<string, SpecTask>

const startTypes = new Set(['BpmnStartTask', 'StartTask'])
const guardTypes = new Set(['BoundaryEventSplit', '_BoundaryEventParent'])
const internalTypes = new Set([
  ...startTypes,
  ...guardTypes,
  'Simple',
  'SimpleBpmnTask',
  '_EndJoin',
  'BoundaryEventJoin',
  'StartEventSplit',
  'StartEventJoin',
])

/** The tasks of a process by their keys. What is no task spec at all is kept as a task without fields. */
export function readTasks(taskSpecs: unknown): SpecTasks {
  const entries = Object.entries(fieldsOf(taskSpecs) ?? {})
  const known = new Set(entries.map(([key]) => key))
  return new Map(entries.map(([key, value]) => [key, readTask(key, fieldsOf(value) ?? {}, known)]))
}

export function isLoop(task: SpecTask): boolean {
  return loopKinds.has(task.typename)
}

/** Whether the process begins here. */
export function isStart(task: SpecTask): boolean {
  return task.internal && startTypes.has(task.typename)
}

/** Whether it stands before an activity and the boundary events on it. */
export function isGuard(task: SpecTask): boolean {
  return task.internal && guardTypes.has(task.typename)
}

/** Applications rename the class; the field stays. */
export function isBoundaryEvent(task: SpecTask): boolean {
  return task.typename === 'BoundaryEvent' || typeof task.fields['cancel_activity'] === 'boolean'
}

/** The ways out of a task in the order of the spec, those with conditions first where it mixes them. */
export function edgesOf(task: SpecTask, tasks: SpecTasks): readonly TaskEdge[] {
  const edges: TaskEdge[] = []
  const defaultKey = stringOf(task.fields['default_task_spec'])
  for (const choice of listOf(task.fields['cond_task_specs'])) {
    const fields = fieldsOf(choice)
    const key = stringOf(fields?.['task_spec'])
    if (key === undefined || !tasks.has(key)) continue
    const condition = textOf(fields?.['condition'])
    if (condition !== undefined) edges.push({ key, condition })
    else edges.push(key === defaultKey ? { key, default: true } : { key })
  }
  if (defaultKey !== undefined && tasks.has(defaultKey) && !edges.some((edge) => edge.default)) {
    edges.push({ key: defaultKey, default: true })
  }
  const chosen = new Set(edges.map((edge) => edge.key))
  return [...edges, ...task.outputs.filter((key) => !chosen.has(key)).map((key) => ({ key }))]
}

/** How far down the task was drawn; dialect A alone says so. */
export function heightOf(task: SpecTask): number | undefined {
  return numberOf(fieldsOf(task.fields['position'])?.['y'])
}

function readTask(key: string, fields: SpecFields, known: ReadonlySet<string>): SpecTask {
  const typename = textOf(fields['typename']) ?? ''
  const bpmnId = stringOf(fields['bpmn_id'])
  const id = bpmnId ?? textOf(fields['name']) ?? key
  const positioned = (fields['position'] ?? undefined) !== undefined && typename !== 'Simple'
  // Dialect A gives this one a position too, though nobody drew it.
  const drawn = bpmnId !== undefined || (positioned && typename !== '_BoundaryEventParent')
  return {
    key,
    typename,
    fields,
    id,
    outputs: [...new Set(textsOf(fields['outputs']).filter((output) => known.has(output)))],
    internal: (internalTypes.has(typename) && !drawn) || framesCollaboration(id, typename, fields),
  }
}

/**
 * Whether A and B wrote the task to begin or end a collaboration; C has none. XML ids hold no spaces, so nothing that
 * was drawn has these ids.
 */
function framesCollaboration(id: string, typename: string, fields: SpecFields): boolean {
  const frame =
    (typename === 'StartEvent' && id === 'Start Collaboration') ||
    (typename === 'EndEvent' && id === 'End Collaboration')
  return frame && fieldsOf(fields['event_definition'])?.['typename'] === 'NoneEventDefinition'
}
