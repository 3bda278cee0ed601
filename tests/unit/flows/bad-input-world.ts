import { expect } from 'vitest'
import type { ManualClock } from '../../../ts/clock/index.js'
import { createManualClock } from '../../../ts/clock/index.js'
import type { ErrorData } from '../../../ts/errors/index.js'
import type { AnyFlow, FlowEvent, FlowRunner, TaskContext } from '../../../ts/flows/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../../ts/flows/index.js'
import { createMemoryRecords } from '../../../ts/records/memory/index.js'
import type { RecordStore } from '../../../ts/records/index.js'
import { wrong } from '../checks/bad-input.js'
import { watchedRecords } from '../records/watched-records.js'
import { brokenRecords } from './simulation/check-flow-records.js'
import { brokenRules } from './simulation/flow-rules.js'

export interface FlowWorld {
  readonly records: RecordStore
  readonly runner: FlowRunner
  readonly clock: ManualClock
  /** All records, as a text. */
  readonly dump: () => Promise<string>
}

/** A flow of two tasks, the first of which does that; then a task that tells that it has come. */
export function flowOf(
  run: (inputs: { readonly given: unknown }, task: TaskContext) => unknown,
  timeout = 60_000,
): AnyFlow {
  const first = defineTask({
    name: 'first',
    inputs: { given: of<unknown>() },
    outputs: { out: of<unknown>() },
    timeout,
    run: async (inputs, task) => wrong(await run(inputs, task)),
  })
  const second = defineTask({ name: 'second', inputs: { out: of<unknown>() }, run: () => undefined })
  return defineFlow('bad', [first, second])
}

/** Executions in all statuses, each under the name of its own: `paused`, `failed`, …; `plain` is the flow of all. */
export async function world(): Promise<FlowWorld> {
  const clock = createManualClock(1_800_000_000_000)
  const { records, dump } = watchedRecords(createMemoryRecords())
  const fails = defineTask({
    name: 'try',
    inputs: { isGood: of<boolean>() },
    outputs: { done: of<number>() },
    retry: { attempts: 2, jitter: 0 },
    run: ({ isGood }) => {
      if (!isGood) throw new TypeError('planned')
      return { done: 1 }
    },
  })
  const hangs = defineTask({
    name: 'hang',
    inputs: { done: of<number>() },
    run: () => new Promise(() => undefined),
  })
  const plain = defineFlow('plain', [fails])
  const long = defineFlow('long', [fails, hangs])
  const runner = createFlowRunner({ records, flows: [plain, long], clock, owner: 'world' })
  await runner.schedule(plain, { isGood: true }, { id: 'completed', tags: ['t'] })
  await runner.run()
  await runner.schedule(plain, { isGood: false }, { id: 'failed', tags: ['t'] })
  const failing = runner.run()
  await clock.advance(5000)
  await failing
  await runner.schedule(long, { isGood: true }, { id: 'running', key: 'k' })
  void runner.run().catch(() => undefined)
  await clock.advance(0)
  await runner.schedule(plain, { isGood: true }, { id: 'canceled' })
  await runner.cancel('canceled', { reason: 'planned' })
  await runner.schedule(plain, { isGood: true }, { id: 'paused' })
  await runner.pause('paused')
  await runner.schedule(plain, { isGood: true }, { id: 'scheduled', delay: '1h' })
  return { records, runner, clock, dump }
}

/** How the first task of an execution has ended, and the whole. The records agree, and nothing waits or runs. */
export async function endOf(
  { records, runner }: Pick<FlowWorld, 'records' | 'runner'>,
  id: string,
): Promise<{ readonly events: readonly FlowEvent[]; readonly error: ErrorData | undefined }> {
  const events = await runner.history(id)
  expect(brokenRules(events)).toEqual([])
  expect(await brokenRecords(records)).toEqual([])
  expect(['completed', 'failed', 'canceled']).toContain((await runner.execution(id)).status)
  expect(await runner.nextDeadline()).toBe(undefined)
  const failed = events.find(({ type }) => type === 'task-failed' || type === 'task-timed-out')
  return { events, error: failed !== undefined && 'error' in failed ? failed.error : undefined }
}
