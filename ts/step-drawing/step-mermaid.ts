import { mermaidText } from '../graph/index.js'
import type { Direction } from '../graph/index.js'
import { drawable } from '../drawing/index.js'
import type { DrawnSteps } from './drawn-steps.js'
import { edgeLabel, nodeLabel } from './node-label.js'
import type { StepNode } from './step-graph.js'
import type { MarkKind } from './step-mark.js'

/** Names in a drawing are cut to so many characters. */
const MAX_LABEL = 60
const MAX_STATES = 40

const SIGNS: Readonly<Record<MarkKind, string>> = {
  ran: '✔',
  skipped: '»',
  restored: '↺',
  failed: '✖',
  'timed-out': '◷',
  canceled: '⊘',
  blocked: '‖',
  'would-run': '▶',
  depends: '?',
}

const CLASSES: Readonly<Record<MarkKind | 'need' | 'result', string>> = {
  ran: 'stroke:#0b7a60,stroke-width:2px',
  skipped: 'stroke:#8090a8',
  restored: 'stroke:#0e7490,stroke-width:2px',
  failed: 'stroke:#dc2626,stroke-width:3px',
  'timed-out': 'stroke:#b45309,stroke-width:3px',
  canceled: 'stroke:#5f6e84,stroke-width:3px',
  blocked: 'stroke:#dc2626,stroke-dasharray:4 3',
  'would-run': 'stroke:#2563eb,stroke-width:2px',
  depends: 'stroke:#7c3aed,stroke-dasharray:4 3',
  need: 'stroke-dasharray:2 2',
  result: 'stroke-width:2px',
}

/** The graph of a workflow as a Mermaid flowchart. */
export function mermaidOfSteps(name: string, { graph, hidden }: DrawnSteps, direction: Direction): string {
  const { nodes, edges } = graph
  const ids = new Map(nodes.map(({ id }, place) => [id, `n${place}`]))
  const lines = [
    `flowchart ${direction === 'down' ? 'TB' : 'LR'}`,
    `  accTitle: ${mermaidText(drawable(name))}`,
  ]
  if (hidden > 0) lines.push(`  %% ${hidden} more steps are left out`)
  for (const node of nodes) lines.push(`  ${ids.get(node.id) ?? ''}${shapeOf(node)}`)
  const changed: number[] = []
  edges.forEach((edge, place) => {
    const label = edge.states.length === 0 ? '' : `|"${mermaidText(edgeLabel(edge, MAX_STATES))}"|`
    lines.push(`  ${ids.get(edge.from) ?? ''} -->${label} ${ids.get(edge.to) ?? ''}`)
    if (edge.isChanged) changed.push(place)
  })
  for (const [kind, style] of Object.entries(CLASSES)) {
    const members = nodes
      .filter((node) => (node.mark?.kind ?? node.type) === kind)
      .map(({ id }) => ids.get(id) ?? '')
    // A hyphen would be the begin of an arrow.
    const className = kind.replace(/-./, (letter) => letter.slice(1).toUpperCase())
    if (members.length > 0)
      lines.push(`  classDef ${className} ${style}`, `  class ${members.join(',')} ${className}`)
  }
  if (changed.length > 0) lines.push(`  linkStyle ${changed.join(',')} stroke-width:3px`)
  return `${lines.join('\n')}\n`
}

function shapeOf(node: StepNode): string {
  const label = mermaidText(nodeLabel(node, MAX_LABEL))
  switch (node.type) {
    case 'need':
      return `(["${label}"])`
    case 'result':
      return `[["${label}"]]`
    case 'step': {
      const { mark } = node
      return mark === undefined
        ? `["${label}"]`
        : `["${label}<br/>${SIGNS[mark.kind]} ${mermaidText(mark.words)}"]`
    }
  }
}
