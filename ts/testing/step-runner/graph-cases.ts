import type { AnyStep } from '../../steps/index.js'
import { createMemoryCache } from '../../steps/index.js'
import { assertEqual } from '../assertions.js'
import { Gate } from '../flow-runner/case.js'
import type { StepCase, StepWork } from './case.js'
import { assertCompleted, assertSame } from './case.js'

const MANY = 1000

const plus = (given: readonly number[]): number => given.reduce((sum, one) => sum + one, 1)

/** As many steps that wait for their gates, and one that needs them all. */
function gated(
  work: StepWork,
  count: number,
): { readonly gates: readonly Gate[]; readonly steps: readonly AnyStep[] } {
  const gates = Array.from({ length: count }, () => new Gate())
  const steps = gates.map((gate, at) =>
    work.step(`s${at}`, ['a'], `x${at}`, async ([a = NaN]) => {
      await gate.pass()
      return a + at
    }),
  )
  const all = gates.map((_, at) => `x${at}`)
  return { gates, steps: [...steps, work.step('sum', all, 'sum', plus)] }
}

/** A graph, and not only a list: what is cut off, what is done at once, and how large it may be. */
export const graphCases: readonly StepCase[] = [
  {
    name: 'S31 an output that did not change stops the wave',
    async run(work) {
      const steps = [
        work.step('sign', ['a'], 'sign', ([a = NaN]) => Math.sign(a)),
        work.step('next', ['sign'], 'y', plus),
        work.step('last', ['y'], 'z', plus),
      ]
      const state = await work.state({ a: 1 })
      const runner = work.runner(steps, state)
      await runner.run()
      await state.set('a', 2)
      const report = await runner.run()
      const [sign] = report.steps
      assertEqual(sign?.type === 'ran' && sign.changed, [], 'what has changed')
      assertEqual(report.ran, ['sign'], 'what has run')
      assertCompleted(report, { z: 3 }, 'of the run')
      await state.set('a', -2)
      const all = await runner.run()
      assertEqual(all.ran, ['sign', 'next', 'last'], 'what has run then')
      assertCompleted(all, { z: 1 }, 'then')
    },
  },
  {
    name: 'steps that do not need each other run at once, as many as may, and reports are in their order',
    async run(work) {
      const { gates, steps } = gated(work, 4)
      const state = await work.state({ a: 1 })
      const running = work.runner(steps, state, { concurrency: 3 }).run()
      await Promise.all(gates.slice(0, 3).map(({ begun }) => begun))
      await work.clock.advance(0)
      assertEqual(work.ran, ['s0', 's1', 's2'], 'what is begun')
      gates[2]?.open()
      await gates[3]?.begun
      assertEqual(work.ran, ['s0', 's1', 's2', 's3'], 'what is begun when one has ended')
      for (const gate of [...gates].reverse()) gate.open()
      const report = await running
      assertEqual(report.ran, ['s0', 's1', 's2', 's3', 'sum'], 'what has run')
      assertEqual(
        report.steps.map(({ step }) => step),
        report.ran,
        'reports',
      )
      assertCompleted(report, { sum: 11 }, 'of the run')
    },
  },
  {
    name: 'how many run at once is the run’s to say, down to one',
    async run(work) {
      const { gates, steps } = gated(work, 3)
      const running = work.runner(steps, await work.state({ a: 1 })).run({ concurrency: 1 })
      for (const [at, gate] of gates.entries()) {
        await gate.begun
        await work.clock.advance(0)
        assertEqual(work.ran.length, at + 1, 'what is begun')
        gate.open()
      }
      assertCompleted(await running, { sum: 7 }, 'of the run')
    },
  },
  {
    name: 'a step that is slow holds nothing back that does not need it',
    async run(work) {
      const gate = new Gate()
      const steps = [
        work.step('slow', ['a'], 'x', async () => {
          await gate.pass()
          return 1
        }),
        work.step('b', ['a'], 'b', async ([a = NaN]) => a + 1),
        work.step('c', ['b'], 'c', ([b = NaN]) => {
          gate.open()
          return b + 1
        }),
      ]
      assertCompleted(
        await work.runner(steps, await work.state({ a: 1 })).run(),
        { x: 1, c: 3 },
        'of the run',
      )
    },
  },
  {
    name: `${MANY} steps beside each other, and one that needs them all`,
    async run(work) {
      const names = Array.from({ length: MANY }, (_, at) => `x${at}`)
      const steps = names.map((name, at) => work.step(name, [`a${at % 10}`], name, ([a = NaN]) => a + at))
      const state = await work.state(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`a${at}`, 0])))
      const runner = work.runner([...steps, work.step('sum', names, 'sum', plus)], state)
      assertCompleted(await runner.run(), { sum: 499_501 }, 'of all')
      assertEqual((await runner.run()).ran.length, 0, 'what has run again')
      await state.set('a3', 1)
      const report = await runner.run()
      assertCompleted(report, { sum: 499_601 }, 'of one input in ten')
      assertEqual(report.ran.length, 101, 'what has run for it')
      assertEqual((await state.names()).length, MANY + 11, 'names')
    },
  },
  {
    name: `${MANY} steps one after the other`,
    async run(work) {
      const steps = Array.from({ length: MANY }, (_, at) =>
        work.step(`s${at}`, [`v${at}`], `v${at + 1}`, plus),
      )
      const state = await work.state({ v0: 0 })
      const runner = work.runner(steps, state)
      assertCompleted(await runner.run(), { [`v${MANY}`]: MANY }, 'of all')
      await state.delete('v500')
      const restored = await runner.run()
      assertEqual([restored.ran.length, restored.skipped.length], [0, MANY], 'what has run again')
      assertEqual(await state.get('v500'), 500, 'S13 what was deleted')
      await state.set('v0', 1)
      assertCompleted(await runner.run(), { [`v${MANY}`]: MANY + 1 }, 'of another input')
    },
  },
  {
    name: 'S12 what was pruned from the cache is skipped as long as it is in the state, and else computed anew',
    async run(work) {
      const cache = createMemoryCache()
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state, { cache })
      await runner.run()
      await cache.clear()
      assertEqual((await runner.run()).ran, [], 'what has run while it is in the state')
      await state.delete('c')
      const report = await runner.run()
      assertEqual(report.ran, ['c'], 'what has run when it is gone')
      const [, c] = report.steps
      assertEqual(c?.type === 'ran' && c.because, 'result-gone', 'why')
      assertSame(await state.snapshot(), { a: 1, b: 2, c: 3 }, 'the state')
      assertSame((await runner.last('b'))?.outputs, { b: 2 }, 'S15 what is known of what is in the state')
    },
  },
]
