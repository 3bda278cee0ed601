import { callGraph } from '../graph/index.js'
import type { CallGraph } from '../graph/index.js'
import type { Manifest } from '../units/index.js'
import { counted, size } from './amounts.js'
import type { Session } from './session.js'

/** Which units a workflow is made of, how big each is and which others it calls; the top first, then the largest. */
export function sayUnits(session: Session, manifest: Manifest, most: number): void {
  const graph = callGraph(manifest)
  const targets = targetsOf(graph)
  const units = graph.nodes.filter(({ missing }) => !missing)
  units.sort((a, b) => Number(b.id === graph.top) - Number(a.id === graph.top) || b.unitBytes - a.unitBytes)
  session.sayTable(
    [
      { head: 'Unit', flexible: 'shorten' },
      { head: 'Size', align: 'right' },
      { head: 'Inside', align: 'right' },
      { head: 'Callers', align: 'right' },
      { head: 'Calls', flexible: 'wrap' },
    ],
    units
      .slice(0, most)
      .map(({ id, unitBytes, embedded, callers }) => [
        id,
        size(unitBytes),
        embedded.length === 0 ? '' : String(embedded.length),
        callers === 0 ? '' : String(callers),
        shortList(targets.get(id) ?? []),
      ]),
  )
  if (units.length > most) session.note(`and ${counted(units.length - most, 'more unit')}: --all shows them`)
}

/** Calls in a table, before the rest is only counted. */
const MOST_CALLS = 12

function shortList(ids: readonly string[]): readonly string[] {
  return ids.length <= MOST_CALLS ? ids : [...ids.slice(0, MOST_CALLS), `+${ids.length - MOST_CALLS} more`]
}

function targetsOf({ nodes, edges }: CallGraph): Map<string, string[]> {
  const missing = new Set(nodes.filter((node) => node.missing).map(({ id }) => id))
  const targets = new Map<string, string[]>()
  // No-break spaces keep a remark with its id.
  for (const { from, to, calls } of edges) {
    const known = targets.get(from) ?? []
    const times = calls > 1 ? `\u00a0(${calls}\u00d7)` : ''
    known.push(`${to === from ? 'itself' : to}${missing.has(to) ? '\u00a0(missing)' : times}`)
    targets.set(from, known)
  }
  return targets
}
