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

await actor(async ({ path, name, concurrency = 4, isStepping = false }) => {
  const backend = createBackend({ records: createSqliteRecords({ path }) })
  const manager = createManager({ backend, workflows: [order] })
  const options = { identity: name, concurrency }
  const workers = [createDecisionWorker(manager, options), createActivityWorker(manager, options)]
  if (!isStepping) {
    const { signal } = new AbortController()
    const running = Promise.all(workers.map((worker) => worker.run({ signal })))
    // What fails there fails here.
    return () => Promise.race([running, pause(50)])
  }
  return async () => {
    const found = await Promise.all(workers.map((worker) => worker.step()))
    if (!found.includes(true)) await pause(5)
  }
})
