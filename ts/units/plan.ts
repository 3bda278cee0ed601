import { CALL, objectOfPlace } from './process-graph.js'
import type { ProcessGraph } from './process-graph.js'

/** Which objects a unit is made of. */
export interface Plan {
  readonly objects: readonly PlannedObject[]
  /** The processes that the unit is asked for; what they bring is found in the objects themselves. */
  readonly seeds: readonly { readonly object: number; readonly member: number }[] | undefined
  /** Whether a path enters the unit's own process again. */
  readonly reentered: boolean
}

/** An object, and which of its references lead nowhere. */
export interface PlannedObject {
  readonly hash: string
  isAbsent(position: number, id: string): boolean
}

/**
 * The plan for the unit of the process at `start` (U19), and with `holders` for the one to resume it where processes at
 * these places hold active elements (U20).
 *
 * @returns `undefined` where the process reaches none of the holders
 */
export function planUnit(
  graph: ProcessGraph,
  start: number,
  holders?: ReadonlySet<number>,
): Plan | undefined {
  const path = holders === undefined ? new Set([start]) : pathsBetween(graph, start, holders)
  if (path === undefined) return undefined
  const needed = closure(path, (place) => brought(graph, place))
  const indexes = new Map<number, number>()
  const objects: PlannedObject[] = []
  const place = (at: number): { object: number; member: number } => {
    const found = objectOfPlace(graph, at)
    let object = indexes.get(found)
    if (object === undefined) {
      object = objects.length
      indexes.set(found, object)
      const isAbsent = (position: number, id: string): boolean => graph.isAbsent(found, position, id)
      objects.push({ hash: graph.objects[found]?.hash ?? '', isAbsent })
    }
    return { object, member: at - (graph.objects[found]?.first ?? 0) }
  }
  // The unit's own process comes first, whatever else there is.
  const seeds = [place(start), ...[...path].filter((at) => at !== start).map(place)]
  for (const at of needed) place(at)
  const reentered =
    holders !== undefined &&
    [...path].some((at) => (graph.references[at] ?? []).some(({ to }) => to === start))
  return { objects, seeds, reentered }
}

/** Places that a unit with this place always holds: what is embedded and what is triggered. */
function brought(graph: ProcessGraph, place: number): number[] {
  return (graph.references[place] ?? []).filter(({ mode }) => mode !== CALL).map(({ to }) => to)
}

/** All that can be reached from the given places, these included. No recursion: chains may be long. */
function closure(from: Iterable<number>, next: (place: number) => readonly number[]): Set<number> {
  const reached = new Set(from)
  for (const place of reached) for (const to of next(place)) reached.add(to)
  return reached
}

/** The places on any path from `start` to a holder, or `undefined` if there is none. */
function pathsBetween(
  graph: ProcessGraph,
  start: number,
  holders: ReadonlySet<number>,
): Set<number> | undefined {
  const forward = closure([start], (place) => (graph.references[place] ?? []).map(({ to }) => to))
  const callers = new Map<number, number[]>()
  for (const place of forward) {
    for (const { to } of graph.references[place] ?? []) {
      const list = callers.get(to)
      if (list === undefined) callers.set(to, [place])
      else list.push(place)
    }
  }
  const reachable = [...holders].filter((place) => forward.has(place))
  if (reachable.length === 0) return undefined
  return closure(reachable, (place) => callers.get(place) ?? [])
}
