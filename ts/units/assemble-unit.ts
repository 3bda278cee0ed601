import { compareCodePoints } from './code-points.js'
import type { ElementUnit, UnitSpec } from './element-unit.js'
import { emptyRecord } from './json-reading.js'
import type { ProcessObject } from './objects.js'
import { references } from './objects.js'
import type { Plan } from './plan.js'
import { decoder } from './utf8.js'

interface Loaded {
  readonly object: ProcessObject
  readonly member: number
  readonly calls: readonly string[]
  /** What a unit with this process always holds. */
  readonly brings: readonly string[]
  readonly missing: readonly string[]
}

/** Puts a unit together from stored text; no process is parsed (U26). */
export function assembleUnit(
  processId: string,
  plan: Plan,
  objects: readonly ProcessObject[],
  rest: string | Uint8Array,
): ElementUnit {
  const loaded = new Map<string, Loaded>()
  objects.forEach((object, index) => {
    let position = 0
    object.members.forEach((member, at) => {
      const calls: string[] = []
      const brings: string[] = []
      const missing: string[] = []
      for (const { id, mode, sure } of references(member)) {
        const absent = plan.objects[index]?.isAbsent(position++, id) ?? false
        if (!absent) (mode === 'call' ? calls : brings).push(id)
        else if (sure) missing.push(id)
      }
      loaded.set(member.id, { object, member: at, calls, brings, missing })
    })
  })
  const seeds = plan.seeds?.map(({ object, member }) => objects[object]?.members[member]?.id ?? '') ?? []
  // Its own process is one of them, unless the manifest was forged; a unit without it is none.
  const included = new Set([processId, ...seeds])
  let reentered = plan.reentered
  for (const id of included) {
    for (const brought of required(loaded, id).brings) {
      if (brought === processId) reentered = true
      included.add(brought)
    }
  }
  const ids = [...included].sort(compareCodePoints)
  const specs = emptyRecord<UnitSpec>()
  const lazy = new Set<string>()
  const missing = new Set<string>()
  for (const id of ids) {
    const { object, member, calls, missing: gone } = required(loaded, id)
    specs[id] = { hash: object.hash, text: object.text(member) }
    for (const called of calls)
      if (!included.has(called) || (called === processId && !reentered)) lazy.add(called)
    for (const absent of gone) missing.add(absent)
  }
  return {
    processId,
    specs,
    rest: typeof rest === 'string' ? rest : decoder.decode(rest),
    included: ids,
    reentered,
    lazy: [...lazy].sort(compareCodePoints),
    missing: [...missing].sort(compareCodePoints),
  }
}

/** Object and manifest are written together, so this only fails where both were forged: see `overRoot`. */
function required(loaded: ReadonlyMap<string, Loaded>, id: string): Loaded {
  const found = loaded.get(id)
  if (found !== undefined) return found
  throw new RangeError()
}
