import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Schema, StepRunReport } from '../../../../ts/steps/index.js'
import {
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
} from '../../../../ts/steps/index.js'

const kinds: readonly (readonly [
  make: string,
  count: Schema<unknown, number>,
  even: Schema<unknown, number>,
  order: Schema<unknown, { readonly total: number }>,
])[] = [
  [
    'Zod',
    z.coerce.number(),
    z.number().refine(async (n) => Promise.resolve(n % 2 === 0), 'not even'),
    z.object({ total: z.number() }),
  ],
  [
    'Valibot',
    v.pipe(v.unknown(), v.transform(Number), v.number()),
    v.pipeAsync(
      v.number(),
      v.checkAsync(async (n) => Promise.resolve(n % 2 === 0), 'not even'),
    ),
    v.object({ total: v.number() }),
  ],
]

function messageOf(report: StepRunReport): string {
  return report.status === 'completed' ? 'completed' : `${report.error.code}: ${report.error.message}`
}

describe.each(kinds)('schemas of %s', (_, count, even, order) => {
  const Half = defineModel({
    name: 'Half',
    inputs: { n: count, order },
    outputs: { half: even },
    // An output that is checked later, of a model that returns at once.
    run: ({ n, order: { total } }) => ({ half: n / 2 + total * 0 }),
  })
  const workflow = createStepWorkflow([
    defineStep({
      name: 'halve',
      model: Half,
      inputs: { n: 'in.n', order: 'orders.now' },
      outputs: { half: 'out' },
    }),
  ])

  test('S4 S28 a value is coerced, and checked by whatever takes its time', async () => {
    const state = createState({ 'in.n': '8', 'orders.now': { total: 1, more: true } }, { mutable: true })
    const runner = createRunner({ workflow, state })
    expect(await runner.run()).toMatchObject({ status: 'completed', outputs: { out: 4 } })
    expect(await runner.run()).toMatchObject({ ran: [] })
  })

  test('S4 S28 an error names step, field and state, and where in the value it is', async () => {
    const state = createState({ 'in.n': '8', 'orders.now': { total: 'x' } }, { mutable: true })
    const runner = createRunner({ workflow, state })
    const message = messageOf(await runner.run())
    expect(message).toMatch(
      /^invalid-value: step 'halve': input 'order' \(the state 'orders\.now'\): \/total/,
    )
    await state.set('orders.now', { total: 1 })
    await state.set('in.n', 'many')
    expect(messageOf(await runner.run())).toMatch(
      /^invalid-value: step 'halve': input 'n' \(the state 'in\.n'\): /,
    )
    await state.set('in.n', 2)
    expect(messageOf(await runner.run())).toBe(
      "invalid-value: step 'halve': output 'half' (the state 'out'): not even",
    )
    expect(await state.has('out')).toBe(false)
    await state.set('in.n', 4)
    expect(await runner.run()).toMatchObject({ outputs: { out: 2 } })
  })
})

test('S4 a field that is not wired has its default, and an output what its schema makes of nothing', async () => {
  const Greet = defineModel({
    name: 'Greet',
    inputs: { name: z.string(), greeting: z.string().default('Hello') },
    outputs: { text: z.string(), count: z.number().default(7) },
    run: ({ name, greeting }) => ({ text: `${greeting} ${name}` }),
  })
  const step = defineStep({
    model: Greet,
    inputs: { name: 'name' },
    outputs: { text: 'text', count: 'count' },
  })
  const state = createState({ name: 'you' })
  const report = await createRunner({ workflow: createStepWorkflow([step]), state }).run()
  expect(report).toMatchObject({ outputs: { text: 'Hello you', count: 7 } })
})

test('S4 a schema that throws, or that says nothing, is an error that names step, field and state', async () => {
  const throwing = (thrown: unknown): Schema<unknown, number> => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => {
        throw thrown
      },
    },
  })
  for (const thrown of [new RangeError('planned'), 'a text', undefined]) {
    const Odd = defineModel({ name: 'Odd', inputs: { n: throwing(thrown) }, run: () => undefined })
    const workflow = createStepWorkflow([defineStep({ model: Odd, inputs: { n: 'n' } })])
    const report = await createRunner({ workflow, state: createState({ n: 1 }) }).run()
    expect(messageOf(report)).toMatch(/^invalid-value: step 'Odd': input 'n' \(the state 'n'\): /)
  }
})
