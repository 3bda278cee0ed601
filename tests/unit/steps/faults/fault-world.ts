import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { ManualClock } from '../../../../ts/clock/index.js'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { createSqliteRecords } from '../../../../ts/records/sqlite/index.js'
import type {
  ModelDefinition,
  State,
  StepContext,
  StepReport,
  StepRunner,
  StepRunReport,
} from '../../../../ts/steps/index.js'
import {
  createRecordState,
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
  of,
} from '../../../../ts/steps/index.js'
import { createLargeValues } from '../../../../ts/steps/caches.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { encodeValue } from '../../../../ts/values/index.js'
import { wrong } from '../../checks/bad-input.js'
import { temporaryFolder } from '../../records/sqlite/temporary-folder.js'
import { watchedRecords } from '../../records/watched-records.js'

/** State, and a text of all that there is: two are the same if nothing was changed between them. */
export interface FaultWorld {
  readonly state: State
  readonly clock: ManualClock
  readonly dump: () => Promise<string>
}

export type MakeWorld = (mutable?: boolean) => FaultWorld

function inRecords(open: () => RecordStore, hasLarge: boolean): MakeWorld {
  return (mutable = true) => {
    const clock = createManualClock(1_800_000_000_000)
    const { records, dump } = watchedRecords(open())
    onTestFinished(() => records.close())
    const large = hasLarge ? { large: createLargeValues({ store: createMemoryStore() }) } : {}
    return { state: createRecordState({ records, name: 'etl', mutable, clock, ...large }), clock, dump }
  }
}

function inMemory(mutable = true): FaultWorld {
  const state = createState({}, { mutable })
  const dump = async (): Promise<string> => encodeValue(await state.snapshot())
  return { state, clock: createManualClock(1_800_000_000_000), dump }
}

function sqlite(): RecordStore {
  return createSqliteRecords({ path: join(temporaryFolder(), 'steps.db') })
}

export const worlds: readonly (readonly [name: string, make: MakeWorld])[] = [
  ['memory', inMemory],
  ['records in memory', inRecords(createMemoryRecords, false)],
  ['SQLite', inRecords(sqlite, false)],
  ['SQLite, and a store of large values', inRecords(sqlite, true)],
]

/** What a step of the tests does. */
export type Act = (inputs: { readonly given: unknown }, step: StepContext) => unknown

type Tuning = Pick<ModelDefinition<string, never, never>, 'retry' | 'timeout'>

/** Two steps: the first one does that, and gives `one` and `two`; the second one needs both. */
export function runnerOf({ state, clock }: FaultWorld, act: Act, tuning: Tuning = {}): StepRunner {
  const first = defineModel({
    name: 'first',
    inputs: { given: of<unknown>() },
    outputs: { one: of<unknown>(), two: of<unknown>() },
    ...tuning,
    run: (inputs, step) => wrong(act(inputs, step)),
  })
  const second = defineModel({
    name: 'second',
    inputs: { one: of<unknown>(), two: of<unknown>() },
    outputs: { end: of<string>() },
    run: ({ one, two }) => ({ end: `${encodeValue(one).slice(0, 50)} ${encodeValue(two).slice(0, 50)}` }),
  })
  const workflow = createStepWorkflow([
    defineStep({ model: first, inputs: { given: 'given' }, outputs: { one: 'one', two: 'two' } }),
    defineStep({ model: second, inputs: { one: 'one', two: 'two' }, outputs: { end: 'end' } }),
  ])
  return createRunner({ workflow, state, clock })
}

/** One that runs while time goes on. */
export async function runThrough(
  { clock }: FaultWorld,
  run: () => Promise<StepRunReport>,
): Promise<StepRunReport> {
  const end = new AbortController()
  const running = run()
  running.then(
    () => end.abort(),
    () => end.abort(),
  )
  for (let left = 100; left > 0 && !end.signal.aborted; left--) await clock.advance(1000)
  return running
}

/**
 * Runs what comes to nothing, over a state that has outputs already: all of it stays as it was, and is the same the next time.
 *
 * @returns how the first step has ended
 */
export async function expectNothing(
  world: FaultWorld,
  act: Act,
  tuning: Tuning = {},
): Promise<Extract<StepReport, { error: unknown }>> {
  const { state, dump } = world
  await state.setMany({ given: 1 })
  const good = await runThrough(world, () => runnerOf(world, () => ({ one: 1, two: [2] })).run())
  expect(good.status).toBe('completed')
  await state.set('given', 2)
  const before = await dump()
  const runner = runnerOf(world, act, tuning)
  const last = await runner.last('first')
  const report = await runThrough(world, () => runner.run())
  const [first, second] = report.steps
  expect(second).toEqual({ type: 'blocked', step: 'second', by: ['first'] })
  expect(await dump()).toBe(before)
  expect(await runner.last('first')).toEqual(last)
  const again = await runThrough(world, () => runner.run())
  expect(again.steps[0]?.type).toBe(first?.type)
  // With what it had before, it need not run.
  await state.set('given', 1)
  expect((await runner.plan()).skips).toEqual(['first', 'second'])
  if (first === undefined || !('error' in first)) throw new Error(`it has ended: ${first?.type}`)
  // Plain data, whatever was thrown.
  expect(JSON.parse(JSON.stringify(first.error))).toEqual(first.error)
  expect(typeof first.error.message).toBe('string')
  return first
}
