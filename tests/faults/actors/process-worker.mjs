// Decides and does activities over one SQLite file, until it is killed or told to stop.
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import { order } from '../order-workflow.mjs'
import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  createSqliteRecords,
} from '../package-under-test.mjs'

await actor(async ({ path, name }) => {
  const backend = createBackend({ records: createSqliteRecords({ path }) })
  const manager = createManager({ backend, workflows: [order] })
  const decisions = createDecisionWorker(manager, { identity: name, concurrency: 4 })
  const activities = createActivityWorker(manager, { identity: name, concurrency: 4 })
  return async () => {
    const [decided, did] = await Promise.all([decisions.step(), activities.step()])
    if (!decided && !did) await pause(5)
  }
})
