import { compareCodePoints } from '../code-points.js'
import type { DrawnGraph, DrawnNode } from './drawn-graph.js'

/**
 * The elements in the order in which people read a drawing: reverse postorder from the start events, then from what
 * else the process starts, then the rest by id. Flows that lead back do not count; a loop begins where it is entered.
 */
export function drawnOrder(graph: DrawnGraph): readonly DrawnNode[] {
  const after = new Map<string, string[]>()
  for (const node of graph.nodes.values()) {
    after.set(
      node.id,
      node.flows.map((flow) => flow.to),
    )
  }
  for (const node of graph.nodes.values()) {
    if (node.attachedTo !== undefined) after.get(node.attachedTo)?.push(node.id)
  }

  const placed = new Set<string>()
  const backwards: string[] = []
  const roots = beginnings(graph)
  for (const root of roots.toReversed()) {
    if (placed.has(root)) continue
    placed.add(root)
    const path = [{ id: root, left: [...(after.get(root) ?? [])] }]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      // The last way out first: what is written last comes out first.
      const next = top.left.pop()
      if (next === undefined) {
        backwards.push(top.id)
        path.pop()
      } else if (!placed.has(next)) {
        placed.add(next)
        path.push({ id: next, left: [...(after.get(next) ?? [])] })
      }
    }
  }
  const rest = [...graph.nodes.keys()].filter((id) => !placed.has(id)).sort(compareCodePoints)
  return [...backwards.reverse(), ...rest].flatMap((id) => graph.nodes.get(id) ?? [])
}

/** Start events as the spec orders them; then, by id, since A, B and C differ in how they reach them, the others. */
function beginnings(graph: DrawnGraph): readonly string[] {
  const isStartEvent = (id: string): boolean => graph.nodes.get(id)?.task.typename === 'StartEvent'
  const events = graph.started.filter(isStartEvent)
  const others = new Set([
    ...graph.started,
    ...graph.triggered,
    ...[...graph.nodes.keys()].filter(isStartEvent),
  ])
  for (const event of events) others.delete(event)
  return [...events, ...[...others].sort(compareCodePoints)]
}
