import { assertDistinct, assertName, assertThat } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import { fingerprint } from '../../fingerprint/index.js'
import { Places } from './places.js'
import type { AnyStep, StepGives, StepNeeds } from './step.js'
import type { AllGives, AnyStepWorkflow, PlacedStep, StepWorkflow } from './step-workflow.js'

/** What a workflow is beside its steps. */
export interface StepWorkflowOptions {
  /** For people: in reports and drawings. @default 'steps' */
  readonly name?: string
}

/** Steps where all is in order; in the place of one where it is not, what is wrong. */
export type CheckedSteps<Steps extends readonly AnyStep[]> = {
  readonly [At in keyof Steps]: CheckedStep<Steps[At], Steps, AllGives<Steps>>
}

type CheckedStep<S extends AnyStep, Steps extends readonly AnyStep[], Gives> = string extends
  keyof StepNeeds<S> | keyof StepGives<S>
  ? // Its names are known at run time alone, and checked then.
    S
  : [Wrong<StepNeeds<S>, Gives>] extends [never]
    ? [Again<S, Steps>] extends [never]
      ? S
      : { readonly 'another step gives this, too': Again<S, Steps> }
    : { readonly 'another step gives this with another type': Wrong<StepNeeds<S>, Gives> }

/** Names that are given with a type that the step does not take. */
type Wrong<Needs, Gives> = {
  [K in keyof Needs & keyof Gives]: Gives[K] extends Needs[K] ? never : K
}[keyof Needs & keyof Gives]

/** Names that a step of another name gives, too. */
type Again<S extends AnyStep, Steps extends readonly AnyStep[]> = Steps[number] extends infer Other
  ? Other extends AnyStep
    ? Other['name'] extends S['name']
      ? never
      : keyof StepGives<S> & keyof StepGives<Other>
    : never
  : never

/**
 * Makes a workflow of steps (S10). What each of them needs and gives makes a graph: a state name is given by one step only,
 * and nothing needs itself, by however many steps (S31). What is wrong does not compile, where the compiler can see it, and is
 * refused.
 *
 * @example
 * const workflow = createStepWorkflow([clean, mean])
 * @throws `bad-argument`, `bad-step-workflow`
 */
export function createStepWorkflow<const Steps extends readonly AnyStep[]>(
  steps: Steps & CheckedSteps<Steps>,
  options?: StepWorkflowOptions,
): StepWorkflow<Steps>
export function createStepWorkflow(
  steps: readonly AnyStep[],
  { name = 'steps' }: StepWorkflowOptions = {},
): AnyStepWorkflow {
  assertName(name, 'name of the workflow')
  assertThat('steps', 'a list of steps, as defineStep makes them', isSteps(steps))
  assertDistinct(steps, 'steps')
  const givers = giversOf(steps)
  const order = ordered(steps, givers)
  const gives = [...givers.keys()]
  const needed = new Set(steps.flatMap(({ inputs }) => Object.values(inputs)))
  return Object.freeze({
    type: 'step-workflow',
    name,
    steps: Object.freeze([...steps]),
    order: Object.freeze(order),
    needs: Object.freeze([...needed].filter((one) => !givers.has(one))),
    gives: Object.freeze(gives),
    results: Object.freeze(gives.filter((one) => !needed.has(one))),
    fingerprint: fingerprint({ type: 'step-workflow', steps: steps.map((step) => step.fingerprint).sort() }),
  })
}

/** By state name, the place of the step that gives it. @throws `bad-step-workflow` */
function giversOf(steps: readonly AnyStep[]): ReadonlyMap<string, number> {
  const givers = new Map<string, number>()
  for (const [place, { name, outputs }] of steps.entries()) {
    for (const state of Object.values(outputs)) {
      const other = givers.get(state)
      if (other !== undefined) {
        throw badWorkflow([steps[other]?.name ?? '', name], [state], `both give the state '${state}'`)
      }
      givers.set(state, place)
    }
  }
  return givers
}

/** Each after what it needs, the first in the list first (S31). @throws `bad-step-workflow` where some need themselves */
function ordered(steps: readonly AnyStep[], givers: ReadonlyMap<string, number>): readonly PlacedStep[] {
  const needs = steps.map(({ inputs }) =>
    [...new Set(Object.values(inputs))].flatMap((state) => givers.get(state) ?? []),
  )
  const waiting = needs.map((places) => new Set(places))
  const dependents: number[][] = steps.map(() => [])
  for (const [place, places] of waiting.entries()) for (const one of places) dependents[one]?.push(place)
  const ready = new Places()
  for (const [place, { size }] of waiting.entries()) if (size === 0) ready.add(place)
  const order: number[] = []
  for (let place = ready.take(); place !== undefined; place = ready.take()) {
    order.push(place)
    for (const dependent of dependents[place] ?? []) {
      const left = waiting[dependent]
      left?.delete(place)
      if (left?.size === 0) ready.add(dependent)
    }
  }
  if (order.length < steps.length) throw circle(steps, givers, new Set(order))
  const placeOf = new Map(order.map((place, index) => [place, index]))
  const placed = (places: Iterable<number>): readonly number[] =>
    Object.freeze([...places].flatMap((place) => placeOf.get(place) ?? []).sort((a, b) => a - b))
  return order.flatMap((place) => {
    const step = steps[place]
    const after = placed(new Set(needs[place]))
    return step === undefined ? [] : [Object.freeze({ step, after, before: placed(dependents[place] ?? []) })]
  })
}

/** The steps of one circle, in its order. */
function circle(
  steps: readonly AnyStep[],
  givers: ReadonlyMap<string, number>,
  done: ReadonlySet<number>,
): UnitflowError<'bad-step-workflow'> {
  // Each that is left needs one that is left: going back from any of them comes round.
  const seen = new Map<number, string>()
  let place = steps.findIndex((_, at) => !done.has(at))
  while (!seen.has(place)) {
    const [state = '', giver = -1] =
      Object.values(steps[place]?.inputs ?? {})
        .map((one) => [one, givers.get(one) ?? -1] as const)
        .find(([, one]) => one >= 0 && !done.has(one)) ?? []
    seen.set(place, state)
    place = giver
  }
  const places = [...seen.keys()]
  const round = places.slice(places.indexOf(place)).reverse()
  const names = round.map((at) => steps[at]?.name ?? '')
  const states = round.map((at) => seen.get(at) ?? '')
  const shown = names
    .slice(0, 10)
    .map((name) => `'${name}'`)
    .join(', ')
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  return badWorkflow(names, states, `each needs what the one before gives, in a circle: ${shown}${more}`)
}

function badWorkflow(
  steps: readonly string[],
  states: readonly string[],
  problem: string,
): UnitflowError<'bad-step-workflow'> {
  const shown = steps.length === 2 ? `steps '${steps.join("', '")}': ` : ''
  return new UnitflowError('bad-step-workflow', `${shown}${problem}`, { steps, states, problem })
}

function isSteps(steps: unknown): boolean {
  return (
    Array.isArray(steps) &&
    steps.every(
      (step: unknown) => typeof step === 'object' && step !== null && 'type' in step && step.type === 'step',
    )
  )
}
