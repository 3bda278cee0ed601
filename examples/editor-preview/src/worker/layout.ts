import { Graph, layout } from '@dagrejs/dagre'
import type { EdgeLabel, GraphLabel, NodeLabel } from '@dagrejs/dagre'
import type { Drawing } from '../protocol.js'
import type { Outline } from './models.js'

/** Where each process is drawn, and each call: neither depends on what is in a process. */
export type Layout = Omit<Drawing, 'processes'> & {
  readonly places: readonly { readonly id: string; readonly x: number; readonly y: number }[]
}

const BOX = { width: 168, height: 44 }
/** More are neither laid out at once nor read by anybody. */
const MOST = 150

export function layoutOf({ top, processes }: Outline): Layout {
  const isTop = ({ id }: { readonly id: string }): number => (id === top ? 0 : 1)
  const drawn = [...processes].sort((a, b) => isTop(a) - isTop(b)).slice(0, MOST)
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: false })
  graph.setGraph({ rankdir: 'LR', nodesep: 12, edgesep: 6, ranksep: 36, marginx: 8, marginy: 8 })
  // The names that dagre sees are places, so it does not matter what the ids are.
  const places = new Map(drawn.map(({ id }, place) => [id, String(place)]))
  for (const place of places.values()) graph.setNode(place, { ...BOX })
  const calls = drawn.flatMap(({ id, calls: called }) =>
    called.filter((to) => to !== id && places.has(to)).map((to) => ({ from: id, to })),
  )
  for (const { from, to } of calls) graph.setEdge(places.get(from) ?? '', places.get(to) ?? '', {})
  layout(graph)
  const { width = BOX.width, height = BOX.height } = graph.graph()
  return {
    width,
    height,
    box: BOX,
    places: drawn.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(places.get(id) ?? '')
      return { id, x, y }
    }),
    calls: calls.map(({ from, to }) => {
      const { points = [] } = graph.edge(places.get(from) ?? '', places.get(to) ?? '')
      const at = points.map(({ x, y }) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`)
      return { from, to, path: `M${at.join('L')}` }
    }),
  }
}
