import type { ElementUnit } from './element-unit.js'
import { specOf } from './spec-of.js'

/** A unit as the JSON text that an engine reads: `{"spec", "subprocess_specs", ...}`. */
export function unitJson(unit: ElementUnit): string {
  const { processId } = unit
  const top = specOf(unit, processId)
  const subprocesses: string[] = []
  for (const [id, { text }] of Object.entries(unit.specs)) {
    if (id !== processId || unit.reentered) subprocesses.push(`${JSON.stringify(id)}:${text}`)
  }
  const rest = unit.rest.slice(1, -1)
  return `{"spec":${top.text},"subprocess_specs":{${subprocesses.join(',')}}${rest === '' ? '' : `,${rest}`}}`
}
