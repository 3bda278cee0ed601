import type { CallGraph, CallGraphNode } from './call-graph.js'
import { drawable, shortened, size } from '../drawing/index.js'
import { mermaidText } from './mermaid-text.js'

/** Ids in a drawing are cut to so many characters. */
const MAX_LABEL = 60

const CLASSES = [
  'classDef top stroke-width:3px',
  'classDef shared stroke:#2563eb,stroke-width:2px',
  'classDef recursive stroke:#d97706,stroke-width:2px',
  'classDef missing stroke:#dc2626,stroke-dasharray:4 3',
]

/**
 * A call graph as a Mermaid flowchart, which many sites that show Markdown draw. Shared units have a blue border,
 * recursive ones and their calls an amber one, missing ones a dashed red one.
 */
export function mermaidOf(graph: CallGraph): string {
  const names = new Map(graph.nodes.map(({ id }, place) => [id, `n${place}`]))
  const lines = ['flowchart LR']
  for (const node of graph.nodes) lines.push(`  ${names.get(node.id) ?? ''}["${labelOf(node)}"]`)
  const recursive: number[] = []
  graph.edges.forEach(({ from, to, calls, recursive: isRecursive }, place) => {
    const arrow = calls === 0 ? '-.->' : calls === 1 ? '-->' : `-->|${calls} calls|`
    lines.push(`  ${names.get(from) ?? ''} ${arrow} ${names.get(to) ?? ''}`)
    if (isRecursive) recursive.push(place)
  })
  lines.push(...CLASSES.map((line) => `  ${line}`))
  const marked = (name: string, isOf: (node: CallGraphNode) => boolean): void => {
    const members = graph.nodes.filter(isOf).map(({ id }) => names.get(id) ?? '')
    if (members.length > 0) lines.push(`  class ${members.join(',')} ${name}`)
  }
  marked('shared', ({ shared, missing }) => shared && !missing)
  marked('recursive', (node) => node.recursive)
  marked('missing', ({ missing }) => missing)
  marked('top', ({ id }) => id === graph.top)
  if (recursive.length > 0) lines.push(`  linkStyle ${recursive.join(',')} stroke:#d97706,stroke-width:2px`)
  return `${lines.join('\n')}\n`
}

function labelOf({ id, unitBytes, embedded, missing }: CallGraphNode): string {
  const more = embedded.length === 0 ? '' : `, ${embedded.length} embedded`
  return `${mermaidText(shortened(drawable(id), MAX_LABEL))}<br/>${missing ? 'missing' : `${size(unitBytes)}${more}`}`
}
