import type { ErrorFields } from '../../errors/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { Execution } from './run-state.js'

/** An element, where it stands. */
type Place = Pick<Execution, 'scope' | 'node'>

/** What is wrong with what an element takes, does or gives; nothing in the process is there for that. */
export function elementFailed(
  place: Place,
  reason: string,
  codes?: readonly string[],
): UnitflowError<'element-failed'> {
  const fields = { ...placeOf(place), reason, ...(codes !== undefined && { codes }) }
  return new UnitflowError('element-failed', messageOf(place, reason), fields)
}

/** An element is, or uses, what a run cannot do. */
export function unsupportedElement(place: Place, problem: string): UnitflowError<'unsupported-element'> {
  return new UnitflowError('unsupported-element', messageOf(place, problem), { ...placeOf(place), problem })
}

/** @param what of the element goes beyond the limit */
export function beyondLimit(
  place: Place,
  limit: ErrorFields['run-limit']['limit'],
  maximum: number,
  what: string,
): UnitflowError<'run-limit'> {
  return new UnitflowError('run-limit', messageOf(place, what), { ...placeOf(place), limit, maximum })
}

/** The process and the element, as errors name them. */
export function placeOf({ scope, node }: Place): { readonly process: string; readonly element: string } {
  return { process: scope.plan.processId, element: node.element.id }
}

export function messageOf(place: Place, what: string): string {
  const { process, element } = placeOf(place)
  return `${element} in ${process}: ${what}`
}
