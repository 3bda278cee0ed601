import type { Manifest, ManifestProcess } from 'unitflow'
import type { PickedElement, Reason } from '../protocol.js'

/** Of the included processes those from which a picked element is reached, with the next steps of the way. */
export function onTheWay(
  { processes }: Manifest,
  included: readonly string[],
  picked: readonly PickedElement[],
): ReadonlyMap<string, readonly string[]> {
  const isIncluded = new Set(included)
  const callers = new Map<string, string[]>()
  const references = new Map<string, readonly string[]>()
  for (const process of processes) {
    if (!isIncluded.has(process.id)) continue
    const to = referencesOf(process).filter((id) => isIncluded.has(id))
    references.set(process.id, to)
    for (const id of to) {
      const list = callers.get(id)
      if (list === undefined) callers.set(id, [process.id])
      else list.push(process.id)
    }
  }
  const way = new Set(picked.map(({ processId }) => processId).filter((id) => isIncluded.has(id)))
  // A set goes on over what is added to it meanwhile.
  for (const id of way) for (const caller of callers.get(id) ?? []) way.add(caller)
  return new Map([...way].map((id) => [id, (references.get(id) ?? []).filter((to) => way.has(to))]))
}

function referencesOf({ calls, embeds }: ManifestProcess): readonly string[] {
  return [...new Set([...Object.keys(calls), ...embeds])]
}

/** Why a process is part of a resume unit (U20). */
export function reasonsFor(
  id: string,
  runs: string,
  { processes }: Manifest,
  way: ReadonlyMap<string, readonly string[]>,
  picked: readonly PickedElement[],
): readonly Reason[] {
  const reasons: Reason[] = id === runs ? [{ type: 'runs' }] : []
  const elements = picked.filter(({ processId }) => processId === id).map(({ elementId }) => elementId)
  if (elements.length > 0) reasons.push({ type: 'active', elements })
  const to = way.get(id) ?? []
  if (to.length > 0) reasons.push({ type: 'on-the-way', to })
  if (reasons.length > 0) return reasons
  const holder = processes.find(({ embeds }) => embeds.includes(id))
  if (holder !== undefined) return [{ type: 'embedded', in: holder.id }]
  const trigger = processes.find(({ triggers }) => triggers.includes(id))
  return trigger === undefined ? [] : [{ type: 'triggered', by: trigger.id }]
}
