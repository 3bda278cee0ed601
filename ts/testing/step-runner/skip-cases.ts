import { createMemoryCache, createStepWorkflow } from '../../steps/index.js'
import { assertEqual, assertThat } from '../assertions.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, assertSame, shown } from './case.js'

/** What S11 to S13, S16, S23 and S28 say: what is skipped, and what is there then. */
export const skipCases: readonly StepCase[] = [
  {
    name: 'S11 S12 a step is skipped as long as its inputs are what they were, and runs when one is another',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      await runner.run()
      assertCompleted(await runner.run(), { c: 3 }, 'of a run that skips')
      work.assertRan(['b', 'c'], 'by two runs')
      await state.set('a', 1)
      await runner.run()
      work.assertRan([], 'where the same was set')
      await state.set('a', 2)
      assertCompleted(await runner.run(), { c: 4 }, 'of another input')
      work.assertRan(['b', 'c'], 'for another input')
      await state.set('a', 1)
      const back = await runner.run()
      assertCompleted(back, { c: 3 }, 'of the input of before')
      assertEqual(shown(back), ['b skipped: computed-before', 'c skipped: computed-before'], 'what was known')
      assertSame(await state.snapshot(), { a: 1, b: 2, c: 3 }, 'the state')
    },
  },
  {
    name: 'S12 what is known of some steps alone is skipped, and the others run',
    async run(work) {
      const [b, c] = work.chain().steps
      assertThat(b !== undefined && c !== undefined, 'expected two steps')
      const state = await work.state({ a: 1 })
      await work.runner([b], state).run()
      const report = await work.runner([b, c], state).run()
      assertEqual(shown(report), ['b skipped: inputs-unchanged', 'c ran: never-ran'], 'of the first alone')
      const other = await work.state({ b: 2 })
      const cache = createMemoryCache()
      await work.runner([c], other, { cache }).run()
      await other.set('a', 1)
      const [first, second] = (await work.runner([b, c], other, { cache }).run()).steps
      assertEqual([first?.type, second?.type], ['ran', 'skipped'], 'of the second alone')
      assertSame(await other.snapshot(), { a: 1, b: 2, c: 3 }, 'the state')
    },
  },
  {
    name: 'S13 on mutable state a skipped step restores the outputs that somebody has changed or deleted',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      await runner.run()
      await state.set('c', 100)
      const report = await runner.run()
      assertCompleted(report, { c: 3 }, 'where one was changed')
      assertEqual(await state.get('c'), 3, 'the state')
      const [, c] = report.steps
      assertEqual(c?.type === 'skipped' && [c.because, c.restored], ['inputs-unchanged', ['c']], 'its report')
      await state.delete('b')
      await state.delete('c')
      assertCompleted(await runner.run(), { c: 3 }, 'where they were deleted')
      assertSame(await state.snapshot(), { a: 1, b: 2, c: 3 }, 'the state then')
      work.assertRan(['b', 'c'], 'by three runs')
    },
  },
  {
    name: 'S13 on immutable state a skipped step posts only what is absent, so it may run as often as one likes',
    async run(work) {
      const state = await work.state({ a: 1 }, false)
      const runner = work.runner(work.chain(), state)
      for (let time = 0; time < 3; time++) assertCompleted(await runner.run(), { c: 3 }, 'of each run')
      await state.delete('c')
      assertCompleted(await runner.run(), { c: 3 }, 'where one is absent')
      assertSame(await state.snapshot(), { a: 1, b: 2, c: 3 }, 'the state')
      work.assertRan(['b', 'c'], 'by four runs')
      await state.delete('c')
      await state.set('c', 100)
      assertFailed(await runner.run(), 'state-is-immutable', 'where another value was set')
      assertEqual(await state.get('c'), 100, 'that value')
      work.assertRan([], 'for that')
    },
  },
  {
    name: 'S16 what is not to be kept is not remembered, and what was remembered stays',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      assertCompleted(await runner.run({ keep: false }), { c: 3 }, 'of a run that keeps nothing')
      assertEqual(await runner.last('b'), undefined, 'what is known then')
      await runner.run()
      work.assertRan(['b', 'c', 'b', 'c'], 'by both')
      await state.set('a', 5)
      assertCompleted(await runner.run({ keep: false }), { c: 7 }, 'of another input')
      assertSame((await runner.last('c'))?.outputs, { c: 3 }, 'what is known still')
      await state.set('a', 1)
      assertCompleted(await runner.run(), { c: 3 }, 'of the input that is known')
      work.assertRan(['b', 'c'], 'for the other input alone')
    },
  },
  {
    name: 'S16 a run that does not reuse runs each step, and keeps what it has computed',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      await runner.run()
      const report = await runner.run({ reuse: false })
      assertEqual(shown(report), ['b ran: not-reusing', 'c ran: not-reusing'], 'the report')
      assertEqual((await runner.plan({ reuse: false })).runs, ['b', 'c'], 'the plan')
      await runner.run()
      work.assertRan(['b', 'c', 'b', 'c'], 'by three runs')
    },
  },
  {
    name: 'S23 a run that has failed goes on where it failed: what has completed is skipped',
    async run(work) {
      let fails = true
      const steps = [
        work.step('b', ['a'], 'b', ([a = NaN]) => a + 1),
        work.step('c', ['b'], 'c', ([b = NaN]) => {
          if (fails) throw new RangeError('not yet')
          return b + 1
        }),
        work.step('d', ['c'], 'd', ([c = NaN]) => c + 1),
      ]
      const state = await work.state({ a: 1 })
      const runner = work.runner(steps, state)
      const report = await runner.run()
      assertEqual(report.status, 'failed', 'the first run')
      assertEqual(report.status === 'failed' && report.error.name, 'RangeError', 'its error')
      assertEqual(shown(report), ['b ran: never-ran', 'c failed: never-ran', 'd blocked: by c'], 'its steps')
      assertSame(await state.snapshot(), { a: 1, b: 2 }, 'the state')
      work.assertRan(['b', 'c'], 'by the first run')
      fails = false
      assertCompleted(await runner.run(), { d: 4 }, 'of the second')
      work.assertRan(['c', 'd'], 'by the second run')
    },
  },
  {
    name: 'S23 what does not need what has failed runs all the same, and its outputs are reported',
    async run(work) {
      const steps = [
        work.step('wrong', ['a'], 'x', () => Promise.reject(new Error('no'))),
        work.step('right', ['a'], 'y', async ([a = NaN]) => a),
      ]
      const state = await work.state({ a: 1 })
      const report = await work.runner(steps, state).run()
      assertEqual([report.status, report.ran, report.failed], ['failed', ['right'], ['wrong']], 'the report')
      assertSame(report.outputs, { y: 1 }, 'its outputs')
    },
  },
  {
    name: 'S28 three steps that rename what they give: a second run skips all, under the names of the state',
    async run(work) {
      const etl = createStepWorkflow(
        [
          work.step('extract', ['source.rows'], 'stage.raw', ([rows = NaN]) => rows * 10),
          work.step('transform', ['stage.raw'], 'stage.clean', ([raw = NaN]) => raw + 5),
          work.step('load', ['stage.clean'], 'report.total', ([clean = NaN]) => -clean),
        ],
        { name: 'etl' },
      )
      const state = await work.state({ 'source.rows': 4 }, false)
      const runner = work.runner(etl, state)
      assertCompleted(await runner.run(), { 'report.total': -45 }, 'of the first run')
      await state.delete('report.total')
      const second = await runner.rerun()
      assertCompleted(second, { 'report.total': -45 }, 'of the second run')
      assertEqual(
        second.skipped.map(({ step }) => step),
        ['extract', 'transform', 'load'],
        'what was skipped',
      )
      assertEqual(await state.get('report.total'), -45, 'the name that it was renamed to')
    },
  },
]
