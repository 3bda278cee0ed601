import type { AnyStep } from '../../steps/index.js'
import { defineModel, defineStep, of } from '../../steps/index.js'
import { encodeValue } from '../../values/index.js'
import { assertEqual, assertThat } from '../assertions.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, assertSame, shown } from './case.js'

/** A step that tells the form of any value. */
function form(work: { readonly ran: string[] }): AnyStep {
  const Form = defineModel({
    name: 'Form',
    inputs: { value: of<unknown>() },
    outputs: { form: of<string>() },
    run: ({ value }) => {
      work.ran.push('Form')
      return { form: encodeValue(value) }
    },
  })
  return defineStep({ model: Form, inputs: { value: 'value' }, outputs: { form: 'form' } })
}

/** Two of each are two values, however alike they look (S22). */
const different: readonly (readonly [unknown, unknown])[] = [
  [1, true],
  [1, '1'],
  [1, 1n],
  [0, -0],
  [0, false],
  [null, undefined],
  [null, NaN],
  ['', null],
  [[], {}],
  [[1], { 0: 1 }],
  [[undefined], [null]],
  [{}, { a: undefined }],
  [new Date(0), 0],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [new Set([1]), [1]],
  [new Map([['a', 1]]), { a: 1 }],
  [new Uint8Array([1]), [1]],
  ['=1', 1],
  ['x'.repeat(70), ['x'.repeat(70)]],
]

/** Two of each are the same. */
const alike: readonly (readonly [unknown, unknown])[] = [
  [NaN, NaN],
  [-0, -0],
  [
    { a: 1, b: { c: 2, d: 3 } },
    { b: { d: 3, c: 2 }, a: 1 },
  ],
  [new Date(5), new Date(5)],
  [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
]

/** What S18 to S22 say: what the original takes for the result, and is not. */
export const staleCases: readonly StepCase[] = [
  {
    name: 'S18 inputs for which a model has thrown are not taken for done: the next run computes them',
    async run(work) {
      let fails = false
      const step = work.step('ten', ['a'], 'x', ([a = NaN]) => {
        if (fails) throw new Error('planned')
        return a * 10
      })
      const state = await work.state({ a: 1 })
      const runner = work.runner([step], state)
      assertCompleted(await runner.run(), { x: 10 }, 'of 1')
      await state.set('a', 2)
      fails = true
      assertEqual((await runner.run()).status, 'failed', 'the run that fails')
      assertEqual(await state.get('x'), 10, 'what is there then')
      assertEqual((await runner.plan()).runs, ['ten'], 'the plan')
      fails = false
      const report = await runner.run()
      assertCompleted(report, { x: 20 }, 'of 2')
      assertEqual(shown(report), ['ten ran: inputs-changed'], 'its report')
    },
  },
  {
    name: 'S19 another model, another version or another wiring of a step is no reason to take the old output',
    async run(work) {
      const state = await work.state({ a: 1, b: 5 })
      const run = async (step: AnyStep, expected: number, because: string): Promise<void> => {
        const report = await work.runner([step], state).run()
        assertCompleted(report, { x: expected }, because)
        assertEqual(shown(report), [because], 'the report')
      }
      const plus = ([a = NaN]: readonly number[]): number => a + 1
      await run(work.step('one', ['a'], 'x', plus), 2, 'one ran: never-ran')
      const times = work.step('one', ['a'], 'x', ([a = NaN]) => a * 100, { model: 'times' })
      await run(times, 100, 'one ran: step-changed')
      const version = work.step('one', ['a'], 'x', ([a = NaN]) => a - 1, { version: 2 })
      await run(version, 0, 'one ran: step-changed')
      await run(work.step('one', ['b'], 'x', plus), 6, 'one ran: step-changed')
      await run(work.step('one', ['a'], 'x', plus), 2, 'one skipped: computed-before')
    },
  },
  {
    name: 'S19 a step that is inserted runs, and the others keep what is theirs',
    async run(work) {
      const [b, c] = work.chain().steps
      assertThat(b !== undefined && c !== undefined, 'expected two steps')
      const state = await work.state({ a: 1 })
      await work.runner([b, c], state).run()
      const inserted = work.step('new', ['a'], 'n', ([a = NaN]) => a * 7)
      const report = await work.runner([inserted, b, c], state).run()
      assertCompleted(report, { n: 7, c: 3 }, 'with one inserted')
      assertEqual(report.ran, ['new'], 'what has run')
      const listed = await work.runner([c, inserted, b], state).run()
      assertEqual(listed.ran, [], 'what has run in another order of the list')
    },
  },
  {
    name: 'S19 what does not count is a part of what a step is: another list of it takes no old output',
    async run(work) {
      const minus = ([a = NaN, b = NaN]: readonly number[]): number => a - b
      const state = await work.state({ a: 5, b: 1 })
      const ignoring = (field: string): AnyStep =>
        work.step('minus', ['a', 'b'], 'x', minus, { cache: { ignore: [field] } })
      assertCompleted(await work.runner([ignoring('a')], state).run(), { x: 4 }, 'where a does not count')
      await state.setMany({ a: 1, b: 0 })
      assertCompleted(await work.runner([ignoring('b')], state).run(), { x: 1 }, 'where b does not count')
    },
  },
  {
    name: 'S20 what immutable state refuses is not kept as computed: the next run fails as well',
    async run(work) {
      const step = work.step('same', ['a'], 'x', ([a = NaN]) => a)
      const state = await work.state({ a: 3 }, false)
      const runner = work.runner([step], state)
      await runner.run()
      await state.delete('a')
      await state.set('a', 7)
      for (const which of ['first', 'second']) {
        assertFailed(await runner.run(), 'state-is-immutable', `of the ${which}`)
        assertEqual(await state.get('x'), 3, `the state after the ${which}`)
        assertSame((await runner.last('same'))?.outputs, { x: 3 }, `what is known after the ${which}`)
      }
      work.assertRan(['same', 'same', 'same'], 'by three runs')
      await state.delete('x')
      assertCompleted(await runner.run(), { x: 7 }, 'when there is room')
    },
  },
  {
    name: 'S21 of several outputs all are posted, or none',
    async run(work) {
      const Pair = defineModel({
        name: 'Pair',
        inputs: { a: of<number>() },
        outputs: { one: of<number>(), two: of<number>() },
        run: ({ a }) => ({ one: a, two: a * 2 }),
      })
      const step = defineStep({ model: Pair, inputs: { a: 'a' }, outputs: { one: 'x', two: 'y' } })
      const state = await work.state({ a: 1, y: 100 }, false)
      const runner = work.runner([step], state)
      const message = assertFailed(await runner.run(), 'state-is-immutable', 'of the run')
      assertThat(message.includes("'y'"), `expected the name of the state, got ${message}`)
      assertSame(await state.snapshot(), { a: 1, y: 100 }, 'the state')
      assertEqual(await runner.last('Pair'), undefined, 'what is known')
    },
  },
  {
    name: 'S22 values that look alike are not the same: a step runs for each of them',
    async run(work) {
      for (const [one, other] of different) {
        const state = await work.state({ value: one })
        const runner = work.runner([form(work)], state)
        await runner.run()
        await state.set('value', other)
        const report = await runner.run()
        const what = `${encodeValue(one)} and ${encodeValue(other)}`
        assertSame(report.outputs, { form: encodeValue(other) }, what)
        assertSame(await state.get('form'), encodeValue(other), what)
      }
    },
  },
  {
    name: 'S22 the same value is the same, also NaN, and in whatever order its keys are',
    async run(work) {
      for (const [one, other] of alike) {
        const state = await work.state({ value: one })
        const runner = work.runner([form(work)], state)
        await runner.run()
        await state.set('value', other)
        assertEqual(shown(await runner.run()), ['Form skipped: inputs-unchanged'], encodeValue(one))
      }
    },
  },
  {
    name: 'S22 a model that changes what it was handed, or has returned, changes nothing of what is held',
    async run(work) {
      const kept: number[][] = []
      const Push = defineModel({
        name: 'Push',
        inputs: { list: of<number[]>() },
        outputs: { list: of<number[]>() },
        run: ({ list }) => {
          list.push(9)
          kept.push(list)
          return { list }
        },
      })
      const Sum = defineModel({
        name: 'Sum',
        inputs: { one: of<number[]>(), two: of<number[]>() },
        outputs: { sum: of<number>() },
        run: ({ one, two }) => {
          kept[0]?.push(1000)
          two.push(1000)
          return { sum: [...one, ...two].reduce((sum, n) => sum + n, 0) }
        },
      })
      const steps = [
        defineStep({ model: Push, inputs: { list: 'in' }, outputs: { list: 'out' } }),
        defineStep({ model: Sum, inputs: { one: 'in', two: 'out' }, outputs: { sum: 'sum' } }),
      ]
      const state = await work.state({ in: [1] })
      const runner = work.runner(steps, state)
      assertCompleted(await runner.run(), { sum: 1011 }, 'of the run')
      kept[0]?.push(5)
      assertSame(await state.snapshot(), { in: [1], out: [1, 9], sum: 1011 }, 'the state')
      await state.delete('out')
      const report = await runner.run()
      assertEqual(report.ran, [], 'what has run again')
      assertSame(await state.get('out'), [1, 9], 'what was restored')
      const outputs = report.outputs
      assertSame((await runner.last('Push'))?.outputs, { out: [1, 9] }, 'what is known')
      assertSame(outputs, { sum: 1011 }, 'the outputs')
    },
  },
]
