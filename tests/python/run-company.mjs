// Runs the order company from its units, with the scripts of examples/run-a-workflow; people complete their tasks without data,
// services answer with the names of their operations. Prints as JSON what was completed, and the data at the end, for
// test_run_units.py: node run-company.mjs <specs> <process>
import { readFileSync } from 'node:fs'
import { cacheElementUnitsForWorkflow, createMemoryStore } from 'unitflow'
import {
  createBackend,
  createDecisionWorker,
  createActivityWorker,
  createManager,
  workUntilIdle,
} from 'unitflow/deciders'
import { comparisons, defineUnitWorkflow } from 'unitflow/deciders/units'
import { createMemoryRecords } from 'unitflow/records/memory'
import { SCRIPTS } from '../../examples/run-a-workflow/bindings.ts'

const [file, processId] = process.argv.slice(2)
const store = createMemoryStore()
await cacheElementUnitsForWorkflow(store, 'company', readFileSync(file))
const operations = ['http/GetRequest', 'http/PostRequest', 'archive/Store', 'mail/Send']
const services = operations.map((operation) => [operation, () => ({ operation })])
const workflow = await defineUnitWorkflow({
  name: 'company',
  store,
  cacheKey: 'company',
  processId,
  activities: { ...SCRIPTS, ...Object.fromEntries(services) },
  evaluate: comparisons,
})
const backend = createBackend({ records: createMemoryRecords() })
const manager = createManager({ backend, workflows: [workflow] })
const workers = [createDecisionWorker(manager), createActivityWorker(manager)]
const id = await manager.start(workflow, {})
for (;;) {
  await workUntilIdle(manager, workers)
  const [task] = await manager.waiting({ activity: workflow.human })
  if (task === undefined) break
  await manager.complete(workflow.human, task.token, {})
}
const { closed } = await manager.process(id)
const completed = await workflow.completed(manager, id)
console.log(JSON.stringify({ completed, result: closed?.result }))
