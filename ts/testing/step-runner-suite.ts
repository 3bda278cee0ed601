import type { ManualClock } from '../clock/index.js'
import type { State } from '../steps/index.js'
import { assertEqual } from './assertions.js'
import type { StepCase, StepStatePart } from './step-runner/case.js'
import { StepWork } from './step-runner/case.js'
import { endingCases } from './step-runner/ending-cases.js'
import { graphCases } from './step-runner/graph-cases.js'
import { outputCases } from './step-runner/output-cases.js'
import { policyCases } from './step-runner/policy-cases.js'
import { runCases } from './step-runner/run-cases.js'
import { runnerCases } from './step-runner/runner-cases.js'
import { sharingCases } from './step-runner/sharing-cases.js'
import { skipCases } from './step-runner/skip-cases.js'
import { staleCases } from './step-runner/stale-cases.js'
import { stateCases } from './step-runner/state-cases.js'

/** State of one medium for one test, with nothing in it, and the clock that runners over it go by. */
export interface StepRunnerFixture {
  /**
   * Opens the state of a name: another object over the same values each time, where the medium keeps them.
   *
   * @param mutable whether a name that has a value may be given another
   */
  readonly open: (name: string, mutable: boolean) => State
  readonly clock: ManualClock
  /** Closes and removes what they were made of. */
  readonly cleanup?: () => Promise<void>
}

/** How {@link stepRunnerSuite} is told about state and a test runner. */
export interface StepRunnerSuiteOptions {
  /** Stands before the name of every test. */
  readonly name: string
  /** Makes a medium for one test. */
  readonly create: () => Promise<StepRunnerFixture>
  /** Registers a test: the `test` of vitest, `node:test`, Deno, Bun, or any function of this shape. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
  /**
   * What the medium cannot do: `reopen` where each object that `open` gives has values of its own (which is asserted).
   *
   * @default [] (it can do all)
   */
  readonly without?: readonly StepStatePart[]
}

const cases: readonly StepCase[] = [
  ...runCases,
  ...stateCases,
  ...skipCases,
  ...staleCases,
  ...policyCases,
  ...graphCases,
  ...endingCases,
  ...outputCases,
  ...sharingCases,
  ...runnerCases,
]

/**
 * Registers the tests of what runs of step workflows do over state of one medium: whoever writes a store of records learns
 * whether steps can be kept by it.
 *
 * @example
 * stepRunnerSuite({ name: 'memory', test, create: async () => {
 *   const records = createMemoryRecords()
 *   const clock = createManualClock()
 *   return { clock, open: (name, mutable) => createRecordState({ records, name, mutable, clock }) }
 * } })
 */
export function stepRunnerSuite({ name, test, without = [], create }: StepRunnerSuiteOptions): void {
  const isThere = !without.includes('reopen')
  test(`${name}: ${isThere ? 'offers' : 'leaves out'} reopen`, async () => {
    const { open, cleanup } = await create()
    await open('state', true).set('a', 1)
    const found = await open('state', true).has('a')
    await cleanup?.()
    assertEqual(found, isThere, 'what one object has set is there for another')
  })
  for (const one of cases) {
    if (one.needs?.some((part) => without.includes(part)) === true) continue
    test(`${name}: ${one.name}`, async () => {
      const { open, clock, cleanup } = await create()
      try {
        await one.run(new StepWork({ open, clock }))
      } finally {
        await cleanup?.()
      }
    })
  }
}
