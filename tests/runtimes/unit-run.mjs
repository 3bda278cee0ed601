// A run of units that must come to the same in every runtime: defined, started, gone on with by a person, completed. Only
// `unitflow` and what all runtimes have.
import { cacheElementUnitsForWorkflow, createMemoryStore } from 'unitflow'
import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  workUntilIdle,
} from 'unitflow/deciders'
import { comparisons, defineUnitWorkflow } from 'unitflow/deciders/units'
import { createMemoryRecords } from 'unitflow/records/memory'

/** The scripts of `Order`, as far as a refused order gets. */
const ACTIVITIES = {
  Register_Order: ({ data }) => ({ order: { number: 'O-1', total: data.total } }),
  'Approve_Payment:prescript': () => ({ approval: { decision: 'approve' } }),
  Cancel_Order: ({ data }) => ({ order: { ...data.order, state: 'cancelled' } }),
}

/**
 * @param {string} specs the example company
 * @returns what the run was at, what it has read, completed and come to: plain JSON
 */
export async function unitRun(specs) {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'orders', specs)
  const read = []
  const workflow = await defineUnitWorkflow({
    name: 'orders',
    store,
    cacheKey: 'orders',
    processId: 'Order',
    activities: ACTIVITIES,
    evaluate: comparisons,
    onUnit: ({ processId, bytes }) => read.push([processId, bytes]),
  })
  const manager = createManager({
    backend: createBackend({ records: createMemoryRecords() }),
    workflows: [workflow],
  })
  const workers = [createDecisionWorker(manager), createActivityWorker(manager)]
  const id = await manager.start(workflow, { total: 120 }, { id: 'order-1' })
  await workUntilIdle(manager, workers)
  const active = await manager.active(id)
  const [task] = await manager.waiting({ activity: workflow.human })
  await manager.complete(workflow.human, task.token, { approval: { decision: 'reject' } })
  await workUntilIdle(manager, workers)
  return {
    unbound: workflow.unbound.length,
    active,
    task: task.input,
    read,
    completed: await workflow.completed(manager, id),
    result: await manager.result(id),
  }
}
