import { canonicalForm } from '../../../../ts/fingerprint/index.js'
import type { PlannedStep } from './planned-step.js'
import { countedInputs, resultOf } from './planned-step.js'
import type { Plan } from './random-workflow.js'
import { listed } from './random-workflow.js'

/** Values by name. */
export type Values = ReadonlyMap<string, unknown>

/** What a step must come to. */
export interface ExpectedStep {
  readonly step: PlannedStep
  readonly type: 'gives' | 'fails' | 'takes-too-long' | 'lacks' | 'refused' | 'blocked'
  /** By state name, those that count: missing where one of them is. */
  readonly inputs: Values | undefined
  /** By state name: empty where it comes to nothing. */
  readonly outputs: Values
  readonly attempts: number
  /** The steps that must have given before. */
  readonly after: readonly string[]
}

/** What a run must come to: always computed from nothing but the values of the state. */
export interface Expected {
  /** In the order of the workflow. */
  readonly steps: readonly ExpectedStep[]
  readonly isCompleted: boolean
  readonly after: Values
  readonly results: Values
}

export function isSameValue(one: unknown, other: unknown): boolean {
  return canonicalForm(one) === canonicalForm(other)
}

/** What becomes of the state when a workflow runs over it. */
export function oracle(plan: Plan, before: Values, world: number, isMutable: boolean): Expected {
  const order = inOrder(plan)
  const given = new Map<string, PlannedStep>()
  for (const step of plan) for (const { state } of step.outputs) given.set(state, step)
  const now = new Map(before)
  const hasGiven = new Set<string>()
  const steps = order.map((step): ExpectedStep => {
    const after = [...new Set(step.inputs.flatMap(({ state }) => given.get(state)?.name ?? []))]
    const one = expectedStep(step, after, now, world, isMutable, hasGiven)
    if (one.type === 'gives') hasGiven.add(step.name)
    for (const [state, value] of one.outputs) now.set(state, value)
    return one
  })
  const read = new Set(plan.flatMap(({ inputs }) => inputs.map(({ state }) => state)))
  const results = new Map(steps.flatMap(({ outputs }) => [...outputs]).filter(([state]) => !read.has(state)))
  return { steps, isCompleted: steps.every(({ type }) => type === 'gives'), after: now, results }
}

function expectedStep(
  step: PlannedStep,
  after: readonly string[],
  now: Values,
  world: number,
  isMutable: boolean,
  hasGiven: ReadonlySet<string>,
): ExpectedStep {
  const none = { step, inputs: undefined, outputs: new Map<string, unknown>(), attempts: 0, after }
  if (!after.every((name) => hasGiven.has(name))) return { ...none, type: 'blocked' }
  if (!step.inputs.every(({ state }) => now.has(state))) return { ...none, type: 'lacks' }
  const counted = countedInputs(step)
  const inputs = new Map(counted.map(({ state }) => [state, now.get(state)]))
  const result = resultOf(
    step,
    counted.map(({ state }) => now.get(state)),
    world,
  )
  const { attempts } = result
  if (result.type !== 'gives') return { ...none, type: result.type, inputs, attempts }
  const outputs = new Map(step.outputs.map(({ state }, at) => [state, result.values[at]]))
  const isRefused =
    !isMutable && [...outputs].some(([state, value]) => now.has(state) && !isSameValue(now.get(state), value))
  if (isRefused) return { ...none, type: 'refused', inputs, attempts }
  return { step, type: 'gives', inputs, outputs, attempts, after }
}

/** Each after what it needs, the first in the list first. */
function inOrder(plan: Plan): Plan {
  const given = new Map(plan.flatMap((step) => step.outputs.map(({ state }) => [state, step] as const)))
  const left = [...listed(plan)]
  const order: PlannedStep[] = []
  while (left.length > 0) {
    const at = left.findIndex(({ inputs }) =>
      inputs.every(({ state }) => {
        const giver = given.get(state)
        return giver === undefined || order.includes(giver)
      }),
    )
    order.push(...left.splice(at, 1))
  }
  return order
}

/** Steps that need what one gives, by however many steps, and itself. */
export function dependentsOf(expected: Expected, from: string): ReadonlySet<string> {
  const all = new Set([from])
  for (const { step, after } of expected.steps) if (after.some((name) => all.has(name))) all.add(step.name)
  return all
}
