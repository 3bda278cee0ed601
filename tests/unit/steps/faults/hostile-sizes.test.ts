import { describe, expect, test } from 'vitest'
import type { AnyModel, AnyStep } from '../../../../ts/steps/index.js'
import {
  createRecordState,
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
  of,
} from '../../../../ts/steps/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { HOSTILE_NAMES } from '../../checks/bad-input.js'
import { expectNothing, runnerOf, worlds } from './fault-world.js'

/** Longer than any may be that goes into a record. */
const FIFTY_MB = 'x'.repeat(50 * 2 ** 20)
const LONG = 'n'.repeat(100)
const WIDE = '数'.repeat(100)

function wires(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries)
}

/** One that adds 1 to what it needs, all of it under names of its own. */
function adding(name: string, from: string, to: string): AnyStep {
  const model: AnyModel = defineModel({
    name,
    inputs: Object.fromEntries([[from, of<unknown>()]]),
    outputs: Object.fromEntries([[to, of<unknown>()]]),
    run: (inputs: Readonly<Record<string, unknown>>) =>
      Object.fromEntries([[to, Number(Object.hasOwn(inputs, from) ? inputs[from] : NaN) + 1]]),
  })
  return defineStep({ model, inputs: wires([[from, from]]), outputs: wires([[to, to]]) })
}

describe.each(worlds)('%s', (name, make) => {
  const isLimited = name === 'SQLite' || name === 'records in memory'

  test('S28 hostile names of steps, models, fields and state are names as others are', async () => {
    const world = make()
    const names = [...HOSTILE_NAMES, LONG, WIDE, 'toString', 'then', 'größe.ä']
    for (const one of names) {
      await world.state.set(one, 1)
      const workflow = createStepWorkflow([adding(one, one, `out-${one.slice(4)}`)], { name: one })
      const runner = createRunner({ workflow, state: world.state, clock: world.clock })
      const report = await runner.run()
      expect([report.status, report.ran]).toEqual(['completed', [one]])
      expect(Object.entries(report.outputs)).toEqual([[`out-${one.slice(4)}`, 2]])
      expect((await runner.run()).skipped.map(({ step }) => step)).toEqual([one])
      expect(Object.entries((await runner.last(one))?.inputs ?? {}).map(([state]) => state)).toEqual([one])
      expect((await runner.plan({ force: [one] })).runs).toEqual([one])
    }
  })

  test('S8 S21 50 MB are kept where there is room, and else a typed error, with all as it was', async () => {
    const world = make()
    const act = (): unknown => ({ one: 1, two: FIFTY_MB })
    if (isLimited) {
      const { error } = await expectNothing(world, act)
      expect(error.code).toBe('value-too-large')
      await expect(world.state.set('given', FIFTY_MB)).rejects.toMatchObject({ code: 'value-too-large' })
      return
    }
    await world.state.set('given', 1)
    const runner = runnerOf(world, act)
    expect((await runner.run()).status).toBe('completed')
    expect((await world.state.get('two')) === FIFTY_MB).toBe(true)
    expect((await runner.run()).ran).toEqual([])
  })

  test('S22 values as deep as any may be are kept, and deeper ones refused', async () => {
    const world = make()
    let deep: unknown = 1
    for (let left = 999; left > 0; left--) deep = [deep]
    await world.state.set('given', deep)
    const runner = runnerOf(world, ({ given }) => ({ one: given, two: given }))
    expect((await runner.run()).status).toBe('completed')
    expect((await runner.run()).ran).toEqual([])
    await expect(world.state.set('given', [[deep]])).rejects.toMatchObject({ code: 'unsupported-value' })
  })
})

test('S10 S31 10,000 steps in a row: all of them run, none again, and a change of the last input runs one', async () => {
  const count = 10_000
  const steps = Array.from({ length: count }, (_, at) => adding(`s${at}`, `v${at}`, `v${at + 1}`))
  const workflow = createStepWorkflow(steps)
  for (const state of [
    createState({ v0: 0 }, { mutable: true }),
    createRecordState({ records: createMemoryRecords(), name: 'etl', mutable: true }),
  ]) {
    await state.set('v0', 0)
    const runner = createRunner({ workflow, state })
    const report = await runner.run()
    expect([report.status, report.ran.length, report.outputs]).toEqual([
      'completed',
      count,
      { [`v${count}`]: count },
    ])
    expect((await runner.run()).ran).toEqual([])
    await state.set(`v${count - 1}`, -1)
    // By hand, what a step gives: it is given back.
    const again = await runner.run()
    expect([again.ran, again.outputs]).toEqual([[], { [`v${count}`]: count }])
    await state.set('v0', 0.5)
    expect((await runner.run({ concurrency: 1 })).outputs).toEqual({ [`v${count}`]: count + 0.5 })
  }
})
