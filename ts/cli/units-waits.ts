import type { DescribedEvent } from '../units/index.js'
import type { DescribedUnit } from './units-described.js'
import type { ElementTimer, UnitsProcess } from './units-process.js'
import type { UnitsStory } from './units-story.js'

/** What a run waits for. */
export type UnitsWait =
  | { readonly type: 'timer'; readonly process: UnitsProcess; readonly label: string; readonly due: number }
  | {
      readonly type: 'message' | 'signal'
      readonly process: UnitsProcess
      readonly label: string
      readonly name: string
    }
  | {
      readonly type: 'activity'
      readonly process: UnitsProcess
      readonly label: string
      /** `manual` waits for somebody outside. */
      readonly status: 'waiting' | 'delayed' | 'running' | 'manual'
      readonly attempt: number
      readonly since: number
    }
  | {
      readonly type: 'failure'
      readonly process: UnitsProcess
      readonly label: string
      readonly count: number
      readonly message: string
    }

/** An element as people know it: its drawn name, and its id. */
export function elementLabel({
  element,
  name,
}: {
  readonly element: string
  readonly name?: string | undefined
}): string {
  return name === undefined || name === element ? element : `${name} (${element})`
}

/** A process as people know it. */
export function processLabel({ id, started, described }: UnitsProcess): string {
  if (started === undefined) return id
  const { processId } = started
  return elementLabel({ element: processId, name: described?.processes.get(processId)?.name })
}

/** All that a run waits for, but people. */
export function waitsOf(story: UnitsStory): readonly UnitsWait[] {
  const human = new Set(story.tasks.map(({ token }) => token))
  return story.open.flatMap((process) => [
    ...failureOf(process),
    ...process.activities
      .filter(({ token }) => token === undefined || !human.has(token))
      .map((activity): UnitsWait => {
        const { status, attempt, scheduledAt, startedAt = scheduledAt, manual, input } = activity
        const isManual = manual === true && status === 'running'
        return {
          type: 'activity',
          process,
          label: labelOf(input) ?? activity.activity,
          status: isManual ? 'manual' : status,
          attempt,
          since: startedAt,
        }
      }),
    ...process.timers.map((timer): UnitsWait => ({
      type: 'timer',
      process,
      label: timerLabel(process, timer),
      due: timer.due,
    })),
    ...eventsOf(process),
  ])
}

/** The timer of an event, by the event's drawn name. */
export function timerLabel({ described }: UnitsProcess, { process, element }: ElementTimer): string {
  return elementLabel({ element, name: described?.element(process, element)?.name })
}

/** The timers on the edge of an element. */
export function timersOn(process: UnitsProcess, element: string): readonly ElementTimer[] {
  return process.timers.filter(
    (timer) => process.described?.element(timer.process, timer.element)?.attachedTo === element,
  )
}

function labelOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('element' in input)) return undefined
  if (typeof input.element !== 'string') return undefined
  const name = 'name' in input && typeof input.name === 'string' ? input.name : undefined
  return elementLabel({ element: input.element, name })
}

function failureOf(process: UnitsProcess): readonly UnitsWait[] {
  const { failures } = process.info ?? {}
  if (failures === undefined) return []
  const { code, message = 'no decision came in time' } = failures.error ?? {}
  const text = code === undefined ? message : `[${code}] ${message}`
  return [{ type: 'failure', process, label: processLabel(process), count: failures.count, message: text }]
}

/** Messages and signals that the active elements wait for. */
function eventsOf(process: UnitsProcess): readonly UnitsWait[] {
  const { started, described, active } = process
  if (started === undefined || described === undefined) return []
  return active.flatMap((one) => {
    const [processId, id] =
      typeof one === 'string' ? [started.processId, one] : [one.processId, one.elementId]
    return awaitedAt(described, processId, id).flatMap(({ label, event }): readonly UnitsWait[] => {
      const { kind, name } = event
      if ((kind !== 'message' && kind !== 'signal') || name === undefined) return []
      return [{ type: kind, process, label, name }]
    })
  })
}

interface AwaitedEvent {
  readonly label: string
  readonly event: DescribedEvent
}

/** An event-based gateway waits for what follows it. */
function awaitedAt(described: DescribedUnit, process: string, id: string): readonly AwaitedEvent[] {
  const element = described.element(process, id)
  if (element === undefined) return []
  if (element.type === 'event-based-gateway') {
    const flows = described.processes.get(process)?.flows ?? []
    return flows.filter(({ from }) => from === id).flatMap(({ to }) => awaitedAt(described, process, to))
  }
  const catches: readonly string[] = ['intermediate-catch-event', 'receive-task', 'start-event']
  if (element.event === undefined || !catches.includes(element.type)) return []
  const label = elementLabel({ element: id, name: element.name })
  return eventsIn(element.event).map((event) => ({ label, event }))
}

function eventsIn(event: DescribedEvent): readonly DescribedEvent[] {
  return event.kind === 'multiple' ? (event.events ?? []).flatMap(eventsIn) : [event]
}
