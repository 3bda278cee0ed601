import { Graph, layout } from '@dagrejs/dagre'
import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre'
import type { CallGraph, CallGraphEdge, CallGraphNode } from './call-graph.js'

/** A place in a drawing, in pixels from its top left corner. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A unit with its place, the middle of its rectangle. */
export interface PlacedNode extends Point {
  readonly node: CallGraphNode
}

/** An edge with the way that it takes. */
export interface PlacedEdge {
  readonly edge: CallGraphEdge
  readonly from: PlacedNode
  readonly to: PlacedNode
  /** From border to border, in pairs: between the two points of a pair, waves; between pairs, level across a column. */
  readonly points: readonly Point[]
}

/** A graph with a place for everything. */
export interface Placed {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
}

/** Width and height of every unit's rectangle, in pixels. One size, so that bars in them can be compared. */
export interface Box {
  readonly width: number
  readonly height: number
}

/** Between a border's middle and where a way back starts or ends, so that it does not hide the way there. */
const BACK_OFFSET = 9

/** Places the units of a graph in columns, callers left of what they call. */
export function placed(graph: CallGraph, box: Box): Placed {
  // The ids of dagre are places: what the user's ids are never matters to it.
  const drawing = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: false })
  drawing.setGraph({ rankdir: 'LR', nodesep: 16, edgesep: 8, ranksep: 72, marginx: 0, marginy: 0 })
  const places = new Map(graph.nodes.map(({ id }, place) => [id, place]))
  graph.nodes.forEach((_, place) => drawing.setNode(String(place), { ...box }))
  const ends = graph.edges.map(({ from, to }) => [places.get(from) ?? 0, places.get(to) ?? 0] as const)
  // A unit that calls itself is drawn with a loop, which asks for no place.
  for (const [from, to] of ends) if (from !== to) drawing.setEdge(String(from), String(to), {})
  layout(drawing)
  const nodes = graph.nodes.map((node, place): PlacedNode => {
    const { x = 0, y = 0 } = drawing.node(String(place))
    return { node, x, y }
  })
  const columns = new Set(nodes.map(({ x }) => Math.round(x)))
  const edges = graph.edges.flatMap((edge, index): PlacedEdge[] => {
    const [from, to] = ends[index] ?? [0, 0]
    const start = nodes[from]
    const end = nodes[to]
    if (start === undefined || end === undefined) return []
    const bends = from === to ? [] : (drawing.edge(String(from), String(to)).points ?? []).slice(1, -1)
    // Between columns there is nothing to go around; only where a way crosses a column does its place matter.
    const crossings = bends.filter(({ x }) => columns.has(Math.round(x)))
    return [{ edge, from: start, to: end, points: from === to ? [] : way(start, crossings, end, box) }]
  })
  const { width = 0, height = 0 } = drawing.graph()
  return { nodes, edges, width, height }
}

function way(from: PlacedNode, crossings: readonly Point[], to: PlacedNode, box: Box): Point[] {
  const isForward = to.x > from.x
  const side = isForward ? box.width / 2 : -box.width / 2
  const offset = isForward ? 0 : BACK_OFFSET
  return [
    { x: from.x + side, y: from.y + offset },
    ...crossings.flatMap(({ x, y }) => [
      { x: x - side, y },
      { x: x + side, y },
    ]),
    { x: to.x - side, y: to.y + offset },
  ]
}
