/** What the tests of the example and benchmark workflows count in a serialized workflow. */

export type TaskSpec = {
  readonly name: string
  readonly typename: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly bpmn_id?: string | null
  readonly position?: { readonly x: number; readonly y: number }
  readonly spec?: string
  readonly task_spec?: string
  readonly trigger_specs?: readonly string[]
  readonly lane?: string | null
  readonly operation_name?: string
  readonly decision_table?: object
  readonly extensions?: Readonly<Record<string, unknown>>
}

export type ProcessSpec = {
  readonly name: string
  readonly task_specs: Readonly<Record<string, TaskSpec>>
  readonly io_specification: object | null
  readonly data_objects: Readonly<Record<string, object>>
  readonly correlation_keys: Readonly<Record<string, readonly string[]>>
  readonly bpmn_start_events?: readonly string[]
}

export type Specs = {
  readonly spec: ProcessSpec
  readonly subprocess_specs: Readonly<Record<string, ProcessSpec>>
  readonly serializer_version: string
}

export const parseSpecs = (text: string): Specs => JSON.parse(text) as Specs

export const processesOf = (specs: Specs): ProcessSpec[] => [
  specs.spec,
  ...Object.values(specs.subprocess_specs),
]

export const tasksOf = (process: ProcessSpec): TaskSpec[] => Object.values(process.task_specs)

export const allTasks = (specs: Specs): TaskSpec[] => processesOf(specs).flatMap(tasksOf)

/** How often each value occurs. */
export function countEach(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** The id of an element, by the rule of each dialect (U3); undefined for an internal task. */
export function elementId(task: TaskSpec): string | undefined {
  if (task.bpmn_id !== undefined) return task.bpmn_id ?? undefined
  return task.position !== undefined && task.typename !== 'Simple' ? task.name : undefined
}

/** Called process -> the processes that call it. */
export function callersOf(specs: Specs): Map<string, Set<string>> {
  const callers = new Map<string, Set<string>>()
  for (const process of processesOf(specs)) {
    for (const { typename, spec } of tasksOf(process)) {
      if (typename !== 'CallActivity' || spec === undefined) continue
      callers.set(spec, (callers.get(spec) ?? new Set()).add(process.name))
    }
  }
  return callers
}

/** How many processes stand on the longest chain of calls and embeddings that enters no process twice. */
export function depthOf(specs: Specs): number {
  const references = new Map(
    processesOf(specs).map((process) => [
      process.name,
      new Set(tasksOf(process).flatMap((task) => (task.spec === undefined ? [] : [task.spec]))),
    ]),
  )
  const longest = (name: string, path: ReadonlySet<string>): number => {
    const next = [...(references.get(name) ?? [])].filter((other) => !path.has(other))
    return 1 + Math.max(0, ...next.map((other) => longest(other, new Set([...path, other]))))
  }
  return longest(specs.spec.name, new Set([specs.spec.name]))
}

/** Everything that is reached from the top process, itself included. */
export function reachable(specs: Specs, from: string = specs.spec.name): Set<string> {
  const processes = new Map(processesOf(specs).map((process) => [process.name, process]))
  const reached = new Set<string>()
  const waiting = [from]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const process = processes.get(name)
    if (!process || reached.has(name)) continue
    reached.add(name)
    for (const { spec } of tasksOf(process)) if (spec !== undefined) waiting.push(spec)
  }
  return reached
}

/** Minified bytes of each callable process with what it embeds at any depth, ascending. */
export function unitBytes(specs: Specs): number[] {
  const processes = new Map(processesOf(specs).map((process) => [process.name, process]))
  const embedded = (process: ProcessSpec): ProcessSpec[] =>
    tasksOf(process).flatMap(({ typename, spec }) => {
      const found = typename === 'CallActivity' ? undefined : processes.get(spec ?? '')
      return found ? [found, ...embedded(found)] : []
    })
  const inner = new Set(processesOf(specs).flatMap(embedded))
  return processesOf(specs)
    .filter((process) => !inner.has(process))
    .map((process) =>
      [process, ...embedded(process)].reduce((sum, each) => sum + JSON.stringify(each).length, 0),
    )
    .sort((a, b) => a - b)
}

/** Tasks that a task names and its process does not have. */
export function danglingFlows(specs: Specs): string[] {
  return processesOf(specs).flatMap((process) =>
    tasksOf(process).flatMap((task) =>
      [...task.inputs, ...task.outputs].filter((name) => !(name in process.task_specs)),
    ),
  )
}
