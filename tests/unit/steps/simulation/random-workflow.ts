import { of } from '../../../../ts/schema/index.js'
import type { AnyModel, AnyStep, AnyStepWorkflow, StepContext } from '../../../../ts/steps/index.js'
import { createStepWorkflow, defineModel, defineStep } from '../../../../ts/steps/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import type { PlannedStep } from './planned-step.js'
import { hashOf, mannerOf } from './planned-step.js'

/** Steps in an order in which none needs what a later one gives. */
export type Plan = readonly PlannedStep[]

/** What a model of a random workflow does. */
export type RunStep = (
  step: PlannedStep,
  inputs: Readonly<Record<string, unknown>>,
  context: StepContext,
) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>

const MAX_STEPS = 12
const MODELS = ['Clean', 'Sum', 'constructor', '__proto__', 'a.b'] as const
const FIELDS = ['a', 'b', '__proto__', 'toString', 'z.z'] as const
/** State that no step gives, to begin with. */
export const NEEDS = ['raw', 'etl.raw', '__proto__', 'limit'] as const
const GIVEN: readonly string[] = [
  ...['constructor', 'etl.clean', 'valueOf', 'x'.repeat(100), 'größe', '数'],
  ...Array.from({ length: 20 }, (_, at) => `given ${at}`),
]

export function randomPlan(random: SeededRandom): Plan {
  const plan: PlannedStep[] = []
  const count = 1 + random.below(random.pick([3, 6, MAX_STEPS]))
  while (plan.length < count) {
    const step = randomStep(plan, plan.length, random)
    if (isInOrder([...plan, step])) plan.push(step)
  }
  return plan
}

/** Whether no step needs what it gives itself, or a later one does. */
function isInOrder(plan: Plan): boolean {
  return plan.every(({ inputs }, at) => {
    const later = plan.slice(at).flatMap(({ outputs }) => outputs.map(({ state }) => state))
    return !inputs.some(({ state }) => later.includes(state))
  })
}

/** A step that may stand at a place of the plan: it needs nothing of later ones, and gives what nobody else does. */
function randomStep(plan: Plan, place: number, random: SeededRandom): PlannedStep {
  const given = new Set(plan.flatMap(({ outputs }) => outputs.map(({ state }) => state)))
  const names = new Set(plan.map(({ name }) => name))
  const free = random.shuffled(GIVEN.filter((state) => !given.has(state)))
  const model = random.pick(MODELS)
  // The order of wires says nothing, so it is the same always.
  const fields = random.shuffled(FIELDS).slice(0, random.below(4)).sort()
  const inputs = fields.map((field) => ({ field, state: sourceFor(plan, place, random) }))
  const outputs = random
    .shuffled(FIELDS)
    .slice(0, random.pick([0, 1, 1, 1, 2, 3]))
    .sort()
    .flatMap((output, at) => (free[at] === undefined ? [] : [{ output, state: free[at] }]))
  let name: string = random.pick(['__proto__', 'constructor', 's1', 's2', 's3', 's4', 's5', 'hasOwnProperty'])
  while (names.has(name)) name = `step ${random.below(100)}`
  const ignore = fields.filter(() => random.below(6) === 0)
  return { name, model, version: 1, inputs, outputs, ignore }
}

function sourceFor(plan: Plan, place: number, random: SeededRandom): string {
  const before = plan.slice(0, place).flatMap(({ outputs }) => outputs.map(({ state }) => state))
  const later = new Set(plan.slice(place).flatMap(({ outputs }) => outputs.map(({ state }) => state)))
  const from = random.below(3) === 0 ? NEEDS : [...before, ...before, ...NEEDS]
  // What is given no more may still be there.
  const all = [...from, ...(random.below(10) === 0 ? GIVEN.slice(0, 8) : [])].filter(
    (state) => !later.has(state),
  )
  return all[random.below(all.length)] ?? NEEDS[0]
}

/** A plan in which something is another: a version, a wire, what is ignored, a step more or less. */
export function editedPlan(plan: Plan, random: SeededRandom): Plan {
  const edited = anyEdit(plan, random)
  return isInOrder(edited) ? edited : plan
}

function anyEdit(plan: Plan, random: SeededRandom): Plan {
  const at = random.below(plan.length)
  const step = plan[at]
  if (step === undefined) return randomPlan(random)
  const replaced = (other: Partial<PlannedStep>): Plan => plan.with(at, { ...step, ...other })
  switch (random.below(6)) {
    case 0:
    case 1:
      return replaced({ version: random.below(4) })
    case 2:
      return replaced({
        inputs: step.inputs.map((input) =>
          random.below(2) === 0 ? input : { ...input, state: sourceFor(plan, at, random) },
        ),
      })
    case 3:
      return replaced({ ignore: step.inputs.map(({ field }) => field).filter(() => random.below(3) === 0) })
    case 4:
      return plan.length >= MAX_STEPS ? plan : plan.toSpliced(at, 0, randomStep(plan, at, random))
    default:
      return plan.length === 1 ? plan : plan.toSpliced(at, 1)
  }
}

/** The steps in the order in which the workflow is handed them: any. */
export function listed(plan: Plan): Plan {
  return [...plan].sort((a, b) => hashOf('list', a.name) - hashOf('list', b.name))
}

export function workflowOf(plan: Plan, run: RunStep): AnyStepWorkflow {
  const steps = listed(plan).map((step): AnyStep => {
    const { policy, ttl, attempts, timeout, isAsync } = mannerOf(step)
    const model: AnyModel = defineModel({
      name: step.model,
      version: step.version,
      inputs: Object.fromEntries(step.inputs.map(({ field }) => [field, of<unknown>()])),
      outputs: Object.fromEntries(step.outputs.map(({ output }) => [output, of<unknown>()])),
      retry: { attempts, jitter: 0 },
      ...(isAsync && { timeout }),
      run: (inputs, context) => run(step, inputs, context),
    })
    return defineStep({
      name: step.name,
      model,
      inputs: wires(step.inputs.map(({ field, state }) => [field, state])),
      outputs: wires(step.outputs.map(({ output, state }) => [output, state])),
      cache: { policy, ignore: step.ignore, ...(ttl !== undefined && { ttl }) },
    })
  })
  return createStepWorkflow(steps, { name: 'constructor' })
}

function wires(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries)
}
