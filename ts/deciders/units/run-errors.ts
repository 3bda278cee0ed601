import type { ErrorFields } from '../../errors/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { Place } from './run-state.js'
import type { UnitElement } from './unit-workflow.js'

/** What is wrong with what an element takes, does or gives; nothing in the process is there for that. */
export function elementFailed(
  place: Place | UnitElement,
  reason: string,
  codes?: readonly string[],
): UnitflowError<'element-failed'> {
  const fields = { ...placeOf(place), reason, ...(codes !== undefined && { codes }) }
  return new UnitflowError('element-failed', messageOf(place, reason), fields)
}

/** An element is, or uses, what a run cannot do. */
export function unsupportedElement(
  place: Place | UnitElement,
  problem: string,
): UnitflowError<'unsupported-element'> {
  return new UnitflowError('unsupported-element', messageOf(place, problem), { ...placeOf(place), problem })
}

/** @param what the element does, or would do, that goes beyond the limit */
export function beyondLimit(
  place: Place,
  limit: ErrorFields['run-limit']['limit'],
  maximum: number,
  what: string,
): UnitflowError<'run-limit'> {
  return new UnitflowError('run-limit', `${textOf(place)} ${what}`, { ...placeOf(place), limit, maximum })
}

/** The process and the element, as errors name them. */
export function placeOf(place: Place | UnitElement): Pick<UnitElement, 'process' | 'element'> {
  if ('scope' in place) return { process: place.scope.plan.processId, element: place.node.element.id }
  return { process: place.process, element: place.element }
}

/** The same for messages. A process as a whole is an element of itself. */
export function textOf(place: Place | UnitElement): string {
  const { process, element } = placeOf(place)
  return element === process ? process : `${element} in ${process}`
}

export function messageOf(place: Place | UnitElement, what: string): string {
  return `${textOf(place)}: ${what}`
}
