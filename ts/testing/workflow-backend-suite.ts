import type { ManualClock } from '../clock/index.js'
import type { WorkflowBackend } from '../deciders/backend/index.js'
import { activityCases } from './workflow-backend/activity-cases.js'
import type { BackendCase } from './workflow-backend/case.js'
import { BackendWork } from './workflow-backend/case.js'
import { decisionCases } from './workflow-backend/decision-cases.js'
import { forkCases } from './workflow-backend/fork-cases.js'
import { limitCases } from './workflow-backend/limit-cases.js'
import { processCases } from './workflow-backend/process-cases.js'
import { waitCases } from './workflow-backend/wait-cases.js'

/** A backend for one test, with nothing in it, and the clock that it goes by. */
export interface WorkflowBackendFixture {
  readonly backend: WorkflowBackend
  readonly clock: ManualClock
  /** Removes what it was made of. The suite has closed the backend by then. */
  readonly cleanup?: () => Promise<void>
}

/** How {@link workflowBackendSuite} is told about a backend and a test runner. */
export interface WorkflowBackendSuiteOptions {
  /** Stands before the name of every test. */
  readonly name: string
  /** Makes a backend for one test. */
  create(): Promise<WorkflowBackendFixture>
  /** Registers a test: the `test` of vitest, `node:test`, Deno, Bun, or any function of this shape. */
  readonly test: (name: string, run: () => Promise<void>) => unknown
}

const cases: readonly BackendCase[] = [
  ...processCases,
  ...decisionCases,
  ...activityCases,
  ...limitCases,
  ...waitCases,
  ...forkCases,
]

/**
 * Registers the conformance tests of the `WorkflowBackend` contract for one backend.
 *
 * @example
 * import { test } from 'vitest'
 * import { createManualClock, workflowBackendSuite } from 'unitflow/testing'
 *
 * const create = async () => {
 *   const clock = createManualClock()
 *   return { clock, backend: createBackend({ records: createMemoryRecords(), clock }) }
 * }
 * workflowBackendSuite({ name: 'memory', test, create })
 */
export function workflowBackendSuite(options: WorkflowBackendSuiteOptions): void {
  const { name, test } = options
  for (const one of cases) {
    test(`${name}: ${one.name}`, async () => {
      const { backend, clock, cleanup } = await options.create()
      try {
        await one.run(new BackendWork({ backend, clock }))
      } finally {
        await backend.close()
        await cleanup?.()
      }
    })
  }
}
