import type { Decision, HistoryEvent } from '../deciders/index.js'
import type { Value } from '../values/index.js'
import type { DescribedUnit } from './units-described.js'
import { elementIn, startedUnit } from './units-process.js'
import { elementLabel } from './units-waits.js'

/** The marker of what functions gave. */
const FUNCTIONS = 'unitflow-functions'

/** What something of a history is about, in the place of its name and id; the same twice where it has but one. */
interface Label {
  readonly name: string
  readonly id: string
}

/**
 * Events of a run of units as people know them: activities, timers and called processes by the drawn names of their
 * elements. Events of other processes stay as they are. They are handed over in order, from the first on.
 */
export class ElementNames {
  readonly #described: DescribedUnit | undefined
  readonly #labels = new Map<number, Label>()
  readonly #ids = new Map<string, string>()
  #isUnit = false

  /** @param described the process as drawn, where it is at hand: without it timers have their ids only */
  constructor(described?: DescribedUnit) {
    this.#described = described
  }

  /** An event with names; the same event where there are none. */
  named(event: HistoryEvent): HistoryEvent {
    if (event.type === 'process-started') {
      const unit = startedUnit(event.input)
      this.#isUnit = unit !== undefined
      return unit === undefined ? event : { ...event, workflow: unit.processId, input: unit.data as Value }
    }
    if (!this.#isUnit) return event
    switch (event.type) {
      case 'decision':
        return { ...event, decision: this.#decision(event.decision, event.seq) }
      case 'activity-started':
      case 'activity': {
        const label = this.#labels.get(event.scheduled)
        return label === undefined ? event : { ...event, activity: label.name, id: label.id }
      }
      case 'activity-cancel-requested':
      case 'timer':
      case 'timer-canceled': {
        const label = this.#labels.get(event.scheduled)
        return label === undefined ? event : { ...event, id: textOf(label) }
      }
      case 'child-process': {
        const label = this.#labels.get(event.scheduled)
        return label === undefined ? event : { ...event, workflow: textOf(label) }
      }
      case 'marker':
        return event.name === FUNCTIONS ? { ...event, ...functionsOf(event.details) } : event
      case 'decision-started':
      case 'decision-completed':
      case 'decision-failed':
      case 'decision-refused':
      case 'decision-timed-out':
      case 'signal':
      case 'cancel-requested':
      case 'process-closed':
        return event
    }
  }

  #decision(decision: Decision, seq: number): Decision {
    switch (decision.type) {
      case 'schedule-activity': {
        const label = this.#label(decision.input, decision.id, seq)
        return label === undefined
          ? decision
          : { ...decision, activity: label.name, id: label.id, input: dataOf(decision.input) }
      }
      case 'start-timer': {
        const label = this.#label(decision.data, decision.id, seq)
        return label === undefined ? decision : { ...decision, id: textOf(label), data: null }
      }
      case 'start-child-process': {
        const unit = startedUnit(decision.input)
        if (unit === undefined) return decision
        const { processId: id } = unit
        this.#labels.set(seq, { name: id, id })
        return { ...decision, workflow: id, input: unit.data as Value }
      }
      case 'cancel-activity':
      case 'cancel-timer':
        return { ...decision, id: this.#ids.get(decision.id) ?? decision.id }
      case 'record-marker':
        return decision.name === FUNCTIONS ? { ...decision, ...functionsOf(decision.details) } : decision
      case 'signal-process':
      case 'request-cancel-process':
      case 'complete-process':
      case 'fail-process':
      case 'cancel-process':
      case 'continue-as-new':
        return decision
    }
  }

  #label(about: unknown, id: string, seq: number): Label | undefined {
    const found = elementIn(about)
    if (found === undefined) return undefined
    const { process, element, name = this.#described?.element(process, element)?.name } = found
    const label =
      name === undefined || name === element ? { name: element, id: element } : { name, id: `(${element})` }
    this.#labels.set(seq, label)
    this.#ids.set(id, elementLabel({ element, name }))
    return label
  }
}

function textOf({ name, id }: Label): string {
  return id === name ? name : `${name} ${id}`
}

/** The variables that an element was handed. */
function dataOf(input: Value): Value {
  return fieldOf(input, 'data') ?? null
}

/** What functions gave, by the elements that they are of where the history says them. */
function functionsOf(details: Value): { readonly name: string; readonly details: Value } {
  const outcomes = fieldOf(details, 'outcomes')
  const all: readonly Value[] = Array.isArray(outcomes) ? outcomes : []
  return { name: 'functions', details: all.map(outcomeOf) }
}

function outcomeOf(outcome: Value): Value {
  const reason = fieldOf(outcome, 'reason')
  const gave = reason === undefined ? (fieldOf(outcome, 'given') ?? null) : { failed: reason }
  const element = fieldOf(outcome, 'element')
  return typeof element === 'string' ? { [element]: gave } : gave
}

function fieldOf(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  const field: unknown = Reflect.get(value, name)
  return field as Value
}
