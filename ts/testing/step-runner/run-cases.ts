import type { AnyStep, Schema } from '../../steps/index.js'
import { createStepWorkflow, defineModel, defineStep, of, orThrow } from '../../steps/index.js'
import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, assertSame, assertTells, shown } from './case.js'

/** Takes a number, or a text that says one. */
const counted: Schema<number | string, number> = {
  '~standard': {
    version: 1,
    vendor: 'suite',
    validate: async (value) =>
      Number.isFinite(Number(value)) && value !== ''
        ? { value: Number(value) }
        : { issues: [{ message: 'no number', path: ['at'] }] },
  },
}

const Twice = defineModel({
  name: 'Twice',
  inputs: { count: counted },
  outputs: { twice: counted, spare: of<number>() },
  run: ({ count }) => ({ twice: count * 2, spare: 9, more: 'ignored' }),
})

/** What S2 to S4, S10, S14, S15, S28 and S31 say: what a run does. */
export const runCases: readonly StepCase[] = [
  {
    name: 'S2 S3 a step takes its inputs from the state and posts the outputs that are wired; others are ignored',
    async run(work) {
      const state = await work.state({ n: 3 })
      const step = defineStep({ model: Twice, inputs: { count: 'n' }, outputs: { twice: 'm' } })
      assertCompleted(await work.runner([step], state).run(), { m: 6 }, 'of the step')
      assertSame(await state.snapshot(), { n: 3, m: 6 }, 'the state')
    },
  },
  {
    name: 'S3 a step without outputs gives nothing, and is skipped like any other',
    async run(work) {
      const state = await work.state({ n: 3 })
      const runner = work.runner([defineStep({ model: Twice, inputs: { count: 'n' } })], state)
      assertCompleted(await runner.run(), {}, 'of the step')
      assertEqual(shown(await runner.run()), ['Twice skipped: inputs-unchanged'], 'the second run')
      assertSame(await state.snapshot(), { n: 3 }, 'the state')
    },
  },
  {
    name: 'S3 a wired output that the model does not give is an error that names it, and nothing is posted',
    async run(work) {
      const state = await work.state({ n: 3 })
      const Both = defineModel({
        name: 'Both',
        outputs: { a: of<number>(), b: of<number>() },
        run: () => ({ a: 1, b: 2 }),
      })
      const gives = (given: unknown): AnyStep =>
        defineStep({ model: { ...Both, run: () => given }, outputs: { a: 'x', b: 'y' } })
      const report = await work.runner([gives({ a: 1 })], state).run()
      assertTells(assertFailed(report, 'bad-outputs', 'of the run'), ["'Both'", "'b'"], 'the message')
      for (const given of [undefined, null, 1, [1, 2]]) {
        const other = await work.runner([gives(given)], state).run()
        assertFailed(other, 'bad-outputs', `where it returns ${String(given)}`)
      }
      assertSame(await state.snapshot(), { n: 3 }, 'S21 the state')
      assertCompleted(await work.runner([gives({ a: 1, b: 2 })], state).run(), { x: 1, y: 2 }, 'then')
    },
  },
  {
    name: 'S4 S28 inputs and outputs are validated and coerced; an error names step, field and state',
    async run(work) {
      const state = await work.state({ 'in.n': '2' })
      const step = defineStep({
        name: 'double it',
        model: Twice,
        inputs: { count: 'in.n' },
        outputs: { twice: 'out.n' },
      })
      const runner = work.runner([step], state)
      assertCompleted(await runner.run(), { 'out.n': 4 }, 'of a text')
      await state.set('in.n', 'many')
      const message = assertFailed(await runner.run(), 'invalid-value', 'of what is none')
      assertTells(message, ["'double it'", "'count'", "'in.n'", '/at: no number'], 'the message')
      assertEqual(await state.get('out.n'), 4, 'the output of before')
      const Wrong = defineModel({ name: 'Wrong', outputs: { n: counted }, run: () => ({ n: 'x' }) })
      const wrong = defineStep({ model: Wrong, outputs: { n: 'm.m' } })
      const told = assertFailed(await work.runner([wrong], state).run(), 'invalid-value', 'of an output')
      assertTells(told, ["'Wrong'", "'n'", "'m.m'"], 'the message of an output')
    },
  },
  {
    name: 'S4 an input that has no value is an error that names it, and what needs it is not begun',
    async run(work) {
      const state = await work.state()
      const runner = work.runner(work.chain(), state)
      const report = await runner.run()
      assertTells(assertFailed(report, 'no-such-state', 'of the run'), ["'b'", "'a'"], 'the message')
      assertEqual(report.failed, ['b', 'c'], 'what has failed')
      assertEqual(report.steps[1], { type: 'blocked', step: 'c', by: ['b'] }, 'what needs it')
      work.assertRan([], 'without an input')
      assertEqual((await runner.plan()).blocked, ['b', 'c'], 'S31 the plan')
      await state.set('a', 1)
      assertCompleted(await runner.run(), { c: 3 }, 'then')
    },
  },
  {
    name: 'S10 steps run in the order of what they need, ties as they are listed; no steps are no outputs',
    async run(work) {
      const state = await work.state({ a: 1 })
      const steps = [
        work.step('last', ['x', 'y'], 'z', ([x = NaN, y = NaN]) => x + y),
        work.step('first', ['a'], 'x', ([a = NaN]) => a),
        work.step('second', ['a'], 'y', ([a = NaN]) => a),
      ]
      const report = await work.runner(steps, state).run({ concurrency: 1 })
      assertCompleted(report, { z: 2 }, 'S31 that no step reads')
      assertEqual(report.ran, ['first', 'second', 'last'], 'what has run')
      work.assertRan(['first', 'second', 'last'], 'one after the other')
      assertCompleted(await work.runner([], state).run(), {}, 'of no steps')
    },
  },
  {
    name: 'S31 a state that two steps give, or a circle, is refused when the workflow is made',
    async run(work) {
      const give = (name: string, needs: readonly string[], gives: string) =>
        work.step(name, needs, gives, () => 1)
      await assertRejects(
        () => createStepWorkflow([give('x', [], 'a'), give('y', [], 'a')]),
        'bad-step-workflow',
        'two givers',
      )
      await assertRejects(
        () => createStepWorkflow([give('x', ['b'], 'a'), give('y', ['a'], 'b')]),
        'bad-step-workflow',
        'a circle',
      )
    },
  },
  {
    name: 'S14 each run has a report of its own: what ran and was skipped, why, and which input changed',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      const first = await runner.run()
      assertEqual(shown(first), ['b ran: never-ran', 'c ran: never-ran'], 'the first')
      assertEqual([first.ran, first.skipped, first.failed], [['b', 'c'], [], []], 'its lists')
      assertEqual([first.workflow, first.startedAt], ['chain', work.clock.now()], 'its name and time')
      const second = await runner.run()
      assertEqual(shown(second), ['b skipped: inputs-unchanged', 'c skipped: inputs-unchanged'], 'the second')
      assertEqual(second.ran, [], 'nothing of the first')
      await state.set('a', 5)
      const [ran] = (await runner.run()).steps
      const changes = ran?.type === 'ran' ? ran.changes : undefined
      assertEqual(changes, [{ state: 'a', before: '=1', after: '=5' }], 'the input that changed')
      assertEqual(ran?.type === 'ran' && ran.changed, ['b'], 'the outputs that changed')
    },
  },
  {
    name: 'S15 what a step was last computed from, and what it gave, can be asked for',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      assertEqual(await runner.last('b'), undefined, 'before it has run')
      await runner.run()
      const last = await runner.last('b')
      assertSame(last?.outputs, { b: 2 }, 'its outputs')
      assertEqual([last?.model, last?.version, last?.at], ['b', '1', work.clock.now()], 'what it was')
      assertEqual(Object.keys(last?.inputs ?? {}), ['a'], 'its inputs')
      await assertRejects(() => runner.last('none'), 'unknown-step', 'of no step')
    },
  },
  {
    name: 'S31 a plan says what would run and why, and runs nothing',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      const before = await runner.plan()
      assertEqual([before.runs, before.depends, before.skips], [['b'], ['c'], []], 'the first plan')
      assertEqual(before.steps[1], { type: 'depends', step: 'c', on: ['b'] }, 'what waits to be known')
      work.assertRan([], 'by a plan')
      assertSame(await state.names(), ['a'], 'the state')
      await runner.run()
      assertEqual((await runner.plan()).skips, ['b', 'c'], 'the plan after a run')
      await state.set('a', 2)
      const [b] = (await runner.plan()).steps
      assertEqual(b?.type === 'run' && [b.because, b.changes?.[0]?.state], ['inputs-changed', 'a'], 'why')
      const forced = await runner.plan({ force: ['c'] })
      assertEqual([forced.runs, forced.skips], [['b', 'c'], []], 'what is forced')
      await assertRejects(() => runner.plan({ from: 'none' }), 'unknown-step', 'from no step')
    },
  },
  {
    name: 'the outputs of a run, or its error',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      assertSame(orThrow(await runner.run()), { c: 3 }, 'outputs')
      const failing = work.runner(
        [work.step('x', ['a'], 'x', () => Promise.reject(new TypeError('no')))],
        state,
      )
      const report = await failing.run()
      const thrown = await Promise.resolve()
        .then(() => orThrow(report))
        .catch((error: unknown) => error)
      assertThat(
        thrown instanceof Error && thrown.message === 'no',
        `expected its error, got ${String(thrown)}`,
      )
    },
  },
  {
    name: 'values before and after a run are in its report where that is asked for',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      const { priorState, newState } = await runner.run({ snapshots: true })
      assertSame(priorState, { a: 1 }, 'before')
      assertSame(newState, { a: 1, b: 2, c: 3 }, 'after')
      assertThat(!('priorState' in (await runner.run())), 'a run that is not asked for them has none')
    },
  },
]
