import { Graph, layout } from '@dagrejs/dagre'
import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre'

/** A place in a drawing, in pixels from its top left corner. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** What can be placed: nodes, and edges between them by their ids. */
export interface Placeable<N extends { readonly id: string }, E extends Ends> {
  readonly nodes: readonly N[]
  readonly edges: readonly E[]
}

/** Ids of the nodes that an edge leads from and to. */
export interface Ends {
  readonly from: string
  readonly to: string
}

/** A node with its place, the middle of its rectangle. */
export interface PlacedNode<N> extends Point {
  readonly node: N
}

/** An edge with the way that it takes. */
export interface PlacedEdge<N, E> {
  readonly edge: E
  readonly from: PlacedNode<N>
  readonly to: PlacedNode<N>
  /** From border to border, in pairs: between the two points of a pair, waves; between pairs, level across a column. */
  readonly points: readonly Point[]
  /** The middle of its label, where it has one: on a level piece of the way. */
  readonly label?: Point
}

/** A graph with a place for everything. */
export interface Placed<N, E> {
  readonly nodes: readonly PlacedNode<N>[]
  readonly edges: readonly PlacedEdge<N, E>[]
  readonly width: number
  readonly height: number
}

/** Width and height of a rectangle, in pixels. */
export interface Box {
  readonly width: number
  readonly height: number
}

/** How much room things take. */
export interface Sizes<N, E> {
  readonly boxOf: (node: N) => Box
  /** Of the label of an edge; nothing where it has none. */
  readonly labelOf?: (edge: E) => Box | undefined
  /** Pixels between columns. @default 72 */
  readonly gap?: number
  /** Where edges lead: with `down`, what is said of columns goes for rows. @default 'right' */
  readonly direction?: Direction
}

export type Direction = 'right' | 'down'

/** Between a border's middle and where a way back starts or ends, so that it does not hide the way there. */
const BACK_OFFSET = 9

/** Places the nodes of a graph in columns, each left of those that its edges lead to; or in rows, each above them. */
export function placed<N extends { readonly id: string }, E extends Ends>(
  graph: Placeable<N, E>,
  { direction = 'right', ...sizes }: Sizes<N, E>,
): Placed<N, E> {
  if (direction === 'right') return placedInColumns(graph, sizes)
  const { boxOf, labelOf } = sizes
  const { nodes, edges, width, height } = placedInColumns(graph, {
    ...sizes,
    boxOf: (node) => turnedBox(boxOf(node)),
    labelOf: (edge) => {
      const label = labelOf?.(edge)
      return label && turnedBox(label)
    },
  })
  const turnedNode = (node: PlacedNode<N>): PlacedNode<N> => ({ ...node, ...turned(node) })
  return {
    nodes: nodes.map(turnedNode),
    edges: edges.map(({ edge, from, to, points, label }) => ({
      edge,
      from: turnedNode(from),
      to: turnedNode(to),
      points: points.map(turned),
      ...(label !== undefined && { label: turned(label) }),
    })),
    width: height,
    height: width,
  }
}

function turned({ x, y }: Point): Point {
  return { x: y, y: x }
}

function turnedBox({ width, height }: Box): Box {
  return { width: height, height: width }
}

function placedInColumns<N extends { readonly id: string }, E extends Ends>(
  graph: Placeable<N, E>,
  { boxOf, labelOf, gap = 72 }: Omit<Sizes<N, E>, 'direction'>,
): Placed<N, E> {
  // The ids of dagre are places: what the user's ids are never matters to it.
  const drawing = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: false })
  drawing.setGraph({ rankdir: 'LR', nodesep: 16, edgesep: 8, ranksep: gap, marginx: 0, marginy: 0 })
  const places = new Map(graph.nodes.map(({ id }, place) => [id, place]))
  const boxes = graph.nodes.map(boxOf)
  boxes.forEach((box, place) => drawing.setNode(String(place), { ...box }))
  const ends = graph.edges.map(({ from, to }) => [places.get(from) ?? 0, places.get(to) ?? 0] as const)
  const labels = graph.edges.map((edge) => labelOf?.(edge))
  // A node that leads to itself is drawn with a loop, which asks for no place.
  ends.forEach(([from, to], at) => {
    const label = labels[at]
    if (from !== to)
      drawing.setEdge(String(from), String(to), label === undefined ? {} : { ...label, labelpos: 'c' })
  })
  layout(drawing)
  const nodes = graph.nodes.map((node, place): PlacedNode<N> => {
    const { x = 0, y = 0 } = drawing.node(String(place))
    return { node, x, y }
  })
  /** By the middle of a column: half of its width. */
  const columns = new Map<number, number>()
  nodes.forEach(({ x }, place) => {
    const half = (boxes[place]?.width ?? 0) / 2
    columns.set(Math.round(x), Math.max(columns.get(Math.round(x)) ?? 0, half))
  })
  const edges = graph.edges.flatMap((edge, index): PlacedEdge<N, E>[] => {
    const [from, to] = ends[index] ?? [0, 0]
    const start = nodes[from]
    const end = nodes[to]
    if (start === undefined || end === undefined) return []
    if (from === to) return [{ edge, from: start, to: end, points: [] }]
    const { points = [], x, y } = drawing.edge(String(from), String(to))
    const label = x === undefined || y === undefined || labels[index] === undefined ? undefined : { x, y }
    const labelHalf = (labels[index]?.width ?? 0) / 2
    // Between columns there is nothing to go around; only where a way crosses a column, or is labelled, does its place matter.
    const crossings = points.slice(1, -1).flatMap((bend) => {
      const isLabelled = label !== undefined && Math.abs(bend.x - label.x) < 1
      const half = columns.get(Math.round(bend.x)) ?? (isLabelled ? labelHalf : undefined)
      return half === undefined ? [] : [{ ...bend, half }]
    })
    const way = wayOf([start, boxes[from]], crossings, [end, boxes[to]])
    return [{ edge, from: start, to: end, points: way, ...(label !== undefined && { label }) }]
  })
  const { width = 0, height = 0 } = drawing.graph()
  return { nodes, edges, width, height }
}

function wayOf(
  [from, fromBox]: readonly [Point, Box | undefined],
  crossings: readonly (Point & { readonly half: number })[],
  [to, toBox]: readonly [Point, Box | undefined],
): Point[] {
  const isForward = to.x > from.x
  const side = isForward ? 0.5 : -0.5
  const offset = isForward ? 0 : BACK_OFFSET
  return [
    { x: from.x + side * (fromBox?.width ?? 0), y: from.y + offset },
    ...crossings.flatMap(({ x, y, half }) => [
      { x: x - 2 * side * half, y },
      { x: x + 2 * side * half, y },
    ]),
    { x: to.x - side * (toBox?.width ?? 0), y: to.y + offset },
  ]
}
