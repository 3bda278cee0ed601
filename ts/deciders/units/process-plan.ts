import type {
  DescribedElement,
  DescribedEvent,
  DescribedFlow,
  ElementType,
  ProcessDescription,
} from '../../units/reading.js'

/** A sequence flow, as the run follows it. */
export interface PlanFlow {
  /** The place of the node that it leads to. */
  readonly to: number
  readonly condition?: string
  readonly default?: true
}

/** An element of a process, with what it leads to. */
export interface PlanNode {
  readonly at: number
  readonly element: DescribedElement
  /** In the order in which a gateway tries them. */
  readonly flows: readonly PlanFlow[]
  /** The places of the nodes that lead to it. */
  readonly from: readonly number[]
  /** The places of the boundary events on it. */
  readonly boundaries: readonly number[]
  /** Of a boundary event: the place of what it stands on. */
  readonly host?: number
}

/** A process as drawn, in the form in which a run goes through it: nodes by number. */
export interface ProcessPlan {
  readonly processId: string
  readonly description: ProcessDescription
  readonly nodes: readonly PlanNode[]
  /** Where it begins: what no flow leads to, and no event begins. */
  readonly starts: readonly number[]
  /** Event subprocesses. */
  readonly handlers: readonly number[]
  /** The ids of the data objects that it holds. */
  readonly dataObjects: ReadonlySet<string>
  /** Names of the messages that something in it waits for: one that comes early is kept. */
  readonly messages: ReadonlySet<string>
}

/** Makes the plan of a process: linear in its size. */
export function planOf(description: ProcessDescription): ProcessPlan {
  const { elements, flows, processId, triggers = [] } = description
  const places = new Map(elements.map(({ id }, at) => [id, at]))
  const nodes = elements.map((element, at) => ({
    at,
    element,
    flows: [] as PlanFlow[],
    from: [] as number[],
    boundaries: [] as number[],
    ...hostOf(places, element),
  }))
  for (const flow of flows) {
    const from = nodes[places.get(flow.from) ?? -1]
    const to = nodes[places.get(flow.to) ?? -1]
    if (from === undefined || to === undefined) continue
    from.flows.push(planFlow(flow, to.at))
    to.from.push(from.at)
  }
  const triggered = new Set(triggers)
  const starts: number[] = []
  const handlers: number[] = []
  for (const { at, element, from } of nodes) {
    if (element.type === 'event-subprocess') handlers.push(at)
    else if (element.attachedTo !== undefined)
      nodes[places.get(element.attachedTo) ?? -1]?.boundaries.push(at)
    else if (from.length === 0 && !triggered.has(element.id)) starts.push(at)
  }
  return {
    processId,
    description,
    nodes,
    // Where nothing but start events begin a process, what nothing leads to is not drawn into it.
    starts: starts.some((at) => nodes[at]?.element.type === 'start-event')
      ? starts.filter((at) => nodes[at]?.element.type === 'start-event')
      : starts,
    handlers,
    dataObjects: new Set(description.dataObjects.map(({ id }) => id)),
    messages: new Set(elements.flatMap(({ type, event }) => (THROWING.has(type) ? [] : messagesOf(event)))),
  }
}

/** Elements whose event they cause, and do not wait for. */
export const THROWING: ReadonlySet<ElementType> = new Set<ElementType>([
  'end-event',
  'intermediate-throw-event',
  'send-task',
])

/** What an event stands for: itself, or several others. */
export function eventsOf(event: DescribedEvent | undefined): readonly DescribedEvent[] {
  if (event === undefined) return []
  return event.kind === 'multiple' ? (event.events ?? []) : [event]
}

function messagesOf(event: DescribedEvent | undefined): readonly string[] {
  return eventsOf(event).flatMap(({ kind, name }) => (kind === 'message' ? (name ?? []) : []))
}

function hostOf(
  places: ReadonlyMap<string, number>,
  { attachedTo }: DescribedElement,
): { readonly host?: number } {
  const host = attachedTo === undefined ? undefined : places.get(attachedTo)
  return host === undefined ? {} : { host }
}

function planFlow({ condition, default: isDefault }: DescribedFlow, to: number): PlanFlow {
  return {
    to,
    ...(condition !== undefined && { condition }),
    ...(isDefault === true && { default: true as const }),
  }
}

/** The places from which a place is reached without going through a barrier; itself included. */
export function placesBefore({ nodes }: ProcessPlan, place: number, barrier: number): ReadonlySet<number> {
  const before = new Set<number>()
  const queue = [place]
  for (const at of queue) {
    const node = nodes[at]
    if (node === undefined || at === barrier || before.has(at)) continue
    before.add(at)
    queue.push(...node.from)
    if (node.host !== undefined) queue.push(node.host)
  }
  return before
}
