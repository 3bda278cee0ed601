import { describe, expect, test } from 'vitest'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { createLargeValues } from '../../../../ts/steps/caches.js'
import type { StepRunner } from '../../../../ts/steps/index.js'
import {
  createMemoryCache,
  createRecordCache,
  createRecordState,
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
  isUnitflowError,
} from '../../../../ts/steps/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { createStoreCache } from '../../../../ts/steps/caches.js'
import { restoreRunner } from '../../../../ts/steps/saved/index.js'
import { wrong } from '../../checks/bad-input.js'
import { expectRefused } from '../../records/expect-refused.js'
import type { FaultWorld } from './fault-world.js'
import { runnerOf, worlds } from './fault-world.js'

/** What is never an object of options, a list or a function. */
const NONE: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 5],
  ['a text', 'x'],
  ['a symbol', Symbol('x')],
]

const model = defineModel({ name: 'm', run: () => undefined })
const workflow = createStepWorkflow([defineStep({ model })])
const records = createMemoryRecords()

describe('what is made of wrong arguments', () => {
  const makers: readonly (readonly [string, (wrongOne: never) => unknown])[] = [
    ['defineModel', (one) => defineModel(one)],
    ['defineModel: inputs', (inputs) => defineModel({ name: 'm', inputs, run: () => ({}) })],
    ['defineModel: outputs', (outputs) => defineModel({ name: 'm', outputs, run: () => wrong({}) })],
    ['defineModel: run', (run) => defineModel({ name: 'm', run })],
    ['defineStep', (one) => defineStep(one)],
    ['defineStep: model', (one) => defineStep({ model: one })],
    ['defineStep: inputs', (inputs) => defineStep({ model, inputs })],
    ['defineStep: outputs', (outputs) => defineStep({ model, outputs })],
    ['defineStep: cache', (cache) => defineStep({ model, cache })],
    ['createStepWorkflow', (steps) => createStepWorkflow(steps)],
    ['createStepWorkflow: a step', (step) => createStepWorkflow(wrong([step]))],
    ['createState', (initial) => createState(initial)],
    ['createState: options', (options) => createState({}, options)],
    ['createRecordState', (options) => createRecordState(options)],
    ['createRecordState: records', (one) => createRecordState({ records: one, name: 'x' })],
    ['createMemoryCache', (options) => createMemoryCache(options)],
    ['createRecordCache', (options) => createRecordCache(options)],
    ['createRecordCache: records', (one) => createRecordCache({ records: one })],
    ['createStoreCache', (options) => createStoreCache(options)],
    ['createStoreCache: store', (store) => createStoreCache({ store })],
    ['createRunner', (options) => createRunner(options)],
    ['createRunner: state', (state) => createRunner({ workflow, state })],
    ['createRunner: cache', (cache) => createRunner({ workflow, state: createState(), cache })],
    ['createRunner: registry', (registry) => createRunner({ workflow, state: createState(), registry })],
    ['createRunner: retry', (retry) => createRunner({ workflow, state: createState(), retry })],
    ['createRunner: onEvent', (onEvent) => createRunner({ workflow, state: createState(), onEvent })],
  ]
  /** A text may be the name of one that is registered, or a policy. */
  const names = new Set(['createRunner: state', 'defineStep: cache'])
  test.each(makers.flatMap(([name, make]) => NONE.map(([what, one]) => [name, what, make, one] as const)))(
    '%s, of %s',
    (name, what, make, one) => {
      if (what === 'a text' && names.has(name)) return
      expect(codeOf(() => make(wrong(one)))).toBe('bad-argument')
    },
  )

  test.each([
    ['names', () => createRecordState({ records, name: '' })],
    ['names', () => createRecordState({ records, name: 'x'.repeat(101) })],
    ['sizes', () => createRecordState({ records, name: 'x', maxBytes: NaN })],
    ['sizes', () => createLargeValues({ store: createMemoryStore(), from: -1 })],
    [
      'a store for large values',
      () => createRecordState({ records, name: 'x', large: wrong(createMemoryStore()) }),
    ],
    ['counts', () => createRunner({ workflow, state: createState(), concurrency: 0 })],
    ['counts', () => createRunner({ workflow, state: createState(), concurrency: 1.5 })],
    ['durations', () => createRunner({ workflow, state: createState(), timeout: wrong('soon') })],
    ['attempts', () => createRunner({ workflow, state: createState(), retry: { attempts: -1 } })],
    ['names of state', () => createState({ ' x': 1 })],
    ['names of state', () => createState({ '\ud800': 1 })],
  ])('%s that are none', (_, make) => {
    expect(codeOf(make)).toBe('bad-argument')
  })

  test.each(NONE)('S17 a saved runner that is %s', async (_, saved) => {
    await expect(restoreRunner(wrong(saved), { registry: {} })).rejects.toMatchObject({
      code: 'bad-argument',
    })
    await expect(restoreRunner(wrong(saved), wrong(saved))).rejects.toMatchObject({ code: 'bad-argument' })
  })
})

describe.each(worlds)('%s', (_, make) => {
  async function ran(): Promise<{ readonly world: FaultWorld; readonly runner: StepRunner }> {
    const world = make()
    await world.state.setMany({ given: 1, other: { a: 1 } })
    const runner = runnerOf(world, () => ({ one: 1, two: 2 }))
    await runner.run()
    return { world, runner }
  }

  test('S6 S7 names and values that are none change nothing', async () => {
    const { world } = await ran()
    const { state } = world
    const bad = [
      '',
      ' x',
      'x'.repeat(101),
      '\ud800',
      'a\u0000b',
      5,
      null,
      undefined,
      Symbol('x'),
      {},
      ['given'],
    ]
    for (const name of bad) {
      for (const call of [
        () => state.get(wrong(name)),
        () => state.has(wrong(name)),
        () => state.set(wrong(name), 1),
        () => state.delete(wrong(name)),
        () => state.watch(wrong(name)).next(),
      ]) {
        await expectRefused(world, call, 'bad-argument')
      }
    }
    for (const [, values] of NONE) {
      await expectRefused(world, () => state.setMany(wrong(values)), 'bad-argument')
    }
    await expectRefused(world, () => state.setMany({ given: 2, '': 1 }), 'bad-argument')
    await expectRefused(world, () => state.setMany({ given: 2, other: () => 1 }), 'unsupported-value')
  })

  test('S21 immutable state is not changed by halves', async () => {
    const world = make(false)
    await world.state.set('given', 1)
    await expectRefused(world, () => world.state.setMany({ more: 1, given: 2 }), 'state-is-immutable')
  })

  test('S14 S26 options that are none change nothing', async () => {
    const { world, runner } = await ran()
    const calls: readonly ((options: never) => Promise<unknown>)[] = [
      (options) => runner.run(options),
      (options) => runner.rerun(options),
    ]
    const options: readonly unknown[] = [
      ...[null, 5, 'x'],
      ...[{ force: 5 }, { force: 'first' }, { from: 5 }, { force: [5] }],
      ...[
        { concurrency: 0 },
        { concurrency: 'x' },
        { signal: {} },
        { onEvent: 5 },
        { reuse: 'no' },
        { keep: 1 },
      ],
    ]
    for (const given of options) {
      for (const call of calls) {
        await expectRefused(world, () => call(wrong(given)), 'bad-argument', 'unknown-step')
      }
    }
    for (const given of [null, 5, { force: 5 }, { from: 5 }, { reuse: 'no' }]) {
      await expectRefused(world, () => runner.plan(wrong(given)), 'bad-argument', 'unknown-step')
    }
    for (const name of [5, null, undefined, Symbol('x'), '', 'third', '__proto__', 'x'.repeat(1e6)]) {
      await expectRefused(world, () => runner.last(wrong(name)), 'bad-argument', 'unknown-step')
      await expectRefused(world, () => runner.run({ force: [wrong(name)] }), 'bad-argument', 'unknown-step')
    }
    // Nothing of that holds from then on.
    expect((await runner.rerun()).ran).toEqual([])
  })
})

function codeOf(call: () => unknown): unknown {
  try {
    call()
    return 'nothing was thrown'
  } catch (error) {
    return isUnitflowError(error) ? error.code : error
  }
}
