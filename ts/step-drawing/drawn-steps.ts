import { canBePlaced, MAX_DRAWN_NODES } from '../graph/index.js'
import type { StepEdge, StepGraph, StepNode } from './step-graph.js'

/** Mermaid refuses more unless it is configured. */
const MAX_EDGES = 500

/** The part of a graph that is drawn. */
export interface DrawnSteps {
  readonly graph: StepGraph
  /** How many steps are drawn, and how many are not. */
  readonly drawn: number
  readonly hidden: number
  /** By the id of a node: to how many that are not drawn it has a way. */
  readonly hiddenWays: ReadonlyMap<string, number>
}

/** As much of a graph as can be laid out in a second or so: first the steps about which there is something to say. */
export function drawnSteps(graph: StepGraph): DrawnSteps {
  const touching = touchingEdges(graph)
  for (let most = MAX_DRAWN_NODES; ;) {
    const part = partOf(graph, touching, most)
    if (canBePlaced(part.graph)) return part
    most = Math.max(Math.floor(part.graph.nodes.length * 0.75), 1)
  }
}

function partOf(
  graph: StepGraph,
  touching: ReadonlyMap<string, readonly StepEdge[]>,
  most: number,
): DrawnSteps {
  const steps = graph.nodes.filter(isStep)
  const stepIds = new Set(steps.map(({ id }) => id))
  const taken = new Set<string>()
  let edges = 0
  for (const { id } of byInterest(steps)) {
    const ways = touching.get(id) ?? []
    const states = ways.map(({ from, to }) => (from === id ? to : from)).filter((one) => !stepIds.has(one))
    // A step comes with the states beside it.
    const added = new Set([id, ...states.filter((one) => !taken.has(one))].slice(0, most))
    const isThere = (one: string): boolean => taken.has(one) || added.has(one)
    const more = new Set([...added].flatMap((one) => touching.get(one) ?? []))
    const count = [...more].filter(({ from, to }) => isThere(from) && isThere(to)).length
    if (taken.size > 0 && (taken.size + added.size > most || edges + count > MAX_EDGES)) break
    for (const one of added) taken.add(one)
    edges += count
  }
  const hiddenWays = new Map<string, number>()
  for (const id of taken) {
    const ways = (touching.get(id) ?? []).filter(({ from, to }) => !taken.has(from) || !taken.has(to)).length
    if (ways > 0) hiddenWays.set(id, ways)
  }
  const drawn = graph.nodes.filter(({ id }) => taken.has(id))
  const count = drawn.filter(isStep).length
  return {
    graph: {
      nodes: drawn,
      edges: graph.edges.filter(({ from, to }) => taken.has(from) && taken.has(to)),
    },
    drawn: count,
    hidden: steps.length - count,
    hiddenWays,
  }
}

/** Steps, those first that came to nothing, then those that did something or would. */
function byInterest(steps: readonly StepNode[]): readonly StepNode[] {
  return [...steps].sort((a, b) => interestOf(a) - interestOf(b))
}

function isStep({ type }: StepNode): boolean {
  return type === 'step'
}

function interestOf({ mark }: StepNode): number {
  switch (mark?.kind) {
    case 'failed':
    case 'timed-out':
    case 'canceled':
      return 0
    case 'ran':
    case 'would-run':
    case 'restored':
      return 1
    case 'depends':
    case 'blocked':
      return 2
    case 'skipped':
    case undefined:
      return 3
  }
}

function touchingEdges({ edges }: StepGraph): ReadonlyMap<string, readonly StepEdge[]> {
  const touching = new Map<string, StepEdge[]>()
  for (const edge of edges) {
    for (const id of [edge.from, edge.to]) {
      const known = touching.get(id)
      if (known === undefined) touching.set(id, [edge])
      else known.push(edge)
    }
  }
  return touching
}
