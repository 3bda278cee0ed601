import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fields } from '../../../../ts/fields/index.js'
import { of } from '../../../../ts/schema/index.js'
import type { AnyModel, AnyStep } from '../../../../ts/steps/definitions/index.js'
import { createStepWorkflow, defineModel, defineStep } from '../../../../ts/steps/definitions/index.js'
import { problemOf } from '../../errors/problem-of.js'

const run = (): Record<string, unknown> => ({})

function fields(names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, of<unknown>()]))
}

/** A step whose names are known at run time alone: what the compiler refuses is what is tested here. */
function step(name: string, needs: readonly string[], gives: readonly string[]): AnyStep {
  const model: AnyModel = defineModel({ name, inputs: fields(needs), outputs: fields(gives), run })
  const same = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((one) => [one, one]))
  return defineStep({ model, inputs: same(needs), outputs: same(gives) })
}

test('S1 a step wires fields of a model to state names, and is frozen', () => {
  const model = defineModel({
    name: 'Sum',
    inputs: fields(['a', 'b']),
    outputs: fields(['sum', 'count']),
    run,
  })
  const one = defineStep({ model, inputs: { a: 'x', b: 'x' }, outputs: { sum: 'total.all' } })
  expect(one).toMatchObject({ name: 'Sum', inputs: { a: 'x', b: 'x' }, outputs: { sum: 'total.all' } })
  expect(one.cache).toEqual({ policy: 'default', ignore: [] })
  expect(Object.isFrozen(one) && Object.isFrozen(one.inputs) && Object.isFrozen(model.outputs)).toBe(true)
})

test('S3 S28 outputs may be left out, and state names may be dotted', () => {
  const model = defineModel({ name: 'Many', outputs: fields(['a', 'b']), run })
  expect(defineStep({ model }).outputs).toEqual({})
  expect(defineStep({ model, outputs: { b: 'etl.stage.b' } }).outputs).toEqual({ b: 'etl.stage.b' })
})

test.each([
  [undefined, 'defineStep'],
  [{}, 'model'],
  [{ model: { name: 'x' } }, 'model'],
  [{ model: () => 1 }, 'model'],
])('S1 S4 what is no step is refused: %o', (definition, argument) => {
  const problem = problemOf(() => defineStep(definition as never))
  expect(problem).toMatch(/^bad-argument: /)
  expect(problem).toContain(argument)
})

test.each([
  [{ inputs: {} }, "step 'Sum': inputs", "'a' has none"],
  [{ inputs: { a: 'x', c: 'y' } }, "step 'Sum': inputs", "no 'c'"],
  [{ inputs: { a: '' } }, "step 'Sum': inputs.a", 'a name of'],
  [{ inputs: ['x'] }, "step 'Sum': inputs", 'an object'],
  [{ inputs: { a: 'x' }, outputs: { b: 'y' } }, "step 'Sum': outputs", "no 'b'"],
  [{ inputs: { a: 'x' }, outputs: { s: 'y', t: 'y' } }, "step 'Sum': outputs", 'another state name'],
  [{ inputs: { a: 'x' }, cache: 'always' }, "step 'Sum': cache", 'recompute'],
  [{ inputs: { a: 'x' }, cache: { ignore: ['b'] } }, "step 'Sum': cache.ignore", 'fields'],
  [{ inputs: { a: 'x' }, cache: { ttl: -1 } }, "step 'Sum': cache.ttl", 'milliseconds'],
  [{ inputs: { a: 'x' }, name: ' ' }, 'name of the step', 'a name of'],
])('S4 S5 an error of a step names it: %o', (definition, argument, expected) => {
  const model = defineModel({ name: 'Sum', inputs: fields(['a']), outputs: fields(['s', 't']), run })
  const problem = problemOf(() => defineStep({ model, ...definition } as never))
  expect(problem).toMatch(/^bad-argument: /)
  expect(problem).toContain(argument)
  expect(problem).toContain(expected)
})

test.each([
  [{}, 'name of the model'],
  [{ name: 'x' }, 'run'],
  [{ name: 'x', run, version: '' }, 'version'],
  [{ name: 'x', run, inputs: { a: 1 } }, 'inputs.a'],
  [{ name: 'x', run, outputs: [] }, 'outputs'],
  [{ name: 'x', run, timeout: 'soon' }, 'timeout'],
  [{ name: 'x', run, retry: { attempts: 0 } }, 'attempts'],
  [undefined, 'defineModel'],
])('S1 what is no model is refused: %o', (definition, argument) => {
  const problem = problemOf(() => defineModel(definition as never))
  expect(problem).toMatch(/^bad-argument: /)
  expect(problem).toContain(argument)
})

test('S19 a fingerprint tells name, model, version and wiring apart, and nothing that is tuned', () => {
  const made = (version: number, inputs: Record<string, string>, more: object = {}): string => {
    const model: AnyModel = defineModel({
      name: 'M',
      version,
      inputs: fields(['a', 'b']),
      outputs: fields(['c']),
      run,
    })
    return defineStep({ model, inputs, outputs: { c: 'c' }, ...more }).fingerprint
  }
  const first = made(1, { a: 'x', b: 'y' })
  expect(made(1, { b: 'y', a: 'x' })).toBe(first)
  expect(made(1, { a: 'x', b: 'y' }, { cache: 'recompute' })).toBe(first)
  const others = [
    made(2, { a: 'x', b: 'y' }),
    made(1, { a: 'y', b: 'x' }),
    made(1, { a: 'x', b: 'y' }, { name: 'other' }),
    made(1, { a: 'x', b: 'y' }, { outputs: { c: 'd' } }),
  ]
  expect(new Set([first, ...others]).size).toBe(5)
})

test('S10 S31 steps are in the order of what they need, and the list breaks ties', () => {
  const workflow = createStepWorkflow([
    step('draw', ['mean', 'tidy'], ['picture']),
    step('note', [], ['text']),
    step('mean', ['tidy'], ['mean']),
    step('clean', ['raw'], ['tidy']),
  ])
  expect(workflow.order.map((placed) => placed.step.name)).toEqual(['note', 'clean', 'mean', 'draw'])
  expect(workflow.order.map(({ after }) => after)).toEqual([[], [], [1], [1, 2]])
  expect(workflow.order.map(({ before }) => before)).toEqual([[], [2, 3], [3], []])
  expect([workflow.needs, workflow.results]).toEqual([['raw'], ['picture', 'text']])
  expect(createStepWorkflow([]).order).toEqual([])
})

test('S31 a state is given by one step only, and nothing needs itself', () => {
  expect(problemOf(() => createStepWorkflow([step('a', [], ['x']), step('b', [], ['x'])]))).toBe(
    "bad-step-workflow: steps 'a', 'b': both give the state 'x'",
  )
  expect(problemOf(() => createStepWorkflow([step('a', ['x'], ['x'])]))).toMatch(/in a circle: 'a'$/)
  const round = [
    step('a', ['z'], ['x']),
    step('b', ['x'], ['y']),
    step('c', ['y'], ['z']),
    step('d', ['y'], ['w']),
  ]
  expect(problemOf(() => createStepWorkflow(round))).toMatch(
    /in a circle: 'c', 'a', 'b'$|'a', 'b', 'c'$|'b', 'c', 'a'$/,
  )
  expect(problemOf(() => createStepWorkflow([step('a', [], []), step('a', [], ['y'])]))).toMatch(
    /'a' is there twice/,
  )
  expect(problemOf(() => createStepWorkflow({} as never))).toMatch(/^bad-argument: steps/)
})

test('S31 the order of any graph is right, and the same whatever the fingerprint is made of', () => {
  const graph = fc
    .uniqueArray(fc.nat(40), { maxLength: 25 })
    .chain((names) =>
      fc.tuple(
        fc.constant(names),
        fc.array(fc.array(fc.nat(40), { maxLength: 4 }), { minLength: 25, maxLength: 25 }),
      ),
    )
  fc.assert(
    fc.property(graph, ([names, needs]) => {
      // Each needs only what those of a smaller number give: there is no circle.
      const steps = names.map((name, at) =>
        step(
          `s${name}`,
          [...new Set((needs[at] ?? []).filter((one) => one < name))].map((one) => `v${one}`),
          [`v${name}`],
        ),
      )
      const { order, fingerprint } = createStepWorkflow(steps)
      expect(order).toHaveLength(steps.length)
      const seen = new Set<string>()
      const left = [...steps]
      for (const { step: one, after, before } of order) {
        const isReady = ({ inputs }: AnyStep): boolean =>
          Object.values(inputs).every((state) => seen.has(state) || !names.includes(Number(state.slice(1))))
        // The first in the list of those that could be next.
        expect(one).toBe(left.find(isReady))
        left.splice(left.indexOf(one), 1)
        for (const state of Object.values(one.outputs)) seen.add(state)
        for (const place of after)
          expect(order[place]?.before).toContain(order.findIndex((each) => each.step === one))
        for (const place of before)
          expect(order[place]?.after).toContain(order.findIndex((each) => each.step === one))
      }
      expect(createStepWorkflow([...steps].reverse()).fingerprint).toBe(fingerprint)
    }),
  )
})

test('S31 a workflow of 10,000 steps is put in order', () => {
  const steps = Array.from({ length: 10_000 }, (_, at) =>
    step(`s${at}`, at === 0 ? [] : [`v${at - 1}`], [`v${at}`]),
  )
  const { order } = createStepWorkflow([...steps].reverse())
  expect(order.map((placed) => placed.step.name)).toEqual(steps.map(({ name }) => name))
})
