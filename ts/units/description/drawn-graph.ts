import type { DescribedFlow } from './process-description.js'
import { stringOf, textsOf } from './spec-fields.js'
import type { SpecTask, SpecTasks, TaskEdge } from './spec-task.js'
import { edgesOf, heightOf, isBoundaryEvent, isGuard, isLoop, isStart } from './spec-task.js'

/** A drawn element and the tasks that it was made of. */
export interface DrawnNode {
  readonly id: string
  readonly task: SpecTask
  /** The child of a loop, folded into it. */
  readonly child?: SpecTask
  readonly flows: readonly DescribedFlow[]
  /** Of a boundary event: the element that it sits on. */
  readonly attachedTo?: string
}

/** The elements of a process with what leads from one to the next. */
export interface DrawnGraph {
  readonly nodes: ReadonlyMap<string, DrawnNode>
  /** The elements that the process's start leads to, as the spec orders them. */
  readonly started: readonly string[]
  /** The elements that `trigger_specs` name. */
  readonly triggered: ReadonlySet<string>
}

/**
 * Contracts the tasks that nobody drew. All of it is linear in the spec and without recursion: a spec may be a chain
 * of any length, lead in circles, and name tasks that do not exist.
 *
 * An internal task with several ways out that an element leads to stays an element of its own: contracting it would
 * multiply what leads in by what leads out. No engine writes one.
 */
export function drawnGraph(tasks: SpecTasks): DrawnGraph {
  const children = foldedChildren(tasks)
  const folded = new Set(children.values())
  const guards = guardedActivities(tasks)
  const attached = new Map<string, string>()
  for (const [guard, activity] of guards) {
    for (const key of tasks.get(guard)?.outputs ?? []) {
      const task = tasks.get(key)
      if (key !== activity && task && isBoundaryEvent(task) && !attached.has(key)) attached.set(key, activity)
    }
  }

  /** What follows an internal task; a guard leads to its activity, not to the events on it. */
  const nextOf = (task: SpecTask): readonly string[] => {
    const activity = guards.get(task.key)
    return activity === undefined
      ? task.outputs
      : task.outputs.filter((key) => attached.get(key) !== activity)
  }

  const drawn = [...tasks.values()].filter((task) => !task.internal && !folded.has(task))
  const edges = new Map(
    drawn.map((task) => [task.key, sortedByHeight(edgesOf(task, tasks), tasks, children, guards)]),
  )
  for (const task of hubsAfter([...edges.values()].flat(), tasks, nextOf)) {
    drawn.push(task)
    edges.set(
      task.key,
      nextOf(task).map((key) => ({ key })),
    )
  }

  const ids = uniqueIds(drawn)
  const contracted = new Map<string, string | undefined>()
  /** The id of the element that a task is, or leads to. */
  const elementAt = (key: string): string | undefined => {
    const passed = new Set<string>()
    let at: string | undefined = key
    while (at !== undefined && !ids.has(at) && !contracted.has(at)) {
      const task = tasks.get(at)
      at = task === undefined || passed.has(at) ? undefined : nextOf(task)[0]
      if (task !== undefined) passed.add(task.key)
    }
    const id = at === undefined ? undefined : (ids.get(at) ?? contracted.get(at))
    for (const key of passed) contracted.set(key, id)
    return id
  }

  const nodes = new Map<string, DrawnNode>()
  for (const task of drawn) {
    const id = ids.get(task.key) ?? task.id
    const activity = attached.get(task.key)
    const attachedTo = activity === undefined ? undefined : elementAt(activity)
    const child = children.get(task.key)
    nodes.set(id, {
      id,
      task,
      flows: flowsFrom(id, edges.get(task.key) ?? [], elementAt),
      ...(attachedTo === undefined ? {} : { attachedTo }),
      ...(child === undefined ? {} : { child }),
    })
  }
  return { nodes, ...beginnings(tasks, ids, nextOf) }
}

/** The child of each loop that can be folded into it: one that only the loop leads to, and that leads nowhere. */
function foldedChildren(tasks: SpecTasks): ReadonlyMap<string, SpecTask> {
  const named = new Set<string>()
  for (const task of tasks.values()) {
    for (const edge of edgesOf(task, tasks)) named.add(edge.key)
    for (const key of textsOf(task.fields['trigger_specs'])) named.add(key)
  }
  const children = new Map<string, SpecTask>()
  for (const loop of tasks.values()) {
    const key = isLoop(loop) ? stringOf(loop.fields['task_spec']) : undefined
    const child = key === undefined ? undefined : tasks.get(key)
    if (child === undefined || child.internal || isLoop(child)) continue
    if (!named.has(child.key) && edgesOf(child, tasks).length === 0) children.set(loop.key, child)
  }
  return children
}

/** The activity behind each guard. A says which; B and C name the guard after it. */
function guardedActivities(tasks: SpecTasks): ReadonlyMap<string, string> {
  const guards = new Map<string, string>()
  for (const guard of tasks.values()) {
    if (!isGuard(guard)) continue
    const said =
      stringOf(guard.fields['main_child_task_spec']) ??
      guard.key.replace(/\.BoundaryEvent(Split|Parent)$/, '')
    const activity = guard.outputs.includes(said)
      ? said
      : guard.outputs.find((key) => {
          const task = tasks.get(key)
          return task !== undefined && !isBoundaryEvent(task)
        })
    if (activity !== undefined) guards.set(guard.key, activity)
  }
  return guards
}

/** The internal tasks with several ways out among those that these edges lead to. */
function hubsAfter(
  edges: readonly TaskEdge[],
  tasks: SpecTasks,
  nextOf: (task: SpecTask) => readonly string[],
): readonly SpecTask[] {
  const hubs: SpecTask[] = []
  const queue = edges.map((edge) => edge.key)
  const seen = new Set<string>()
  for (const key of queue) {
    const task = tasks.get(key)
    if (task?.internal !== true || seen.has(key)) continue
    seen.add(key)
    const next = nextOf(task)
    if (next.length > 1) hubs.push(task)
    for (const after of next) queue.push(after)
  }
  return hubs
}

/**
 * Parsers write the ways out of an element from top to bottom. A alone forgot the place of guarded and of looped
 * activities, and put them first; it holds the place of what they stand for.
 */
function sortedByHeight(
  edges: readonly TaskEdge[],
  tasks: SpecTasks,
  children: ReadonlyMap<string, SpecTask>,
  guards: ReadonlyMap<string, string>,
): readonly TaskEdge[] {
  const placed = edges.map((edge) => {
    const key = guards.get(edge.key) ?? edge.key
    const task = children.get(key) ?? tasks.get(key)
    return { edge, height: task && heightOf(task) }
  })
  const heights = placed.map((place) => place.height).filter((height) => height !== undefined)
  if (heights.length < edges.length) return edges
  return placed.sort((a, b) => Math.sign((a.height ?? 0) - (b.height ?? 0)) || 0).map((place) => place.edge)
}

/** An id for each element by its task's key: that of U3, and where two would have the same, the key of one. */
function uniqueIds(drawn: readonly SpecTask[]): ReadonlyMap<string, string> {
  const ids = new Map(drawn.filter((task) => task.id === task.key).map((task) => [task.key, task.id]))
  const taken = new Set(ids.values())
  for (const task of drawn) {
    if (ids.has(task.key)) continue
    let id = taken.has(task.id) ? task.key : task.id
    while (taken.has(id)) id += ' (again)'
    taken.add(id)
    ids.set(task.key, id)
  }
  return ids
}

function flowsFrom(
  from: string,
  edges: readonly TaskEdge[],
  elementAt: (key: string) => string | undefined,
): readonly DescribedFlow[] {
  const flows = new Map<string, DescribedFlow>()
  for (const { key, ...rest } of edges) {
    const to = elementAt(key)
    if (to !== undefined) flows.set(JSON.stringify([to, rest]), { from, to, ...rest })
  }
  return [...flows.values()]
}

/** The elements that the start tasks lead to through internal ones, and those that they name as triggered. */
function beginnings(
  tasks: SpecTasks,
  ids: ReadonlyMap<string, string>,
  nextOf: (task: SpecTask) => readonly string[],
): Pick<DrawnGraph, 'started' | 'triggered'> {
  const started = new Set<string>()
  const triggered = new Set<string>()
  const starts = [...tasks.values()].filter((task) => isStart(task))
  for (const start of starts) {
    for (const key of textsOf(start.fields['trigger_specs'])) {
      const id = ids.get(key)
      if (id !== undefined) triggered.add(id)
    }
  }
  const queue = starts.map((task) => task.key)
  const seen = new Set<string>()
  for (const key of queue) {
    const id = ids.get(key)
    if (id !== undefined) started.add(id)
    const task = tasks.get(key)
    if (id !== undefined || task === undefined || seen.has(key)) continue
    seen.add(key)
    for (const next of nextOf(task)) queue.push(next)
  }
  return { started: [...started], triggered }
}
