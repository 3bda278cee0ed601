import { expect } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import type { ManualClock } from '../../../../ts/clock/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import type { AnyWorkflow } from '../../../../ts/deciders/definitions/index.js'
import {
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import type {
  ActivityWorker,
  ActivityWorkerOptions,
  DecisionWorker,
  Manager,
} from '../../../../ts/deciders/manager/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { brokenRules } from '../history/order-rules.js'

/** A manager, and a worker of each kind. */
export interface Work {
  readonly clock: ManualClock
  readonly backend: WorkflowBackend
  readonly manager: Manager
  readonly decisions: DecisionWorker
  readonly activities: ActivityWorker
  /** Until nobody has anything to do. */
  readonly settle: () => Promise<void>
  /** Of the events of a process, all of whose history keeps to the rules. */
  readonly types: (id: string) => Promise<string[]>
}

/** A manager over a backend of its own, with a worker of each kind; time stands still. */
export function work(workflows: readonly AnyWorkflow[], options?: ActivityWorkerOptions): Work {
  const clock = createManualClock(1_800_000_000_000)
  const backend = createBackend({ records: createMemoryRecords(), clock })
  const manager = createManager({ backend, workflows, clock })
  const decisions = createDecisionWorker(manager, { identity: 'decider' })
  const activities = createActivityWorker(manager, { identity: 'worker', ...options })
  const settle = async (): Promise<void> => {
    while ((await decisions.step()) || (await activities.step()));
  }
  const types = async (id: string): Promise<string[]> => {
    const history = await backend.history(id)
    expect(brokenRules(history)).toEqual([])
    return history.map((event) => (event.type === 'activity' ? `activity ${event.result.type}` : event.type))
  }
  return { clock, backend, manager, decisions, activities, settle, types }
}
