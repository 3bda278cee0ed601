import type { ManualClock } from '../clock/index.js'
import type { PayloadCodec } from '../codec/index.js'
import type { RecordStore } from '../records/index.js'
import type { FlowCase } from './flow-runner/case.js'
import { FlowWork } from './flow-runner/case.js'
import { definitionCases } from './flow-runner/definition-cases.js'
import { lifeCases } from './flow-runner/life-cases.js'
import { manyCases } from './flow-runner/many-cases.js'
import { stateCases } from './flow-runner/state-cases.js'

/** Records for one test, with nothing in them, and the clock that runners over them go by. */
export interface FlowRunnerFixture {
  readonly records: RecordStore
  readonly clock: ManualClock
  /** Removes what they were made of. The suite has closed the records by then. */
  readonly cleanup?: () => Promise<void>
}

/** How {@link flowRunnerSuite} is told about records and a test runner. */
export interface FlowRunnerSuiteOptions {
  /** Stands before the name of every test. */
  readonly name: string
  /** Makes records for one test. */
  create(): Promise<FlowRunnerFixture>
  /** What runners encode payloads with. */
  readonly codec?: PayloadCodec
  /** Registers a test: the `test` of vitest, `node:test`, Deno, Bun, or any function of this shape. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
}

const cases: readonly FlowCase[] = [...stateCases, ...lifeCases, ...definitionCases, ...manyCases]

/**
 * Registers the tests of what runners of flows do over one store of records: whoever writes a store, or a payload codec,
 * learns whether flows can be kept by it.
 *
 * @example
 * flowRunnerSuite({ name: 'memory', test, create: async () => ({ records: createMemoryRecords(), clock: createManualClock() }) })
 */
export function flowRunnerSuite(options: FlowRunnerSuiteOptions): void {
  const { name, test, codec } = options
  for (const one of cases) {
    test(`${name}: ${one.name}`, async () => {
      const { records, clock, cleanup } = await options.create()
      const work = new FlowWork({ records, clock, codec })
      try {
        await one.run(work)
      } finally {
        work.close()
        await records.close()
        await cleanup?.()
      }
    })
  }
}
