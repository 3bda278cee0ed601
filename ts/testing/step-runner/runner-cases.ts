import type { StepRegistry } from '../../steps/index.js'
import { createRunner, createStepWorkflow } from '../../steps/index.js'
import type { SavedRunner } from '../../steps/saved/index.js'
import { restoreRunner, saveRunner } from '../../steps/saved/index.js'
import { assertEqual, assertRejects, assertThat, fail } from '../assertions.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, assertSame, shown } from './case.js'

const BOTH_SKIPPED = ['b skipped: inputs-unchanged', 'c skipped: inputs-unchanged']

function copyOf(saved: SavedRunner): SavedRunner {
  // It goes where JSON goes.
  return JSON.parse(JSON.stringify(saved)) as SavedRunner
}

/** What S17 and S24 to S27 say: references, runs again, and runners that go on elsewhere. */
export const runnerCases: readonly StepCase[] = [
  {
    name: 'S24 functions that give the workflow and the state are asked anew for every run',
    async run(work) {
      const states = [await work.state({ a: 1 }), await work.state({ a: 5 })]
      let asked = 0
      const runner = createRunner({
        workflow: async () => work.chain(),
        state: () => states[asked++ % 2] ?? states[0] ?? fail('no state'),
        clock: work.clock,
      })
      assertCompleted(await runner.run(), { c: 3 }, 'of the first')
      assertCompleted(await runner.run(), { c: 7 }, 'of the second')
      assertCompleted(await runner.rerun(), { c: 7 }, 'S26 of the pair of the last run')
      assertEqual(asked, 2, 'how often it was asked')
      const none = createRunner({
        workflow: () => Promise.reject(new RangeError('no')),
        state: () => fail('not asked for'),
      })
      const thrown = await none.run().catch((error: unknown) => error)
      assertThat(thrown instanceof RangeError, `expected what it has thrown, got ${String(thrown)}`)
    },
  },
  {
    name: 'S24 S29 names stand for what is registered, and for nothing else',
    async run(work) {
      const registry: StepRegistry = {
        workflows: { etl: work.chain() },
        states: { main: await work.state({ a: 1 }) },
      }
      const runner = createRunner({ workflow: 'etl', state: 'main', registry, clock: work.clock })
      assertCompleted(await runner.run(), { c: 3 }, 'of what is registered')
      for (const name of ['none', '', '__proto__', 'constructor', 'node:fs']) {
        const unknown = createRunner({ workflow: name, state: 'main', registry })
        await assertRejects(() => unknown.run(), 'unknown-reference', `the workflow '${name}'`)
        const nowhere = createRunner({ workflow: 'etl', state: name, registry })
        await assertRejects(() => nowhere.plan(), 'unknown-reference', `the state '${name}'`)
      }
    },
  },
  {
    name: 'S26 before a run there is nothing to run again',
    async run(work) {
      const runner = work.runner(work.chain(), await work.state({ a: 1 }))
      await assertRejects(() => runner.rerun(), 'never-run', 'to run again')
      await runner.run()
      const report = await runner.rerun()
      assertCompleted(report, { c: 3 }, 'of the second')
      assertEqual(shown(report), BOTH_SKIPPED, 'its steps')
    },
  },
  {
    name: 'S25 a run that has failed or thrown can be run again',
    async run(work) {
      const state = await work.state()
      const runner = work.runner(work.chain(), state)
      await assertRejects(() => runner.run({ force: ['none'] }), 'unknown-step', 'a run that throws')
      assertFailed(await runner.rerun(), 'no-such-state', 'of a run that fails')
      await state.set('a', 1)
      assertCompleted(await runner.rerun(), { c: 3 }, 'then')
    },
  },
  {
    name: 'S26 what a run again says of reusing and keeping holds from then on; what a run says holds for it alone',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      await runner.run({ reuse: false })
      assertEqual((await runner.rerun()).ran, [], 'after a run that said so')
      assertEqual((await runner.rerun({ reuse: false })).ran, ['b', 'c'], 'that says so')
      assertEqual((await runner.rerun()).ran, ['b', 'c'], 'after it')
      assertEqual((await runner.run()).ran, ['b', 'c'], 'a run after it')
      assertEqual((await runner.rerun({ reuse: true, keep: false })).ran, [], 'that takes it back')
      await state.set('a', 2)
      await runner.rerun()
      assertSame((await runner.last('c'))?.outputs, { c: 3 }, 'what is kept after it')
      await runner.rerun({ keep: true })
      assertSame((await runner.last('c'))?.outputs, { c: 4 }, 'what is kept then')
    },
  },
  {
    name: 'S17 a runner goes on elsewhere with its values and what it had computed',
    async run(work) {
      const workflow = work.chain()
      const state = await work.state({ a: 1, odd: [NaN, -0, new Date(3), undefined] })
      const runner = work.runner(workflow, state)
      await runner.run()
      const saved = copyOf(await saveRunner(runner))
      const registry = { workflows: { chain: workflow } }
      const restored = await restoreRunner(saved, { registry, clock: work.clock })
      const report = await restored.rerun({ snapshots: true })
      assertCompleted(report, { c: 3 }, 'of the one that goes on')
      assertEqual(shown(report), BOTH_SKIPPED, 'its steps')
      assertSame(report.newState, await state.snapshot(), 'its state')
      work.assertRan(['b', 'c'], 'by both')
      const fresh = await restoreRunner(copyOf(await saveRunner(work.runner(workflow, state))), { registry })
      await assertRejects(() => fresh.rerun(), 'never-run', 'what has not run')
      assertEqual((await fresh.run()).ran, [], 'what has run again')
    },
  },
  {
    name: 'S17 S23 a runner that has failed goes on elsewhere from where it failed',
    async run(work) {
      let fails = true
      const steps = [
        work.step('b', ['a'], 'b', ([a = NaN]) => a + 1),
        work.step('c', ['b'], 'c', ([b = NaN]) => {
          if (fails) throw new Error('not here')
          return b + 1
        }),
      ]
      const runner = work.runner(steps, await work.state({ a: 1 }, false))
      await runner.run()
      const saved = copyOf(await saveRunner(runner))
      fails = false
      const registry = {
        workflows: { steps: createStepWorkflow(steps) },
      }
      const restored = await restoreRunner(saved, { registry })
      const report = await restored.rerun()
      assertCompleted(report, { c: 3 }, 'of the one that goes on')
      assertEqual(report.ran, ['c'], 'what it has run')
    },
  },
  {
    name: 'S27 a runner of registered names is saved with its names, and goes on over what they stand for',
    async run(work) {
      const registry = { workflows: { etl: work.chain() }, states: { main: await work.state({ a: 1 }) } }
      const runner = createRunner({ workflow: 'etl', state: 'main', registry, clock: work.clock })
      await runner.run()
      await runner.rerun({ keep: false })
      const saved = copyOf(await saveRunner(runner))
      assertEqual([saved.workflow, saved.state, saved.keep], ['etl', 'main', false], 'what is saved')
      const same = await restoreRunner(saved, { registry, clock: work.clock })
      assertEqual(shown(await same.rerun()), BOTH_SKIPPED, 'over the same state')
      const fresh = await work.state({ a: 1 }, false)
      const other = { ...registry, states: { main: fresh } }
      const moved = await restoreRunner(saved, { registry: other, clock: work.clock })
      const report = await moved.run()
      assertCompleted(report, { c: 3 }, 'over another state')
      assertEqual(report.ran, [], 'what has run over another state')
      assertSame(await fresh.snapshot(), { a: 1, b: 2, c: 3 }, 'the other state')
      work.assertRan(['b', 'c'], 'in all')
      await assertRejects(
        () => restoreRunner(saved, { registry: {} }),
        'unknown-reference',
        'without a registry',
      )
    },
  },
  {
    name: 'S17 what was saved of another version of a step is not taken for its result',
    async run(work) {
      const runner = work.runner(work.chain(), await work.state({ a: 1 }))
      await runner.run()
      const saved = copyOf(await saveRunner(runner))
      const steps = [
        work.step('b', ['a'], 'b', ([a = NaN]) => a + 100, { version: 2 }),
        work.step('c', ['b'], 'c', ([b = NaN]) => b + 1),
      ]
      const registry = { workflows: { chain: createStepWorkflow(steps) } }
      const restored = await restoreRunner(saved, { registry })
      assertCompleted(await restored.rerun(), { c: 102 }, 'of the new version')
    },
  },
  {
    name: 'S29 saved data that is none, or is hostile, is refused with a typed error, and runs nothing',
    async run(work) {
      const workflow = work.chain()
      const runner = work.runner(workflow, await work.state({ a: 1 }))
      await runner.run()
      const saved = copyOf(await saveRunner(runner))
      const options = { registry: { workflows: { chain: workflow } } }
      const wrong: readonly object[] = [
        { type: 'flow-runner' },
        { version: 2 },
        { workflow: 5 },
        { state: null },
        { state: { mutable: true, values: null } },
        { state: { mutable: 'yes', values: {} } },
        { state: { mutable: true, values: { '': 1 } } },
        { steps: {} },
        { steps: [null] },
        { steps: [{ name: 'b', step: 5, inputs: [], at: 0, outputs: [] }] },
        { reuse: 'yes' },
        { hasRun: 1 },
      ]
      for (const part of wrong) {
        const what = JSON.stringify(part)
        await assertRejects(() => restoreRunner({ ...saved, ...part }, options), 'bad-argument', what)
      }
      const form = { state: { mutable: true, values: { a: { $type: 'none' } } } }
      await assertRejects(() => restoreRunner({ ...saved, ...form }, options), 'bad-value-form', 'a form')
      const [b] = saved.steps
      const short = {
        ...saved,
        steps: [{ ...b, name: 'b', step: b?.step ?? '', inputs: b?.inputs ?? [], at: 0, outputs: [] }],
      }
      const restored = await restoreRunner(short, options)
      assertCompleted(await restored.run(), { c: 3 }, 'where outputs are missing')
      const values = '{"a":1,"__proto__":{"polluted":true}}'
      const proto = JSON.parse(`{"mutable":true,"values":${values}}`) as Exclude<SavedRunner['state'], string>
      const odd = await restoreRunner({ ...saved, state: proto }, options)
      assertCompleted(await odd.run(), { c: 3 }, 'beside a value called __proto__')
      assertEqual('polluted' in {}, false, 'whether objects are polluted')
    },
  },
  {
    name: 'the report of the last run is kept where that is asked for, without values',
    async run(work) {
      const state = await work.state({ a: 1 })
      assertEqual(await work.runner(work.chain(), state).lastReport(), undefined, 'before')
      const runner = work.runner(work.chain(), state, { reports: true })
      const first = await runner.run()
      assertSame((await runner.lastReport())?.steps, first.steps, 'the first')
      await state.delete('a')
      const report = await runner.run({ snapshots: true })
      const kept = await work.runner(work.chain(), state).lastReport()
      assertEqual([kept?.status, kept?.failed], [report.status, ['b', 'c']], 'the one in its place')
      assertEqual(kept?.error?.code, 'no-such-state', 'its error')
      for (const values of ['outputs', 'priorState', 'newState']) {
        assertEqual(kept !== undefined && values in kept, false, `whether ${values} are kept`)
      }
      await work.runner(work.chain(), state).run()
      assertEqual((await runner.lastReport())?.failed, ['b', 'c'], 'after a run that keeps none')
    },
  },
]
