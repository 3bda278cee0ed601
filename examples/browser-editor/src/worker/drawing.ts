import { Graph, layout } from '@dagrejs/dagre'
import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre'
import type { DrawnCall, Drawing, DrawnUnit, Point } from '../protocol.js'
import { nearest } from './call-graph.js'
import type { CallGraph, Unit } from './call-graph.js'

/** A workflow of more units is drawn in part: more are neither laid out at once nor read by anybody. */
const WHOLE = 80
/** Units drawn around one of them. */
const AROUND = 18
const HEIGHT = 46
const MIN_WIDTH = 112
const MAX_WIDTH = 220
/** Of a character of the graph's font, on average, in pixels. */
const CHARACTER = 7.3
const MARGIN = 16

/** Places units in columns, callers left of what they call. */
export function drawingOf(graph: CallGraph, processId: string, whole: boolean): Drawing {
  const center = graph.owners.get(processId) ?? processId
  const wholeFits = graph.units.size <= WHOLE
  const ids = whole && wholeFits ? new Set(graph.units.keys()) : nearest(graph, center, AROUND)
  const units = [...ids].flatMap((id) => graph.units.get(id) ?? [])
  const longest = units.reduce((most, { id }) => Math.max(most, id.length), 0)
  const box = {
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.ceil(longest * CHARACTER) + 24)),
    height: HEIGHT,
  }
  const drawing = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: false })
  drawing.setGraph({ rankdir: 'LR', nodesep: 14, edgesep: 8, ranksep: 40, marginx: MARGIN, marginy: MARGIN })
  // The names that dagre sees are places, so it does not matter what the ids are.
  const places = new Map(units.map(({ id }, place) => [id, String(place)]))
  for (const place of places.values()) drawing.setNode(place, { ...box })
  const edges = units.flatMap((from) =>
    [...from.targets].flatMap(([id, calls]) => {
      const to = graph.units.get(id)
      return to === undefined || !ids.has(id) ? [] : [{ from, to, calls }]
    }),
  )
  for (const { from, to } of edges) {
    if (from !== to) drawing.setEdge(places.get(from.id) ?? '', places.get(to.id) ?? '', {})
  }
  layout(drawing)
  const corner = ({ id }: Unit): Point => {
    const { x = 0, y = 0 } = drawing.node(places.get(id) ?? '')
    return { x: x - box.width / 2, y: y - box.height / 2 }
  }
  const columns = new Set(units.map((unit) => Math.round(corner(unit).x + box.width / 2)))
  const calls = edges.map(({ from, to, calls: count }): DrawnCall => {
    const start = corner(from)
    const end = corner(to)
    const { points = [] } =
      from === to ? {} : drawing.edge(places.get(from.id) ?? '', places.get(to.id) ?? '')
    const crossings = points.slice(1, -1).filter(({ x }) => columns.has(Math.round(x)))
    const path = from === to ? loop(start, box) : way(start, crossings, end, box)
    return { from: from.id, to: to.id, calls: count, path, back: end.x <= start.x }
  })
  const { width = 0, height = 0 } = drawing.graph()
  return {
    units: units.map((unit): DrawnUnit => {
      const neighbours = new Set([...unit.callers, ...unit.targets.keys()])
      const hidden = [...neighbours].filter((id) => !ids.has(id)).length
      const { id, bytes, embedded, missing, callers } = unit
      return { id, ...corner(unit), bytes, embedded: embedded.length, missing, callers: callers.size, hidden }
    }),
    calls,
    box,
    // A loop stands out above the first row.
    width: Math.max(width, box.width + 2 * MARGIN),
    height: Math.max(height, box.height + 2 * MARGIN),
    center,
    left: graph.units.size - units.length,
    wholeFits,
    largest: [...graph.units.values()].reduce((most, { bytes }) => Math.max(most, bytes), 0),
  }
}

interface Box {
  readonly width: number
  readonly height: number
}

/** From border to border, level where it crosses a column. */
function way(start: Point, crossings: readonly Point[], end: Point, box: Box): string {
  const forward = end.x > start.x
  const side = forward ? box.width / 2 : -box.width / 2
  const middle = ({ x, y }: Point): Point => ({ x: x + box.width / 2, y: y + box.height / 2 })
  // A way back starts lower, so that it does not hide the way there.
  const offset = forward ? 0 : 10
  const from = middle(start)
  const to = middle(end)
  const points = [
    { x: from.x + side, y: from.y + offset },
    ...crossings.flatMap(({ x, y }) => [
      { x: x - side, y },
      { x: x + side, y },
    ]),
    { x: to.x - side, y: to.y + offset },
  ]
  const [first = { x: 0, y: 0 }, ...rest] = points
  let path = `M${px(first)}`
  let last = first
  rest.forEach((point, index) => {
    const bend = (point.x - last.x) / 2
    path +=
      index % 2 === 0
        ? `C${px({ x: last.x + bend, y: last.y })} ${px({ x: point.x - bend, y: point.y })} ${px(point)}`
        : `L${px(point)}`
    last = point
  })
  return path
}

function loop({ x, y }: Point, box: Box): string {
  const right = x + box.width
  return `M${right - 34} ${y}C${right - 34} ${y - 18} ${right - 12} ${y - 18} ${right - 12} ${y}`
}

function px({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
}
