import { UnitflowError } from '../../errors/index.js'
import type { DescribedElement, ElementType, ProcessDescription } from '../../units/reading.js'

/** Elements that only lead on, as long as nothing comes to them, or goes from them, but one flow. */
const PASSED: ReadonlySet<ElementType> = new Set<ElementType>([
  'start-event',
  'end-event',
  'intermediate-throw-event',
  'exclusive-gateway',
  'inclusive-gateway',
  'parallel-gateway',
])

const NAMES: Partial<Record<ElementType, string>> = {
  'boundary-event': 'is a boundary event',
  'intermediate-catch-event': 'waits for an event',
  'receive-task': 'waits for a message',
  'event-based-gateway': 'waits for events',
  'event-subprocess': 'is begun by an event',
  participant: 'is a participant of a collaboration',
}

/** Whether an element does nothing in a flow, so that it is passed over. */
export function isPassed({ type }: DescribedElement): boolean {
  return PASSED.has(type)
}

/**
 * The elements of a process in the order of the line that it is drawn as.
 *
 * @throws `not-linear`
 */
export function linearElements({
  processId,
  elements,
  flows,
  triggers = [],
}: ProcessDescription): readonly DescribedElement[] {
  const triggered = new Set(triggers)
  for (const element of elements) {
    const problem = problemOf(element, triggered.has(element.id))
    if (problem !== undefined) throw notLinear(processId, element.id, problem)
  }
  const byId = new Map(elements.map((element) => [element.id, element]))
  const next = new Map<string, DescribedElement>()
  const before = new Map<string, string>()
  for (const { from, to } of flows) {
    const target = byId.get(to)
    if (target === undefined) continue
    const [other, source] = [next.get(from), before.get(to)]
    if (other !== undefined) throw notLinear(processId, from, `leads to ${both(other.id, to)}`)
    if (source !== undefined) throw notLinear(processId, to, `comes after ${both(source, from)}`)
    next.set(from, target)
    before.set(to, from)
  }
  const conditional = flows.find(({ condition }) => condition !== undefined)
  if (conditional !== undefined) throw notLinear(processId, conditional.from, 'leads on under a condition')
  const [first, second] = elements.filter(({ id }) => !before.has(id))
  if (second !== undefined) throw notLinear(processId, second.id, 'comes after no other element')
  const line: DescribedElement[] = []
  for (let at = first; at !== undefined; at = next.get(at.id)) line.push(at)
  if (line.length === elements.length) return line
  const reached = new Set(line)
  const left = elements.find((element) => !reached.has(element))
  throw notLinear(processId, left?.id ?? '', 'leads back to itself')
}

function problemOf(element: DescribedElement, isTriggered: boolean): string | undefined {
  const { type, event, loop, attachedTo } = element
  const kind = event?.kind ?? 'none'
  if (attachedTo !== undefined) return NAMES['boundary-event']
  if (isTriggered) return NAMES['event-subprocess']
  if (loop !== undefined) return 'is done more than once'
  if (type === 'start-event' && kind !== 'none') return `waits for an event (${kind})`
  // What ends all that there is ends one line.
  if (type === 'end-event' && kind !== 'none' && kind !== 'terminate') return `causes an event (${kind})`
  if (type === 'intermediate-throw-event' && kind !== 'none') return `causes an event (${kind})`
  return NAMES[type]
}

function both(one: string, other: string): string {
  return `both ${quoted(one)} and ${quoted(other)}`
}

/** An id for a message. */
export function quoted(id: string): string {
  return JSON.stringify(id.length > 100 ? `${id.slice(0, 99)}…` : id)
}

export function notLinear(process: string, element: string, problem: string): UnitflowError<'not-linear'> {
  const message =
    `the process ${quoted(process)} is no flow, which is one line of tasks: its element ${quoted(element)} ${problem} ` +
    '(unitflow/deciders/units runs what is drawn otherwise)'
  return new UnitflowError('not-linear', message, { process, element, problem })
}
