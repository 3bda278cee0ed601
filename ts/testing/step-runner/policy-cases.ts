import { createMemoryCache } from '../../steps/index.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, shown } from './case.js'
import { assertEqual, assertRejects } from '../assertions.js'

/** What S30 says: what is cached is the step's to say, and the run's. */
export const policyCases: readonly StepCase[] = [
  {
    name: 'S30 recompute: a step always runs, what it gives is kept, and who needs it is skipped if it is the same',
    async run(work) {
      let world = 5
      const steps = (policy: 'recompute' | 'default') => [
        work.step('read', ['a'], 'x', () => world, { cache: { policy } }),
        work.step('next', ['x'], 'y', ([x = NaN]) => x + 1),
      ]
      const state = await work.state({ a: 1 })
      const runner = work.runner(steps('recompute'), state)
      await runner.run()
      assertEqual((await runner.plan()).runs, ['read'], 'the plan')
      assertEqual((await runner.plan()).depends, ['next'], 'what depends on it')
      const report = await runner.run()
      assertEqual(shown(report), ['read ran: policy', 'next skipped: inputs-unchanged'], 'the second run')
      world = 6
      assertCompleted(await runner.run(), { y: 7 }, 'when it gives another value')
      const other = await work.runner(steps('default'), state).run()
      assertEqual(shown(other)[0], 'read skipped: inputs-unchanged', 'who does not recompute')
      assertCompleted(other, { y: 7 }, 'of what was kept')
    },
  },
  {
    name: 'S30 off: a step always runs, and nothing of it is kept but its outputs',
    async run(work) {
      const cache = createMemoryCache()
      const step = (policy: 'off' | 'default') => [
        work.step('read', ['a'], 'x', ([a = NaN]) => a, { cache: { policy } }),
      ]
      const state = await work.state({ a: 1 })
      const runner = work.runner(step('off'), state, { cache })
      await runner.run()
      assertEqual(shown(await runner.run()), ['read ran: policy'], 'the second run')
      assertEqual([await runner.last('read'), (await cache.prune()).kept], [undefined, 0], 'what is known')
      const report = await work.runner(step('default'), state, { cache }).run()
      assertEqual(shown(report), ['read ran: never-ran'], 'who would reuse it')
    },
  },
  {
    name: 'S30 last: a step is skipped for the inputs that it ran with last, and runs again where they go back',
    async run(work) {
      const steps = (policy: 'last' | 'default') => [
        work.step('write', ['a'], 'x', ([a = NaN]) => a + 1, { cache: { policy } }),
      ]
      const state = await work.state({ a: 1 })
      const runner = work.runner(steps('last'), state)
      await runner.run()
      assertEqual(shown(await runner.run()), ['write skipped: inputs-unchanged'], 'the same inputs')
      await state.set('a', 2)
      assertEqual(shown(await runner.run()), ['write ran: inputs-changed'], 'others')
      await state.set('a', 1)
      assertEqual((await runner.plan()).runs, ['write'], 'the plan, where they go back')
      assertEqual(shown(await runner.run()), ['write ran: inputs-changed'], 'those of before')
      await state.set('x', 0)
      assertEqual(shown(await runner.run()), ['write ran: result-gone'], 'an output that is another')
      assertCompleted(await runner.run(), { x: 2 }, 'at the end')
    },
  },
  {
    name: 'S30 a field that does not count is no reason to run; the model is handed its value of now',
    async run(work) {
      const minus = work.step('minus', ['a', 'b'], 'x', ([a = NaN, b = NaN]) => a - b, {
        cache: { ignore: ['b'] },
      })
      const state = await work.state({ a: 5, b: 1 })
      const runner = work.runner([minus], state)
      assertCompleted(await runner.run(), { x: 4 }, 'of the first run')
      await state.set('b', 2)
      assertEqual(shown(await runner.run()), ['minus skipped: inputs-unchanged'], 'with another b')
      assertEqual(Object.keys((await runner.last('minus'))?.inputs ?? {}), ['a'], 'the inputs that count')
      await state.set('a', 6)
      assertCompleted(await runner.run(), { x: 4 }, 'with another a')
      await state.delete('b')
      await state.set('a', 7)
      assertFailed(await runner.run(), 'no-such-state', 'without b')
    },
  },
  {
    name: 'S30 a result is good for as long as is said, and then computed anew',
    async run(work) {
      let world = 5
      const step = work.step('read', ['a'], 'x', () => world++, { cache: { ttl: 1000 } })
      const state = await work.state({ a: 1 })
      const runner = work.runner([step], state)
      await runner.run()
      await work.clock.advance(999)
      assertEqual(shown(await runner.run()), ['read skipped: inputs-unchanged'], 'before')
      await work.clock.advance(1)
      assertEqual(
        (await runner.plan()).steps,
        [{ type: 'run', step: 'read', because: 'expired' }],
        'the plan',
      )
      const report = await runner.run()
      assertEqual(shown(report), ['read ran: expired'], 'after')
      assertCompleted(report, { x: 6 }, 'after')
      await work.clock.advance(999)
      await state.delete('x')
      const restored = await runner.run()
      assertCompleted(restored, { x: 6 }, 'that were restored')
      await work.clock.advance(1)
      assertCompleted(await runner.run(), { x: 7 }, 'of what was restored, when it is too old')
    },
  },
  {
    name: 'S30 steps that are forced run; what needs them only if they give something else',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      await runner.run()
      const report = await runner.run({ force: ['b'] })
      assertEqual(shown(report), ['b ran: forced', 'c skipped: inputs-unchanged'], 'one')
      assertEqual(shown(await runner.run({ force: ['b', 'c'] })), ['b ran: forced', 'c ran: forced'], 'both')
      await assertRejects(() => runner.run({ force: ['none'] }), 'unknown-step', 'a step that is not there')
    },
  },
  {
    name: 'S30 from a step on all run that need it, by however many steps, and no others',
    async run(work) {
      const plus = ([one = NaN, two = 0]: readonly number[]): number => one + two + 1
      const steps = [
        work.step('b', ['a'], 'b', plus),
        work.step('side', ['a'], 's', plus),
        work.step('c', ['b'], 'c', plus),
        work.step('d', ['c', 's'], 'd', plus),
      ]
      const runner = work.runner(steps, await work.state({ a: 1 }))
      await runner.run()
      const from = async (step: string): Promise<readonly string[]> => (await runner.run({ from: step })).ran
      assertEqual(await from('b'), ['b', 'c', 'd'], 'from the first')
      assertEqual(await from('c'), ['c', 'd'], 'from the second')
      assertEqual(await from('side'), ['side', 'd'], 'from beside')
      assertEqual((await runner.plan({ from: 'c' })).runs, ['c', 'd'], 'S31 the plan')
      assertEqual((await runner.run()).ran, [], 'then')
    },
  },
  {
    name: 'S26 S30 what is forced on immutable state is no error as long as it comes to the same',
    async run(work) {
      let world = 1
      const step = work.step('read', ['a'], 'x', () => world)
      const state = await work.state({ a: 1 }, false)
      const runner = work.runner([step], state)
      await runner.run()
      assertCompleted(await runner.rerun({ force: ['read'] }), { x: 1 }, 'of the same')
      world = 2
      assertFailed(await runner.rerun({ force: ['read'] }), 'state-is-immutable', 'of something else')
      assertCompleted(await runner.rerun(), { x: 1 }, 'that are there')
    },
  },
]
