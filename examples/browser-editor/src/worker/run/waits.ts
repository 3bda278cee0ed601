import type { DescribedElement, DescribedEvent, ProcessDescription } from 'unitflow'
import type { HistoryEvent } from 'unitflow/deciders'
import type { Wait } from '../../run-protocol.js'

/** Where a run stands. */
export interface Place {
  readonly process: string
  readonly element: string
}

/** The timers that a process has set, as its history tells. */
export function timersIn(history: readonly HistoryEvent[]): readonly Wait[] {
  const open = new Map<number, Wait>()
  for (const event of history) {
    if (event.type === 'timer' || event.type === 'timer-canceled') open.delete(event.scheduled)
    if (event.type !== 'decision' || event.decision.type !== 'start-timer') continue
    const { data, delay } = event.decision
    const place = placeIn(data)
    if (place !== undefined) open.set(event.seq, { type: 'timer', ...place, at: event.at + delay })
  }
  return [...open.values()]
}

function placeIn(data: unknown): Place | undefined {
  if (typeof data !== 'object' || data === null || !('process' in data) || !('element' in data))
    return undefined
  const { process, element } = data
  return typeof process === 'string' && typeof element === 'string' ? { process, element } : undefined
}

/**
 * The messages and signals that a run waits for: at the elements where it stands, on the edges of them and of what they
 * stand in, and in the event subprocesses around.
 *
 * @param read a process as it was drawn
 */
export async function messagesAt(
  places: readonly Place[],
  processes: readonly string[],
  read: (processId: string) => Promise<ProcessDescription>,
): Promise<readonly Wait[]> {
  const descriptions = new Map<string, ProcessDescription>()
  // Of the processes around those where it stands, too: a set goes on over what is added to it meanwhile.
  for (const id of new Set([...processes, ...places.map(({ process }) => process)])) {
    descriptions.set(id, await read(id))
  }
  const within = new Set(places.map(({ process }) => process))
  const isAt = (process: string, { id, calls, embeds }: DescribedElement): boolean =>
    places.some((place) => place.process === process && place.element === id) ||
    [calls, embeds].some((inside) => inside !== undefined && within.has(inside))
  // What stands in something makes that active, and what that stands in.
  for (const _ of descriptions) {
    for (const [process, { elements }] of descriptions) {
      if (elements.some((element) => isAt(process, element))) within.add(process)
    }
  }
  const waits = new Map<string, Wait>()
  const add = (process: string, element: string, event: DescribedEvent | undefined): void => {
    for (const { kind, name } of eventsOf(event)) {
      if ((kind !== 'message' && kind !== 'signal') || name === undefined) continue
      waits.set(JSON.stringify([kind, name]), { type: kind, process, element, name })
    }
  }
  for (const [process, { elements, flows }] of descriptions) {
    const active = elements.filter((element) => isAt(process, element))
    for (const element of active) {
      if (isCatching(element)) add(process, element.id, element.event)
      const isGateway = element.type === 'event-based-gateway'
      const behind = isGateway ? flows.filter(({ from }) => from === element.id).map(({ to }) => to) : []
      for (const other of elements) {
        if (behind.includes(other.id) || other.attachedTo === element.id) add(process, other.id, other.event)
      }
    }
    if (active.length === 0) continue
    for (const { type, embeds } of elements) {
      if (type !== 'event-subprocess' || embeds === undefined) continue
      for (const { id, type: inside, event } of (await read(embeds)).elements) {
        if (inside === 'start-event') add(embeds, id, event)
      }
    }
  }
  return [...waits.values()]
}

function isCatching({ type }: DescribedElement): boolean {
  return type === 'intermediate-catch-event' || type === 'receive-task' || type === 'start-event'
}

function eventsOf(event: DescribedEvent | undefined): readonly DescribedEvent[] {
  if (event === undefined) return []
  return event.kind === 'multiple' ? (event.events ?? []).flatMap(eventsOf) : [event]
}
