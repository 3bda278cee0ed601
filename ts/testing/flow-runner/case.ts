import type { ManualClock } from '../../clock/index.js'
import type { PayloadCodec } from '../../codec/index.js'
import type { ErrorCode } from '../../errors/index.js'
import type {
  AnyFlow,
  Flow,
  FlowEvent,
  FlowRunner,
  FlowRunnerOptions,
  Schema,
  Task,
} from '../../flows/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../flows/index.js'
import { FLOW_COLLECTIONS } from '../../flows/records/index.js'
import type { RecordStore } from '../../records/index.js'
import { recordsAsText } from '../all-records.js'
import { assertEqual, assertRejects, fail } from '../assertions.js'

/** What a case works on: records of its own, empty at first, and a clock that stands still. */
export interface FlowCaseContext {
  readonly records: RecordStore
  readonly clock: ManualClock
  readonly codec?: PayloadCodec | undefined
}

/** One test of the suite. */
export interface FlowCase {
  readonly name: string
  run(work: FlowWork): Promise<void>
}

/** What cases do with runners, in few words. */
export class FlowWork {
  readonly records: RecordStore
  readonly clock: ManualClock
  readonly #codec: PayloadCodec | undefined
  readonly #runners: FlowRunner[] = []

  constructor({ records, clock, codec }: FlowCaseContext) {
    this.records = records
    this.clock = clock
    this.#codec = codec
  }

  runner(flows: readonly AnyFlow[], options: Partial<FlowRunnerOptions> = {}): FlowRunner {
    const codec = this.#codec === undefined ? {} : { codec: this.#codec }
    const { records, clock } = this
    const runner = createFlowRunner({ records, clock, flows, random: () => 0, ...codec, ...options })
    this.#runners.push(runner)
    return runner
  }

  close(): void {
    for (const runner of this.#runners) runner.close()
  }

  /** All that is stored, as a text. */
  dump(): Promise<string> {
    return recordsAsText(this.records, FLOW_COLLECTIONS)
  }

  /** Fails unless it is refused with this code, and not a record is another one then. */
  async assertRefused(call: () => unknown, code: ErrorCode, what: string): Promise<void> {
    const before = await this.dump()
    await assertRejects(call, code, what)
    assertEqual(await this.dump(), before, `the records after ${what}`)
  }

  /** The same records; before the first transaction that writes something else is done. */
  interrupted(interrupt: () => Promise<unknown>): RecordStore {
    const { records } = this
    let isDone = false
    return {
      async transact(work, options) {
        const isNow = !isDone && options?.readonly !== true
        if (isNow) {
          isDone = true
          await interrupt()
        }
        return records.transact(work, options)
      },
      onCommit: (listener) => records.onCommit(listener),
      close: () => records.close(),
    }
  }

  /** Runs what a runner begins, and lets time go on meanwhile. */
  async through<T>(running: Promise<T>): Promise<T> {
    const over = new AbortController()
    const end = (): void => over.abort()
    running.then(end, end)
    // A store in a page or on a disk takes turns of its own.
    for (let turns = 0; !over.signal.aborted && turns < 10_000; turns++) {
      if (turns % 20 === 19) await this.clock.advanceToNext()
      else await this.clock.advance(0)
    }
    return running
  }
}

/** Of an execution, what its events are: those of tasks with their names. */
export function shown(events: readonly FlowEvent[]): string[] {
  return events.map((event) => ('task' in event ? `${event.type} ${event.task}` : event.type))
}

/** F17: what was logged of tasks. */
export function taskEvents(events: readonly FlowEvent[]): string[] {
  return shown(events.filter(({ type }) => type.startsWith('task-')))
}

interface Reported {
  readonly status: string
  readonly result?: unknown
}

export function statusOf(report: Reported | undefined): string {
  return report?.status ?? 'nothing'
}

export function resultOf(report: Reported | undefined): unknown {
  return report?.status === 'completed' ? report.result : fail(`expected a result, got ${statusOf(report)}`)
}

/** Makes one number of another. */
type NumberTask<Output extends string, Input extends string> = Task<
  Output,
  Readonly<Record<Input, Schema<number>>>,
  Readonly<Record<Output, Schema<number>>>,
  never
>

/** `a` is one more than `start`, `b` one more than `a`, `c` one more than `b`. */
export const a: NumberTask<'a', 'start'> = defineTask({
  name: 'a',
  inputs: { start: of<number>() },
  outputs: { a: of<number>() },
  run: ({ start }) => ({ a: start + 1 }),
})
export const b: NumberTask<'b', 'a'> = defineTask({
  name: 'b',
  inputs: { a: of<number>() },
  outputs: { b: of<number>() },
  run: async ({ a: given }) => ({ b: given + 1 }),
})
export const c: NumberTask<'c', 'b'> = defineTask({
  name: 'c',
  inputs: { b: of<number>() },
  outputs: { c: of<number>() },
  run: ({ b: given }) => ({ c: given + 1 }),
})

export const abc: Flow<'abc', readonly [typeof a, typeof b, typeof c]> = defineFlow('abc', [a, b, c])

/** The same, with a task `b` that fails as long as it is told to. */
export function failing(fails: () => boolean): typeof abc {
  const failingB = defineTask({
    name: 'b',
    inputs: { a: of<number>() },
    outputs: { b: of<number>() },
    run: ({ a: given }) => {
      if (fails()) throw new Error('b has failed', { cause: new RangeError('too far') })
      return { b: given + 1 }
    },
  })
  return defineFlow('abc', [a, failingB, c])
}

/** A task that ends when it is told to. */
export class Gate {
  readonly begun: Promise<void>
  readonly #open: Promise<void>
  #begin: () => void = () => undefined
  open: () => void = () => undefined

  constructor() {
    this.begun = new Promise((resolve) => (this.#begin = resolve))
    this.#open = new Promise((resolve) => (this.open = resolve))
  }

  /** Resolves when it was opened; rejects when the signal is aborted. */
  pass(signal?: AbortSignal): Promise<void> {
    this.#begin()
    return new Promise((resolve, reject) => {
      void this.#open.then(resolve)
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
    })
  }
}

export async function assertHistory(
  runner: FlowRunner,
  id: string,
  expected: readonly string[],
): Promise<void> {
  assertEqual(shown(await runner.history(id)), expected, `the history of ${id}`)
}
