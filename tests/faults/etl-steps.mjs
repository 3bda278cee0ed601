// A workflow of steps for the faults, whose outputs anybody can compute again.
import { createStepWorkflow, defineModel, defineStep, of } from './package-under-test.mjs'
import { mix } from './seeded.mjs'

export const NEEDS = ['raw.a', 'raw.b', 'raw.c']

/** Each with its inputs and outputs, by the names of states, and what it makes of values. */
export const STEPS = [
  // What a run has seen, so that all else can be computed from it.
  { name: 'see', needs: NEEDS, gives: ['seen'], make: (...values) => [values] },
  { name: 'clean', needs: ['raw.a'], gives: ['tidy', 'dropped'], make: (a) => [numbered(a, 30), a % 3] },
  { name: 'few', needs: ['raw.b'], gives: ['parity'], make: (b) => [b % 2] },
  {
    name: 'join',
    needs: ['tidy', 'parity'],
    gives: ['joined', 'size', 'rest'],
    make: (tidy, parity) => [numbered(hash(tidy, parity), 2000), tidy.length, { parity }],
  },
  { name: 'always', needs: ['raw.c'], gives: ['looked'], policy: 'recompute', make: (c) => [c % 5] },
  {
    name: 'mean',
    needs: ['joined', 'looked', 'dropped'],
    gives: ['mean', 'text'],
    make: (...values) => [hash(...values), `${hash(...values)} `.repeat(20)],
  },
  { name: 'end', needs: ['mean', 'size', 'rest'], gives: ['total'], make: (...values) => [hash(...values)] },
]

/** @param before awaited before a step gives something: it may take a while, or throw */
export function etlWorkflow(before) {
  return createStepWorkflow(
    STEPS.map(({ name, needs, gives, policy = 'default', make }) => {
      const model = defineModel({
        name,
        inputs: Object.fromEntries(needs.map((_, at) => [`in${at}`, of()])),
        outputs: Object.fromEntries(gives.map((_, at) => [`out${at}`, of()])),
        run: async (inputs) => {
          await before(name)
          const made = make(...needs.map((_, at) => inputs[`in${at}`]))
          return Object.fromEntries(made.map((value, at) => [`out${at}`, value]))
        },
      })
      return defineStep({
        model,
        inputs: Object.fromEntries(needs.map((state, at) => [`in${at}`, state])),
        outputs: Object.fromEntries(gives.map((state, at) => [`out${at}`, state])),
        cache: policy,
      })
    }),
    { name: 'etl' },
  )
}

/** All states that come of the values of those that are needed. */
export function computed(needs) {
  const values = new Map(NEEDS.map((name, at) => [name, needs[at]]))
  for (const { needs: inputs, gives, make } of STEPS) {
    const made = make(...inputs.map((name) => values.get(name)))
    for (const [at, name] of gives.entries()) values.set(name, made[at])
  }
  return values
}

/** What of a report's outputs is not what the values that it has seen come to: all of one state, and not of a mix. */
export function brokenOutputs(outputs) {
  const right = computed(outputs.seen)
  return ['seen', 'text', 'total']
    .filter((name) => JSON.stringify(outputs[name]) !== JSON.stringify(right.get(name)))
    .map((name) => `${name} is ${JSON.stringify(outputs[name])}, seen ${JSON.stringify(outputs.seen)}`)
}

function numbered(seed, count) {
  return Array.from({ length: count }, (_, at) => ({ at, of: seed }))
}

function hash(...values) {
  return mix(JSON.stringify(values))
}
