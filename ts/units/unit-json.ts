import { UnitflowError } from '../errors/index.js'
import { VERSION } from '../version.js'
import type { ElementUnit } from './element-unit.js'
import { own } from './json-reading.js'
import { topLevelMembers } from './top-level-members.js'

/** How a unit is written. */
export interface UnitJsonOptions {
  /** What to write as `serializer_version`; `false` keeps what the workflow has. @default false */
  readonly stamp?: string | false
}

/** The stamp of units that the original's function name gives, unless asked for another (U15). */
export const STAMP: string = `unitflow-${VERSION}`

/** A unit as the JSON text that an engine reads: `{"spec", "subprocess_specs", ...}`. */
export function unitJson(unit: ElementUnit, options: UnitJsonOptions = {}): string {
  const top = own(unit.specs, unit.processId)
  if (top === undefined) {
    const { processId } = unit
    throw new UnitflowError(
      'unknown-process',
      `the unit does not hold its own process ${JSON.stringify(processId)}`,
      {
        cacheKey: '',
        processId,
      },
    )
  }
  const subprocesses: string[] = []
  for (const [id, { text }] of Object.entries(unit.specs)) {
    if (id !== unit.processId || unit.reentered) subprocesses.push(`${JSON.stringify(id)}:${text}`)
  }
  const { stamp = false } = options
  const rest = stamp === false ? unit.rest.slice(1, -1) : stamped(topLevelMembers(unit.rest), stamp)
  return `{"spec":${top.text},"subprocess_specs":{${subprocesses.join(',')}}${rest === '' ? '' : `,${rest}`}}`
}

/** Members without `serializer_version`, and the stamp as that. */
export function stamped(members: Iterable<readonly [key: string, value: string]>, stamp: string): string {
  const kept = [...members].filter(([key]) => key !== 'serializer_version')
  return [...kept, ['serializer_version', JSON.stringify(stamp)] as const]
    .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
    .join(',')
}
