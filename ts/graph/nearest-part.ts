import type { CallGraph, CallGraphEdge } from './call-graph.js'

/** How much of a graph to take. */
export interface NearestPartOptions {
  /** Units at most. */
  readonly nodes: number
  /** Edges at most. */
  readonly edges: number
  /** Only what is reached within so many calls from the top. @default Infinity */
  readonly levels?: number
}

/** The part of a graph that is nearest to its top. */
export interface GraphPart {
  readonly graph: CallGraph
  /** How many units were left out. */
  readonly hidden: number
  /** How many calls away from the top the part reaches. */
  readonly levels: number
  /** By id of a unit in the part: how many of the units that it refers to were left out. */
  readonly hiddenTargets: ReadonlyMap<string, number>
}

/**
 * The units nearest to the top of a graph, by how many calls they are away from it, until a limit is reached. What the
 * top does not reach comes last. A graph within the limits comes back whole.
 */
export function nearestPart(graph: CallGraph, options: NearestPartOptions): GraphPart {
  const { levels = Infinity } = options
  if (levels === Infinity && graph.nodes.length <= options.nodes && graph.edges.length <= options.edges) {
    return { graph, hidden: 0, levels: depthOf(graph), hiddenTargets: new Map() }
  }
  const touching = edgesByNode(graph.edges)
  const distances = distancesFromTop(graph)
  const taken = new Set<string>()
  let edges = 0
  let reached = 0
  for (const [id, distance] of nearestFirst(graph, distances, levels)) {
    const added = (touching.get(id) ?? []).filter(
      ({ from, to }) => (from === id || taken.has(from)) && (to === id || taken.has(to)),
    )
    if (taken.size >= options.nodes || edges + added.length > options.edges) break
    taken.add(id)
    edges += added.length
    reached = Math.max(reached, distance)
  }
  const hiddenTargets = new Map<string, number>()
  for (const { from, to } of graph.edges) {
    if (taken.has(from) && !taken.has(to)) hiddenTargets.set(from, (hiddenTargets.get(from) ?? 0) + 1)
  }
  return {
    graph: {
      ...graph,
      nodes: graph.nodes.filter(({ id }) => taken.has(id)),
      edges: graph.edges.filter(({ from, to }) => taken.has(from) && taken.has(to)),
    },
    hidden: graph.nodes.length - taken.size,
    levels: reached,
    hiddenTargets,
  }
}

function edgesByNode(edges: readonly CallGraphEdge[]): Map<string, CallGraphEdge[]> {
  const touching = new Map<string, CallGraphEdge[]>()
  const add = (id: string, edge: CallGraphEdge): void => {
    const known = touching.get(id)
    if (known === undefined) touching.set(id, [edge])
    else known.push(edge)
  }
  for (const edge of edges) {
    add(edge.from, edge)
    if (edge.to !== edge.from) add(edge.to, edge)
  }
  return touching
}

/** Calls from the top to each unit that it reaches; nearest first. */
function distancesFromTop(graph: CallGraph): Map<string, number> {
  const targets = new Map<string, string[]>()
  for (const { from, to } of graph.edges) {
    const known = targets.get(from)
    if (known === undefined) targets.set(from, [to])
    else known.push(to)
  }
  const distances = new Map([[graph.top, 0]])
  // A map goes on over what is added to it meanwhile.
  for (const [id, distance] of distances) {
    for (const target of targets.get(id) ?? [])
      if (!distances.has(target)) distances.set(target, distance + 1)
  }
  return distances
}

function* nearestFirst(
  graph: CallGraph,
  distances: ReadonlyMap<string, number>,
  levels: number,
): Generator<readonly [id: string, distance: number]> {
  for (const [id, distance] of distances) if (distance <= levels) yield [id, distance]
  if (levels !== Infinity) return
  for (const { id } of graph.nodes) if (!distances.has(id)) yield [id, 0]
}

function depthOf(graph: CallGraph): number {
  return [...distancesFromTop(graph).values()].at(-1) ?? 0
}
