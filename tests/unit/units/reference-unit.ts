import type { ActiveElement } from 'unitflow'

/** What a unit must hold, made from the words of U19 and U20 alone: slow, over JSON.parse, sharing nothing with the code. */
export interface ReferenceUnit {
  readonly included: string[]
  readonly lazy: string[]
  readonly missing: string[]
  readonly reentered: boolean
}

interface Task {
  readonly name: string
  readonly typename: string
  readonly bpmn_id?: string | null
  readonly position?: unknown
  readonly spec?: unknown
  readonly trigger_specs?: readonly string[]
}

interface Spec {
  readonly name: string
  readonly task_specs: Readonly<Record<string, Task>>
}

interface Links {
  readonly calls: Set<string>
  /** What a unit with the process always holds. */
  readonly brings: Set<string>
  readonly missing: Set<string>
  readonly elements: Set<string>
}

const EMBEDDING = ['SubWorkflowTask', 'TransactionSubprocess', 'EventSubprocess']

export class ReferenceWorkflow {
  readonly processes: Map<string, Links> = new Map<string, Links>()
  readonly specs: Map<string, Spec> = new Map<string, Spec>()
  readonly top: string

  constructor(json: string) {
    const workflow = JSON.parse(json) as { spec: Spec; subprocess_specs: Record<string, Spec> }
    this.top = workflow.spec.name
    for (const [id, spec] of Object.entries(workflow.subprocess_specs)) this.specs.set(id, spec)
    this.specs.set(this.top, workflow.spec)
    for (const [id, spec] of this.specs) this.processes.set(id, this.#links(spec))
  }

  #links({ task_specs: tasks }: Spec): Links {
    const links: Links = { calls: new Set(), brings: new Set(), missing: new Set(), elements: new Set() }
    const triggered = new Set(Object.values(tasks).flatMap((task) => task.trigger_specs ?? []))
    for (const [key, task] of Object.entries(tasks)) {
      const element = elementOf(task)
      if (element !== undefined) links.elements.add(element)
      if (typeof task.spec !== 'string') continue
      const isKnown = task.typename === 'CallActivity' || EMBEDDING.includes(task.typename)
      const isThere = this.specs.has(task.spec)
      const embeds = isKnown ? EMBEDDING.includes(task.typename) : task.spec === (task.bpmn_id ?? task.name)
      if (isThere) (embeds ? links.brings : links.calls).add(task.spec)
      else if (isKnown) links.missing.add(task.spec)
      if (isThere && triggered.has(key)) links.brings.add(task.spec)
    }
    return links
  }

  /** Ids of the processes that hold an element. */
  holders(elementId: string): string[] {
    return [...this.processes]
      .filter(([id, { elements }]) => elements.has(elementId) || id === elementId)
      .map(([id]) => id)
  }

  /** `undefined`: no such element on any path. */
  unit(processId: string, elements: readonly ActiveElement[] = []): ReferenceUnit | undefined {
    const next = (id: string): string[] => {
      const links = this.processes.get(id)
      return links === undefined ? [] : [...links.calls, ...links.brings]
    }
    const reachable = this.#closure([processId], next)
    let path = new Set([processId])
    if (elements.length > 0) {
      const holders = elements.flatMap((element) =>
        typeof element === 'string'
          ? this.holders(element)
          : this.holders(element.elementId).filter((id) => id === element.processId),
      )
      const reached = holders.filter((id) => reachable.has(id))
      if (reached.length === 0) return undefined
      path = new Set(
        [...reachable].filter((id) => reached.some((holder) => this.#closure([id], next).has(holder))),
      )
    }
    const included = this.#closure(path, (id) => [...(this.processes.get(id)?.brings ?? [])])
    const enters = (ids: Iterable<string>, where: (id: string) => Iterable<string>): boolean =>
      [...ids].some((id) => [...where(id)].includes(processId))
    const reentered =
      (elements.length > 0 && enters(path, next)) ||
      enters(included, (id) => this.processes.get(id)?.brings ?? [])
    const of = (field: 'calls' | 'missing'): string[] =>
      [...new Set([...included].flatMap((id) => [...(this.processes.get(id)?.[field] ?? [])]))].sort()
    return {
      included: [...included].sort(),
      lazy: of('calls').filter((id) => !included.has(id) || (id === processId && !reentered)),
      missing: of('missing'),
      reentered,
    }
  }

  #closure(from: Iterable<string>, next: (id: string) => string[]): Set<string> {
    const found = new Set(from)
    for (;;) {
      const more = [...found].flatMap(next).filter((id) => !found.has(id))
      if (more.length === 0) return found
      for (const id of more) found.add(id)
    }
  }
}

/** U3: dialects B and C have `bpmn_id`, dialect A has `position`. */
function elementOf(task: Task): string | undefined {
  if (Object.hasOwn(task, 'bpmn_id')) return typeof task.bpmn_id === 'string' ? task.bpmn_id : undefined
  return Object.hasOwn(task, 'position') && task.typename !== 'Simple' ? task.name : undefined
}
