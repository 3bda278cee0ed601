import type { Manifest } from 'unitflow'

/** A unit: a process that can be started by itself, with what is stored with it. */
export interface Unit {
  readonly id: string
  /** Bytes of its object; 0 where the workflow does not hold it. */
  readonly bytes: number
  readonly embedded: readonly string[]
  readonly missing: boolean
  /** Unit that it refers to -> how many tasks call it; 0 where it is only drawn in this one. */
  readonly targets: Map<string, number>
  readonly callers: Set<string>
}

/** Which unit of a workflow refers to which. */
export interface CallGraph {
  readonly top: string
  readonly units: ReadonlyMap<string, Unit>
  /** Process -> the unit that holds it. */
  readonly owners: ReadonlyMap<string, string>
  /** Process -> processes that refer to it, with the tasks that call. */
  readonly callersOf: ReadonlyMap<
    string,
    readonly { readonly id: string; readonly tasks: readonly string[] }[]
  >
}

export function callGraph({ top, objects, processes }: Manifest): CallGraph {
  const units = new Map<string, Unit>()
  const owners = new Map<string, string>()
  const callersOf = new Map<string, { id: string; tasks: readonly string[] }[]>()
  const add = (id: string, bytes: number, embedded: readonly string[], missing: boolean): void => {
    units.set(id, { id, bytes, embedded, missing, targets: new Map(), callers: new Set() })
    for (const member of [id, ...embedded]) owners.set(member, id)
  }
  for (const { bytes, processes: members } of objects) add(members[0] ?? '', bytes, members.slice(1), false)
  for (const { missing } of processes) for (const id of missing) if (!owners.has(id)) add(id, 0, [], true)
  for (const { id, calls, embeds } of processes) {
    const owner = owners.get(id)
    const from = owner === undefined ? undefined : units.get(owner)
    if (from === undefined) continue
    const refer = (to: string, tasks: readonly string[]): void => {
      const list = callersOf.get(to)
      if (list === undefined) callersOf.set(to, [{ id, tasks }])
      else list.push({ id, tasks })
      const target = units.get(owners.get(to) ?? to)
      // What is drawn in a unit and stored with it is no edge of the graph.
      if (target === undefined || (target === from && tasks.length === 0)) return
      from.targets.set(target.id, (from.targets.get(target.id) ?? 0) + tasks.length)
      if (target !== from) target.callers.add(from.id)
    }
    for (const [to, tasks] of Object.entries(calls)) refer(to, tasks)
    for (const to of embeds) if (!Object.hasOwn(calls, to)) refer(to, [])
  }
  return { top: owners.get(top) ?? top, units, owners, callersOf }
}

/** The units nearest to one of them, by calls in either direction: never more than `most`. */
export function nearest({ units }: CallGraph, center: string, most: number): Set<string> {
  const taken = new Set(units.has(center) ? [center] : [])
  // A set goes on over what is added to it meanwhile.
  for (const id of taken) {
    const unit = units.get(id)
    if (unit === undefined) continue
    // Callers and called in turn, so that a unit that everybody calls still shows what it calls.
    const callers = [...unit.callers]
    const called = [...unit.targets.keys()]
    for (let at = 0; at < Math.max(callers.length, called.length); at++) {
      for (const next of [called[at], callers[at]]) {
        if (taken.size >= most) return taken
        if (next !== undefined) taken.add(next)
      }
    }
  }
  return taken
}
