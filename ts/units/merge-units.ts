import { UnitflowError } from '../errors/index.js'
import { compareCodePoints } from './code-points.js'
import type { ElementUnit, UnitSpec } from './element-unit.js'
import { emptyRecord, own } from './json-reading.js'

/**
 * One unit that holds what several hold (U22); it runs the first one's process. Adding the unit of that very process
 * makes it stand under `subprocess_specs` too, as a call back to it needs.
 *
 * @throws `merge-conflict` where two units hold different specs under one id: they are of different versions
 */
export function mergeUnits(unit: ElementUnit, ...more: readonly ElementUnit[]): ElementUnit {
  const { processId, rest } = unit
  const specs = emptyRecord<UnitSpec>()
  const lazy = new Set<string>()
  const missing = new Set<string>()
  let { reentered } = unit
  for (const [index, each] of [unit, ...more].entries()) {
    for (const [id, spec] of Object.entries(each.specs)) {
      const known = own(specs, id)
      if (known === undefined) specs[id] = spec
      else if (known.hash !== spec.hash && known.text !== spec.text) throw conflict(id)
    }
    if (index > 0 && own(each.specs, processId) !== undefined) reentered = true
    for (const id of each.lazy) lazy.add(id)
    for (const id of each.missing) missing.add(id)
  }
  const isLoaded = (id: string): boolean => own(specs, id) !== undefined && (id !== processId || reentered)
  return {
    processId,
    specs,
    rest,
    included: Object.keys(specs).sort(compareCodePoints),
    reentered,
    lazy: [...lazy].filter((id) => !isLoaded(id)).sort(compareCodePoints),
    missing: [...missing].filter((id) => !isLoaded(id)).sort(compareCodePoints),
  }
}

function conflict(processId: string): UnitflowError<'merge-conflict'> {
  return new UnitflowError(
    'merge-conflict',
    `the units hold different versions of process ${JSON.stringify(processId)}`,
    { processId },
  )
}
