import type { DescribedElement, DescribedEvent, ElementType, EventKind } from '../../units/reading.js'
import { eventsOf, THROWING } from './process-plan.js'
import { unsupportedElement } from './run-errors.js'
import type { Place } from './run-state.js'

const CATCHING: ReadonlySet<ElementType> = new Set<ElementType>([
  'start-event',
  'intermediate-catch-event',
  'receive-task',
])
/** Data that a run holds; data stores are programs of the host. */
const IN_RUNS: ReadonlySet<string> = new Set(['DataObject', 'TaskDataReference', 'BpmnDataSpecification'])
const CAUGHT: ReadonlySet<EventKind> = new Set<EventKind>(['none', 'timer', 'message', 'signal'])
const CAUGHT_AT_BOUNDARIES: ReadonlySet<EventKind> = new Set<EventKind>([
  ...(['timer', 'message', 'signal'] as const),
  ...(['error', 'escalation', 'cancel'] as const),
])
const THROWN: ReadonlySet<EventKind> = new Set<EventKind>([
  ...(['none', 'message', 'signal', 'error'] as const),
  ...(['escalation', 'terminate', 'cancel'] as const),
])

/** Why a run cannot do an element, for people; nothing where it can. */
export function unsupported(element: DescribedElement): string | undefined {
  const { type, event, typename, dataInputs = [], dataOutputs = [] } = element
  const foreign = [...dataInputs, ...dataOutputs].find(
    ({ typename: kind }) => !IN_RUNS.has(kind ?? 'DataObject'),
  )
  if (foreign !== undefined) return `${foreign.id}, a ${foreign.typename ?? ''}, is kept outside of runs`
  if (type === 'other') return `a ${typename || 'task without a type'} is not known`
  if (type === 'participant')
    return 'a collaboration starts its participants by messages; start one of them by itself'
  if (type === 'boundary-event') return eventProblem('is caught at no boundary', event, CAUGHT_AT_BOUNDARIES)
  if (CATCHING.has(type)) return eventProblem('is not caught', event, CAUGHT)
  return THROWING.has(type) ? eventProblem('is not thrown', event, THROWN) : undefined
}

/** @throws `unsupported-element` */
export function assertSupported(place: Place): void {
  const problem = unsupported(place.node.element)
  if (problem !== undefined) throw unsupportedElement(place, problem)
}

function eventProblem(
  what: string,
  event: DescribedEvent | undefined,
  kinds: ReadonlySet<EventKind>,
): string | undefined {
  if (event?.kind === 'multiple' && event.parallel === true)
    return 'several events that must all come are not waited for'
  const foreign = eventsOf(event).find(({ kind }) => !kinds.has(kind))
  if (foreign === undefined) return undefined
  const kind = foreign.kind === 'other' ? (foreign.typename ?? 'unknown') : foreign.kind
  return `an event of the kind ${kind} ${what}`
}
