import { VERSION } from '../version.js'
import type { ElementUnit } from './element-unit.js'
import { topLevelMembers } from './top-level-members.js'

/** The stamp of units that the original's function name gives, unless asked for another (U15). */
export function ownStamp(): string {
  return `unitflow-${VERSION}`
}

/** A unit whose `serializer_version` says who made it, in place of the workflow's own. */
export function stampUnit(unit: ElementUnit, stamp: string = ownStamp()): ElementUnit {
  return { ...unit, rest: `{${stamped(topLevelMembers(unit.rest), stamp)}}` }
}

/** Members without `serializer_version`, and the stamp as that. */
export function stamped(members: Iterable<readonly [key: string, value: string]>, stamp: string): string {
  const kept = [...members].filter(([key]) => key !== 'serializer_version')
  return [...kept, ['serializer_version', JSON.stringify(stamp)] as const]
    .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
    .join(',')
}
