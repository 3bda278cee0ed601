import { drawable, shortened } from '../drawing/index.js'
import type { StepEdge, StepNode } from './step-graph.js'

/** What stands in the box of a node, or of an edge's label: at most so many characters. */
export function nodeLabel({ names }: StepNode, length: number): string {
  return namesText(names, length)
}

/** The state names of an edge. */
export function edgeLabel({ states }: StepEdge, length: number): string {
  return namesText(states, length)
}

/** As many names as there is room for, at least one; how many are left out. */
function namesText(names: readonly string[], length: number): string {
  const [first = '', ...others] = names.map(drawable)
  let text = first
  let told = 1
  for (const name of others) {
    if (text.length + name.length + 2 > length) break
    text = `${text}, ${name}`
    told++
  }
  const left = names.length - told
  return left <= 0 ? shortened(text, length) : `${shortened(text, length)} +${left}`
}
