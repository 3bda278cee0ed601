import type { CallGraph } from './call-graph.js'
import type { Ends, Placeable } from './layout.js'
import { nearestPart } from './nearest-part.js'
import type { GraphPart } from './nearest-part.js'

/** Units that are drawn at most: more are neither laid out in reasonable time nor read by anybody. */
export const MAX_DRAWN_NODES = 400
/** Edges that are drawn at most. */
const MAX_EDGES = 900
/** How often edges may cross a column in all: this is what laying out takes its time for, about 0.4 ms each. */
const MAX_CROSSINGS = 4000
/** So many units are always drawn. */
const FEW = 12

/** What of a graph is drawn. */
export interface DrawnPartOptions {
  /** Only what is reached within so many calls from the top, at least 0. @default all, up to the limits */
  readonly levels?: number
  /** Units at most, from 1 to 400. @default 400 */
  readonly nodes?: number
}

/** The part of a graph that a drawing shows: the nearest to its top that can be laid out in a second or so. */
export function drawnPart(
  graph: CallGraph,
  { levels, nodes = MAX_DRAWN_NODES }: DrawnPartOptions = {},
): GraphPart {
  let most = Math.min(Math.max(Math.trunc(nodes), 1), MAX_DRAWN_NODES)
  for (;;) {
    const part = nearestPart(graph, {
      nodes: most,
      edges: MAX_EDGES,
      ...(levels === undefined ? {} : { levels }),
    })
    if (canBePlaced(part.graph)) return part
    most = Math.floor(part.graph.nodes.length * 0.75)
  }
}

/** Whether a graph of so many nodes as are drawn can be laid out in a second or so. */
export function canBePlaced(graph: Placeable<{ readonly id: string }, Ends>): boolean {
  return graph.nodes.length <= FEW || crossings(graph) <= MAX_CROSSINGS
}

/** Roughly how often edges cross a column, where each unit stands as far left as its callers allow. */
function crossings({ nodes, edges }: Placeable<{ readonly id: string }, Ends>): number {
  const targets = new Map<string, string[]>(nodes.map(({ id }) => [id, []]))
  for (const { from, to } of edges) if (from !== to) targets.get(from)?.push(to)
  const forward = withoutCycles(targets)
  const columns = new Map<string, number>()
  for (const id of forward.order) {
    const column = columns.get(id) ?? 0
    columns.set(id, column)
    for (const target of forward.targets.get(id) ?? [])
      columns.set(target, Math.max(columns.get(target) ?? 0, column + 1))
  }
  return edges.reduce(
    (sum, { from, to }) => sum + Math.abs((columns.get(to) ?? 0) - (columns.get(from) ?? 0)),
    0,
  )
}

/** A graph with those edges turned that close a cycle, and its nodes so that edges lead onward. */
function withoutCycles(targets: ReadonlyMap<string, readonly string[]>): {
  readonly targets: ReadonlyMap<string, readonly string[]>
  readonly order: readonly string[]
} {
  const forward = new Map<string, string[]>([...targets.keys()].map((id) => [id, []]))
  const state = new Map<string, 'open' | 'done'>()
  const finished: string[] = []
  // The depth is that of the units drawn, some hundred.
  const visit = (id: string): void => {
    state.set(id, 'open')
    for (const target of targets.get(id) ?? []) {
      if (state.get(target) === 'open') {
        forward.get(target)?.push(id)
        continue
      }
      forward.get(id)?.push(target)
      if (!state.has(target)) visit(target)
    }
    state.set(id, 'done')
    finished.push(id)
  }
  for (const id of targets.keys()) if (!state.has(id)) visit(id)
  return { targets: forward, order: finished.reverse() }
}
