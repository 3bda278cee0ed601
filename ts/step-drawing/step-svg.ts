import { drawable, px, shortened, textWidth, xml } from '../drawing/index.js'
import { arrowHead, legendRows, placed, wayPath } from '../graph/index.js'
import type { Box, Direction, PlacedEdge, PlacedNode } from '../graph/index.js'
import type { DrawnSteps } from './drawn-steps.js'
import { edgeLabel, nodeLabel } from './node-label.js'
import type { StepEdge, StepGraph, StepNode } from './step-graph.js'
import { legendItems } from './svg-legend.js'
import { SIGN_SIZE, stepSign } from './svg-signs.js'
import { style } from './svg-style.js'

const MARGIN = 28
const HEADER = 42
const LINE = 18
const PADDING = 12
const STEP_HEIGHT = 46
const STATE_HEIGHT = 24
const MIN_WIDTH = 96
/** Pixels that the heading and the legend have at least. */
const LEAST = 304
const BESIDE = 56
const MAX_NAME = 30
const MAX_STATE = 24
const HEAD = 'unitflow-steps-head'

/** The graph of a workflow as an SVG that stands by itself. */
export function svgOfSteps(
  name: string,
  summary: readonly string[],
  drawnPart: DrawnSteps,
  direction: Direction,
): string {
  const { graph } = drawnPart
  const width = Math.max(MIN_WIDTH, ...graph.nodes.filter(isStep).map(neededWidth))
  const boxOf = (node: StepNode): Box =>
    isStep(node) ? { width, height: STEP_HEIGHT } : { width: pillWidth(node), height: STATE_HEIGHT }
  const drawing = placed(graph, { boxOf, labelOf, gap: 56, direction })
  // What stands beside a box of the last column has room, too.
  const room = Math.max(drawing.width + (drawnPart.hiddenWays.size > 0 ? BESIDE : 0), LEAST)
  const lines = [...summary, ...leftOut(drawnPart)].flatMap((line) => wrapped(line, room))
  const legend = legendRows(legendItems(graph), room)
  const headerHeight = HEADER + lines.length * LINE
  const legendHeight = legend.svg === '' ? 0 : legend.height + 22
  const top = MARGIN + headerHeight + legendHeight
  const box = [px(room + 2 * MARGIN), px(top + drawing.height + MARGIN)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="unitflow-steps" width="${box.join('" height="')}" viewBox="0 0 ${box.join(' ')}" role="img" aria-labelledby="unitflow-steps-title unitflow-steps-desc">`,
    `<title id="unitflow-steps-title">${xml(`${name}: its steps`)}</title>`,
    `<desc id="unitflow-steps-desc">${xml([...summary, ...leftOut(drawnPart), descriptionOf(graph)].join('. '))}</desc>`,
    `<style>${style()}</style>`,
    `<defs>${['', 'changed'].map((kind) => arrowHead(HEAD, kind)).join('')}</defs>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    `<text class="heading" x="${MARGIN}" y="${MARGIN + 16}">${xml(fitting(name, room))}</text>`,
    ...lines.map(
      (line, index) =>
        `<text class="faint" x="${MARGIN}" y="${MARGIN + HEADER + index * LINE}">${xml(line)}</text>`,
    ),
    `<g transform="translate(${MARGIN} ${px(MARGIN + headerHeight + 4)})">${legend.svg}</g>`,
    `<g transform="translate(${MARGIN} ${px(top)})">`,
    ...drawing.edges.map((edge) => edgeSvg(edge, direction)),
    ...drawing.nodes.map((node) =>
      nodeSvg(node, boxOf(node.node), drawnPart.hiddenWays.get(node.node.id) ?? 0),
    ),
    // Over all ways, which would cross them out.
    ...drawing.edges.map(labelSvg).filter((label) => label !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function leftOut({ drawn, hidden }: DrawnSteps): readonly string[] {
  if (hidden === 0) return []
  const all = (drawn + hidden).toLocaleString('en')
  return [
    `Drawn: ${drawn} of ${all} steps, first those that have more to say; ${hidden.toLocaleString('en')} are left out`,
  ]
}

function isStep({ type }: StepNode): boolean {
  return type === 'step'
}

function neededWidth(node: StepNode): number {
  const sign = node.mark === undefined ? 0 : SIGN_SIZE + 7
  const name = textWidth(nodeLabel(node, MAX_NAME), 13.5)
  return Math.ceil(Math.max(name, textWidth(node.mark?.words ?? '', 11.5))) + sign + 2 * PADDING
}

function pillWidth(node: StepNode): number {
  return Math.ceil(textWidth(nodeLabel(node, MAX_NAME), 12)) + 2 * PADDING
}

function labelOf(edge: StepEdge): Box | undefined {
  if (edge.states.length === 0) return undefined
  return { width: Math.ceil(textWidth(edgeLabel(edge, MAX_STATE), 11.5)) + 10, height: 16 }
}

/** As much of a name as there is room for in the heading. */
function fitting(name: string, room: number): string {
  const safe = shortened(drawable(name), 120)
  let length = Array.from(safe).length
  while (length > 4 && textWidth(shortened(safe, length), 18.5) > room) length--
  return shortened(safe, length)
}

/** A line of ours in as many as it needs. */
function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, 13) > room) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

function nodeSvg({ node, x, y }: PlacedNode<StepNode>, { width, height }: Box, hidden: number): string {
  const { type, mark, names, isChanged } = node
  const left = x - width / 2
  const upper = y - height / 2
  const rx = type === 'need' ? height / 2 : type === 'result' ? 3 : 7
  const rect = `<rect class="box" x="${px(left)}" y="${px(upper)}" width="${px(width)}" height="${height}" rx="${rx}"/>`
  const more =
    hidden > 0
      ? `<text class="small faint halo" x="${px(left + width + 6)}" y="${px(upper - 2)}">+${hidden} more</text>`
      : ''
  const label = xml(nodeLabel(node, MAX_NAME))
  if (type !== 'step') {
    const tooltip = [...names.slice(0, 100), ...(isChanged ? ['Another value than before'] : [])]
      .map(xml)
      .join('\n')
    return `<g class="state ${type}"><title>${tooltip}</title>${rect}<text class="small name middle" x="${px(x)}" y="${px(y + 4)}">${label}</text>${more}</g>`
  }
  const sign = mark === undefined ? '' : stepSign(mark.kind, left + PADDING + SIGN_SIZE / 2 - 2, y)
  const text = left + PADDING + (mark === undefined ? 0 : SIGN_SIZE + 6)
  const words =
    mark === undefined
      ? ''
      : `<text class="small faint" x="${px(text)}" y="${px(y + 14)}">${xml(mark.words)}</text>`
  const tooltip = [...names, ...(mark === undefined ? [] : [mark.words, ...mark.details])].map(xml).join('\n')
  return (
    `<g class="step${mark === undefined ? '' : ` ${mark.kind}`}"><title>${tooltip}</title>${rect}${sign}` +
    `<text class="name" x="${px(text)}" y="${px(mark === undefined ? y + 4.5 : y - 3)}">${label}</text>${words}${more}</g>`
  )
}

function edgeSvg({ edge, points }: PlacedEdge<StepNode, StepEdge>, direction: Direction): string {
  const kind = edge.isChanged ? 'changed' : ''
  const head = `url(#${HEAD}${kind === '' ? '' : `-${kind}`})`
  return `<path class="edge${kind === '' ? '' : ` ${kind}`}" d="${wayPath(points, direction)}" marker-end="${head}"/>`
}

function labelSvg({ edge, label }: PlacedEdge<StepNode, StepEdge>): string {
  const box = labelOf(edge)
  if (label === undefined || box === undefined) return ''
  const { width, height } = box
  const tooltip = edge.states.slice(0, 100).map(xml).join('\n')
  return (
    `<g class="states"><title>${tooltip}</title>` +
    `<rect class="paper" x="${px(label.x - width / 2)}" y="${px(label.y - height / 2)}" width="${px(width)}" height="${height}"/>` +
    `<text class="small middle" x="${px(label.x)}" y="${px(label.y + 4)}">${xml(edgeLabel(edge, MAX_STATE))}</text></g>`
  )
}

/** Steps that are told in the description. */
const TOLD = 60

/** Who cannot see the drawing gets its steps as sentences, as long as those can be listened to. */
function descriptionOf({ nodes, edges }: StepGraph): string {
  const steps = nodes.filter(isStep)
  const namesOf = new Map(nodes.map((node) => [node.id, nodeLabel(node, 60)]))
  const told = steps.slice(0, TOLD).map((node) => {
    const of = (id: string): string => namesOf.get(id) ?? ''
    const after = edges.filter(({ to }) => to === node.id).map(({ from }) => of(from))
    const before = edges.filter(({ from }) => from === node.id).map(({ to }) => of(to))
    const words = [
      node.mark?.words ?? '',
      after.length === 0 ? '' : `after ${after.slice(0, 10).join(', ')}`,
      before.length === 0 ? '' : `before ${before.slice(0, 10).join(', ')}`,
    ]
    return `${of(node.id)}: ${words.filter((word) => word !== '').join('; ')}`
  })
  return [...told, ...(steps.length > TOLD ? [`and ${steps.length - TOLD} more`] : [])].join('. ')
}
