import type { CallGraph, CallGraphEdge, CallGraphNode } from './call-graph.js'
import { drawnPart } from './drawn-part.js'
import type { DrawnPartOptions } from './drawn-part.js'
import { drawable, px, shortened, size, textWidth, xml } from '../drawing/index.js'
import { placed } from './layout.js'
import type { Box, Placed, PlacedNode, Point } from './layout.js'
import type { GraphPart } from './nearest-part.js'
import { legendOf } from './svg-legend.js'
import { badge, loopSign } from './svg-marks.js'
import { arrowHead, wayPath } from './svg-way.js'
import { style } from './svg-style.js'

const MARGIN = 28
const HEADER = 58
const NODE_HEIGHT = 46
const MIN_WIDTH = 116
const MAX_LABEL = 30
const PADDING = 12

/**
 * A call graph as an SVG that stands by itself: no scripts, no fonts from elsewhere, light or dark as the reader has it.
 * Of a graph beyond the limits the part nearest to its top is drawn, and says so.
 */
export function svgOf(graph: CallGraph, options: DrawnPartOptions = {}): string {
  const part = drawnPart(graph, options)
  const box = { width: Math.max(MIN_WIDTH, ...part.graph.nodes.map(neededWidth)), height: NODE_HEIGHT }
  const drawing = placed(part.graph, { boxOf: () => box })
  const title = `${graph.top}: which process calls which`
  const summary = summaryOf(graph, part)
  const largest = graph.nodes.reduce((most, { unitBytes }) => Math.max(most, unitBytes), 0)
  const needed = Math.max(
    drawing.width,
    textWidth(title, 18),
    ...summary.map((line) => textWidth(line, 13)),
    460,
  )
  const legend = legendOf(part.graph, largest, needed)
  const headerHeight = HEADER + (summary.length - 1) * 18
  const width = needed + 2 * MARGIN
  const height = MARGIN + headerHeight + legend.height + 26 + drawing.height + MARGIN
  const top = MARGIN + headerHeight + legend.height + 26
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${px(width)}" height="${px(height)}" viewBox="0 0 ${px(width)} ${px(height)}" role="img" aria-labelledby="unitflow-title unitflow-desc">`,
    `<title id="unitflow-title">${xml(title)}</title>`,
    `<desc id="unitflow-desc">${xml([...summary, descriptionOf(part.graph)].join('. '))}</desc>`,
    `<style>${style()}</style>`,
    `<defs>${['', 'shared', 'recursive', 'missing'].map((kind) => arrowHead('unitflow-head', kind)).join('')}</defs>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    `<text class="heading" x="${MARGIN}" y="${MARGIN + 16}">${xml(shortened(drawable(graph.top), 60))}</text>`,
    ...summary.map(
      (line, index) =>
        `<text class="faint" x="${MARGIN}" y="${MARGIN + 38 + index * 18}">${xml(line)}</text>`,
    ),
    `<g transform="translate(${MARGIN} ${MARGIN + headerHeight})">${legend.svg}</g>`,
    `<g transform="translate(${MARGIN} ${px(top)})">`,
    ...edgesOf(drawing, box, graph),
    ...drawing.nodes.map((node) =>
      nodeSvg(node, box, graph.top, largest, part.hiddenTargets.get(node.node.id) ?? 0),
    ),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function summaryOf(graph: CallGraph, part: GraphPart): string[] {
  const units = graph.nodes.filter(({ missing }) => !missing)
  const bytes = units.reduce((sum, { unitBytes }) => sum + unitBytes, 0)
  const lines = [
    `${counted(graph.processes, 'process', 'processes')} in ${counted(units.length, 'unit', 'units')}, ${size(bytes)}; ` +
      counted(
        graph.edges.reduce((sum, { calls }) => sum + calls, 0),
        'call',
        'calls',
      ),
  ]
  if (part.hidden > 0) {
    const away = part.levels === 1 ? 'one call' : `${part.levels} calls`
    lines.push(
      `Drawn: the ${part.graph.nodes.length} nearest to the top, at most ${away} away; ${part.hidden} more are left out`,
    )
  }
  return lines
}

/** Who cannot see the drawing gets its calls as a sentence, as long as that is one. */
function descriptionOf({ nodes, edges }: CallGraph): string {
  const marked = (isOf: (node: CallGraphNode) => boolean): string =>
    nodes
      .filter(isOf)
      .slice(0, 20)
      .map(({ id }) => shortened(id, 60))
      .join(', ')
  const shared = marked((node) => node.shared)
  const recursive = marked((node) => node.recursive)
  const missing = marked((node) => node.missing)
  const calls = edges
    .slice(0, 60)
    .map(({ from, to }) => `${shortened(from, 60)} to ${shortened(to, 60)}`)
    .join(', ')
  return [
    calls === '' ? '' : `Calls: ${calls}${edges.length > 60 ? ` and ${edges.length - 60} more` : ''}`,
    shared === '' ? '' : `Called by several: ${shared}`,
    recursive === '' ? '' : `Recursive: ${recursive}`,
    missing === '' ? '' : `Missing: ${missing}`,
  ]
    .filter((line) => line !== '')
    .join('. ')
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

function labelOf(id: string): string {
  return shortened(drawable(id), MAX_LABEL)
}

function detailsOf({ missing, unitBytes, embedded }: CallGraphNode): string {
  if (missing) return 'not in the workflow'
  return embedded.length === 0 ? size(unitBytes) : `${size(unitBytes)}, ${embedded.length} inside`
}

function neededWidth(node: CallGraphNode): number {
  const text = Math.max(textWidth(labelOf(node.id), 13), textWidth(detailsOf(node), 11))
  return Math.ceil(text) + 2 * PADDING
}

function nodeSvg(
  { node, x, y }: PlacedNode<CallGraphNode>,
  { width, height }: Box,
  top: string,
  largest: number,
  hidden: number,
): string {
  const left = x - width / 2
  const upper = y - height / 2
  const classes = ['unit', ...classesOf(node, top)].join(' ')
  const inner = width - 2 * PADDING
  const parts = [
    `<g class="${classes}">`,
    `<title>${tooltipOf(node).map(xml).join('\n')}</title>`,
    `<rect class="box" x="${px(left)}" y="${px(upper)}" width="${px(width)}" height="${height}" rx="7"/>`,
    `<text class="name" x="${px(left + PADDING)}" y="${px(upper + 18)}">${xml(labelOf(node.id))}</text>`,
    `<text class="small faint" x="${px(left + PADDING)}" y="${px(upper + 32)}">${xml(detailsOf(node))}</text>`,
  ]
  if (!node.missing && largest > 0) {
    const filled = Math.max((inner * node.unitBytes) / largest, 1.5)
    parts.push(
      `<rect class="track" x="${px(left + PADDING)}" y="${px(upper + 37)}" width="${px(inner)}" height="3" rx="1.5"/>`,
    )
    parts.push(
      `<rect class="bar" x="${px(left + PADDING)}" y="${px(upper + 37)}" width="${px(filled)}" height="3" rx="1.5"/>`,
    )
  }
  let right = left + width - 6
  if (node.recursive) {
    parts.push(loopSign(right - 9, upper))
    right -= 21
  }
  if (node.shared) parts.push(badge(right, upper, String(node.callers)))
  if (hidden > 0) {
    parts.push(
      `<text class="small faint" x="${px(left + width + 6)}" y="${px(y + 4)}">+${hidden} more</text>`,
    )
  }
  parts.push('</g>')
  return parts.join('')
}

function classesOf(node: CallGraphNode, top: string): string[] {
  const classes: string[] = []
  if (node.id === top) classes.push('top')
  if (node.missing) classes.push('missing')
  else if (node.recursive) classes.push('recursive')
  else if (node.shared) classes.push('shared')
  return classes
}

function tooltipOf({ id, bytes, unitBytes, embedded, callers, recursive, missing }: CallGraphNode): string[] {
  if (missing) return [id, 'Not in the workflow']
  const lines = [id, `Unit ${size(unitBytes)}, own spec ${size(bytes)}`]
  if (embedded.length > 0) lines.push(`Inside: ${embedded.slice(0, 20).join(', ')}`)
  lines.push(`Called by ${counted(callers, 'unit', 'units')}`)
  if (recursive) lines.push('Calls itself, directly or through others')
  return lines
}

function edgesOf(drawing: Placed<CallGraphNode, CallGraphEdge>, box: Box, { top }: CallGraph): string[] {
  return drawing.edges.map(({ edge, from, to, points }) => {
    const isShared = to.node.shared && to.node.id !== top
    const kind = edge.recursive ? 'recursive' : to.node.missing ? 'missing' : isShared ? 'shared' : ''
    const classes = ['edge', kind, edge.calls === 0 ? 'drawn' : ''].filter((name) => name !== '').join(' ')
    const way = from === to ? loopPath(from, box) : wayPath(points)
    const head = `url(#unitflow-head${kind === '' ? '' : `-${kind}`})`
    const path = `<path class="${classes}" d="${way}" marker-end="${head}"/>`
    const [last, end] = points.slice(-2)
    if (edge.calls < 2 || last === undefined || end === undefined) return path
    const { x, y } = nearEnd(last, end)
    return `${path}<text class="small faint halo" text-anchor="middle" x="${px(x)}" y="${px(y + 4)}">${edge.calls}\u00d7</text>`
  })
}

/** A place on the last wave of a way where the ways to one unit lie apart already. */
function nearEnd(from: Point, to: Point): Point {
  const t = 0.85
  const u = 1 - t
  const half = (from.x + to.x) / 2
  return {
    x: u ** 3 * from.x + 3 * u * t * half + t ** 3 * to.x,
    y: (u ** 3 + 3 * u * u * t) * from.y + (3 * u * t * t + t ** 3) * to.y,
  }
}

/** A loop above the rectangle's left side. */
function loopPath({ x, y }: Point, { width, height }: Box): string {
  const left = x - width / 2 + 16
  const upper = y - height / 2
  return `M${px(left)} ${px(upper)}C${px(left - 4)} ${px(upper - 19)} ${px(left + 32)} ${px(upper - 19)} ${px(left + 28)} ${px(upper - 1)}`
}
