import type { Statistics } from '../protocol.js'

/** What is read of a process spec. Nobody has checked that it is so. */
interface ProcessSpec {
  readonly name?: unknown
  readonly description?: unknown
  readonly task_specs?: Readonly<Record<string, TaskSpec>>
}

interface TaskSpec {
  readonly bpmn_id?: unknown
  readonly typename?: unknown
  readonly outputs?: unknown
  readonly script?: unknown
}

/** Counts what is in a process. @param text its spec, as JSON */
export function statisticsOf(text: string): Statistics {
  const { name, description, task_specs: tasks = {} } = JSON.parse(text) as ProcessSpec
  const ways = new Map(Object.entries(tasks).map(([id, task]) => [id, outputsOf(task)]))
  const drawn = Object.values(tasks).filter(({ bpmn_id: id }) => typeof id === 'string')
  return {
    id: typeof name === 'string' ? name : '',
    name: typeof description === 'string' && description !== '' ? description : String(name),
    elements: drawn.length,
    flows: drawn.reduce((sum, task) => sum + outputsOf(task).length, 0),
    decisions: drawn.filter((task) => isGateway(task) && outputsOf(task).length > 1).length,
    longest: longestWay(ways, (id) => typeof tasks[id]?.bpmn_id === 'string'),
    scriptLines: drawn.reduce((sum, { script }) => sum + linesOf(script), 0),
  }
}

function outputsOf({ outputs }: TaskSpec): readonly string[] {
  return Array.isArray(outputs) ? outputs.filter((id) => typeof id === 'string') : []
}

function isGateway({ typename }: TaskSpec): boolean {
  return typeof typename === 'string' && typename.includes('Gateway')
}

function linesOf(script: unknown): number {
  return typeof script === 'string' && script.trim() !== '' ? script.trim().split('\n').length : 0
}

/** Of elements that count; a way that comes back to where it was ends there. */
function longestWay(ways: ReadonlyMap<string, readonly string[]>, counts: (id: string) => boolean): number {
  const known = new Map<string, number>()
  const from = (id: string, path: ReadonlySet<string>): number => {
    const before = known.get(id)
    if (before !== undefined) return before
    if (path.has(id)) return 0
    const here = new Set([...path, id])
    const rest = Math.max(0, ...(ways.get(id) ?? []).map((next) => from(next, here)))
    const longest = rest + (counts(id) ? 1 : 0)
    known.set(id, longest)
    return longest
  }
  return Math.max(0, ...[...ways.keys()].map((id) => from(id, new Set())))
}
