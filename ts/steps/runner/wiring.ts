import type { AnyStep, AnyStepWorkflow } from '../definitions/index.js'
import type { SkippedStep } from './run-report.js'

/** A step of a workflow, its state names as numbers: places in the lists of a run. */
export interface WiredStep {
  readonly step: AnyStep
  readonly place: number
  readonly fields: readonly string[]
  /** Of the fields. */
  readonly inputs: readonly number[]
  readonly inputNames: readonly string[]
  /** Of the fields that count: those that are not ignored. */
  readonly counted: readonly number[]
  readonly countedNames: readonly string[]
  /** Outputs of the model that it gives. */
  readonly given: readonly string[]
  readonly outputs: readonly number[]
  readonly outputNames: readonly string[]
  /** Steps that give what it needs. */
  readonly after: readonly number[]
  /** Steps that need what it gives. */
  readonly before: readonly number[]
  /** What is reported of it most often. */
  readonly unchanged: SkippedStep
}

/** A workflow as a run goes through it. */
export interface Wiring {
  readonly workflow: AnyStepWorkflow
  readonly steps: readonly WiredStep[]
  readonly names: readonly string[]
  /** Of each name, whether it is given and no step reads it. */
  readonly isResult: readonly boolean[]
  /** Of each name, how many steps read it. */
  readonly readers: readonly number[]
  readonly placeOf: ReadonlyMap<string, number>
}

const WIRINGS = new WeakMap<AnyStepWorkflow, Wiring>()

/** The wiring of a workflow, made once. */
export function wiringOf(workflow: AnyStepWorkflow): Wiring {
  let wiring = WIRINGS.get(workflow)
  if (wiring === undefined) WIRINGS.set(workflow, (wiring = wired(workflow)))
  return wiring
}

function wired(workflow: AnyStepWorkflow): Wiring {
  const slots = new Map<string, number>()
  const slotOf = (name: string): number => {
    const slot = slots.get(name) ?? slots.size
    slots.set(name, slot)
    return slot
  }
  const readers: number[] = []
  const results = new Set(workflow.results)
  const steps = workflow.order.map(({ step, after, before }, place): WiredStep => {
    // In their own order, which the fingerprint does not count.
    const fields = Object.keys(step.inputs).sort()
    const inputNames = fields.map((field) => step.inputs[field] ?? '')
    const countedNames = inputNames.filter((_, at) => !step.cache.ignore.includes(fields[at] ?? ''))
    const given = Object.keys(step.outputs).sort()
    const outputNames = given.map((output) => step.outputs[output] ?? '')
    const inputs = inputNames.map(slotOf)
    for (const slot of inputs) readers[slot] = (readers[slot] ?? 0) + 1
    return Object.freeze({
      step,
      place,
      fields,
      inputs,
      inputNames,
      counted: countedNames.map(slotOf),
      countedNames,
      given,
      outputs: outputNames.map(slotOf),
      outputNames: Object.freeze(outputNames),
      after,
      before,
      unchanged: Object.freeze({ type: 'skipped', step: step.name, because: 'inputs-unchanged' }),
    })
  })
  return {
    workflow,
    steps,
    names: [...slots.keys()],
    isResult: [...slots.keys()].map((name) => results.has(name)),
    readers: [...slots.values()].map((slot) => readers[slot] ?? 0),
    placeOf: new Map(steps.map(({ step }, place) => [step.name, place])),
  }
}

/** All steps that need what these give, by however many steps, and themselves. */
export function withDependents({ steps }: Wiring, places: Iterable<number>): ReadonlySet<number> {
  const all = new Set(places)
  for (const place of all) for (const dependent of steps[place]?.before ?? []) all.add(dependent)
  return all
}
