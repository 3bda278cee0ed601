import { createMemoryCache, createStepWorkflow } from '../../steps/index.js'
import { assertEqual, assertRejects } from '../assertions.js'
import { Gate } from '../flow-runner/case.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, assertSame, shown } from './case.js'

/** Several at once on one state, and one cache: never a stale result, and nothing of a mix. */
export const sharingCases: readonly StepCase[] = [
  {
    name: 'S18 S20 of a step whose input was changed while it ran nothing is kept: it looks again',
    async run(work) {
      const gate = new Gate()
      const seen: boolean[] = []
      const state = await work.state({ a: 1 })
      const steps = [
        work.step('slow', ['a'], 'x', async ([a = NaN]) => {
          seen.push(await state.has('x'))
          if (a === 1) await gate.pass()
          return a * 10
        }),
        work.step('next', ['x'], 'y', ([x = NaN]) => x + 1),
      ]
      const runner = work.runner(steps, state)
      const running = runner.run()
      await gate.begun
      await state.set('a', 2)
      gate.open()
      const report = await running
      assertCompleted(report, { y: 21 }, 'of the run')
      assertEqual(seen, [false, false], 'whether there was an output before')
      assertSame(await state.snapshot(), { a: 2, x: 20, y: 21 }, 'the state')
      assertEqual(report.ran, ['slow', 'next'], 'what has run, once each')
      assertEqual((await runner.run()).ran, [], 'what has run again')
      await state.set('a', 1)
      assertCompleted(await runner.run(), { y: 11 }, 'of the input of before')
    },
  },
  {
    name: 'an input that is taken away while a step runs is missing when it looks again',
    async run(work) {
      const gate = new Gate()
      const state = await work.state({ a: 1 })
      const step = work.step('slow', ['a'], 'x', async ([a = NaN]) => {
        await gate.pass()
        return a
      })
      const running = work.runner([step], state).run()
      await gate.begun
      await state.delete('a')
      gate.open()
      assertFailed(await running, 'no-such-state', 'of the run')
      assertEqual(await state.names(), [], 'names')
    },
  },
  {
    name: 'S21 an output that somebody else has given to immutable state while the step ran stays theirs',
    async run(work) {
      const gate = new Gate()
      const state = await work.state({ a: 1 }, false)
      const step = work.step('slow', ['a'], 'x', async ([a = NaN]) => {
        await gate.pass()
        return a
      })
      const running = work.runner([step], state).run()
      await gate.begun
      await state.set('x', 99)
      gate.open()
      assertFailed(await running, 'state-is-immutable', 'of the run')
      assertEqual(await state.get('x'), 99, 'what is there')
    },
  },
  {
    name: 'a run whose state keeps changing gives up, and has kept nothing',
    async run(work) {
      const state = await work.state({ a: 0 })
      const step = work.step('own', ['a'], 'x', async ([a = NaN]) => {
        await state.set('a', a + 1)
        return a
      })
      const runner = work.runner([step], state)
      await assertRejects(() => runner.run(), 'state-keeps-changing', 'a step that changes its own input')
      assertEqual([await state.has('x'), await runner.last('own')], [false, undefined], 'what is kept')
    },
  },
  {
    name: 'two runs of one workflow on one state at once come to the same, and leave one state',
    async run(work) {
      for (const mutable of [true, false]) {
        const state = await work.state({ a: 1 }, mutable)
        const chain = work.chain()
        const runner = work.runner(chain, state)
        const reports = await Promise.all([runner.run(), runner.run(), work.runner(chain, state).run()])
        for (const report of reports) assertCompleted(report, { c: 3 }, 'of each')
        assertSame(await state.snapshot(), { a: 1, b: 2, c: 3 }, 'the state')
        assertEqual((await runner.run()).ran, [], 'what has run again')
      }
    },
  },
  {
    name: 'two runs at once, an input changed between them: both end with what it is now',
    async run(work) {
      const gate = new Gate()
      const state = await work.state({ a: 1 })
      const steps = [
        work.step('b', ['a'], 'b', async ([a = NaN]) => {
          if (a === 1) await gate.pass()
          return a + 1
        }),
        work.step('c', ['b'], 'c', ([b = NaN]) => b + 1),
      ]
      const first = work.runner(steps, state).run()
      await gate.begun
      await state.set('a', 5)
      const second = work.runner(steps, state).run()
      assertCompleted(await second, { c: 7 }, 'of the second')
      gate.open()
      assertCompleted(await first, { c: 7 }, 'of the first')
      assertSame(await state.snapshot(), { a: 5, b: 6, c: 7 }, 'the state')
    },
  },
  {
    name: 'two state objects over one store: what one sets and computes is what the other sees',
    needs: ['reopen'],
    async run(work) {
      const [one, two] = [work.open('both', true), work.open('both', true)]
      await one.set('a', 1)
      const chain = work.chain()
      const [mine, theirs] = [work.runner(chain, one), work.runner(chain, two)]
      for (const a of [1, 2, 3]) {
        await two.set('a', a)
        assertCompleted(await mine.run(), { c: a + 2 }, 'of one')
        const report = await theirs.run()
        assertEqual(
          shown(report),
          ['b skipped: inputs-unchanged', 'c skipped: inputs-unchanged'],
          'the other',
        )
        await two.set('c', 100)
        assertCompleted(await mine.run(), { c: a + 2 }, 'of one, where the other has changed one')
        assertEqual(await two.get('c'), a + 2, 'what the other sees')
        await one.delete('b')
        assertEqual((await theirs.run()).ran, [], 'what has run where one has deleted one')
      }
      work.assertRan(['b', 'c', 'b', 'c', 'b', 'c'], 'in all')
    },
  },
  {
    name: 'two state objects over one store, running at once while a third changes inputs: no mix stays',
    needs: ['reopen'],
    async run(work) {
      const [one, two, three] = [work.open('mix', true), work.open('mix', true), work.open('mix', true)]
      await three.setMany({ a: 0, z: 0 })
      const steps = [
        work.step('b', ['a'], 'b', async ([a = NaN]) => a + 1),
        work.step('y', ['z'], 'y', async ([z = NaN]) => z + 1),
        work.step('c', ['b', 'y'], 'c', async ([b = NaN, y = NaN]) => b * 1000 + y),
      ]
      for (let round = 1; round <= 5; round++) {
        const running = [work.runner(steps, one).run(), work.runner(steps, two).run()]
        await three.setMany({ a: round, z: round })
        await Promise.all(running)
        const expected = { a: round, z: round, b: round + 1, y: round + 1, c: (round + 1) * 1001 }
        assertCompleted(await work.runner(steps, three).run(), { c: expected.c }, 'of the last')
        const values = await three.snapshot()
        for (const [name, value] of Object.entries(expected)) assertEqual(values[name], value, name)
      }
    },
  },
  {
    name: 'results are shared between workflows, and between states, by what they were computed from',
    async run(work) {
      const cache = createMemoryCache()
      const [b, c] = work.chain().steps
      const one = createStepWorkflow(b === undefined ? [] : [b], { name: 'one' })
      const both = createStepWorkflow(
        [b, c].flatMap((step) => step ?? []),
        { name: 'both' },
      )
      const [state, other] = [await work.state({ a: 1 }), await work.state({ a: 1 }, false)]
      await work.runner(one, state, { cache }).run()
      const report = await work.runner(both, other, { cache }).run()
      assertCompleted(report, { c: 3 }, 'of another workflow on another state')
      assertEqual(shown(report), ['b skipped: computed-before', 'c ran: never-ran'], 'its steps')
      const again = await work.runner(both, state, { cache }).run()
      assertEqual(
        again.skipped.map(({ step }) => step),
        ['b', 'c'],
        'what is skipped on the first state',
      )
      work.assertRan(['b', 'c'], 'in all')
    },
  },
]
