// Decides on runs of units, and does their activities, over one SQLite file and one folder of units, until it is killed or
// told to stop.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createFilesystemStore,
  createManager,
  createSqliteRecords,
} from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'
import { defineUnits } from '../unit-workflows.mjs'

await actor(async ({ folder, name, seed }) => {
  const random = seeded(seed, name)
  const log = join(folder, `${name}.log`)
  const workflows = await defineUnits(
    createFilesystemStore({ root: join(folder, 'units') }),
    async ({ element }, { processId: process, idempotencyKey: key }) => {
      if (random.chance(0.3)) await pause(random.next() ** 3 * 50)
      appendFileSync(log, `${JSON.stringify({ process, element, key })}\n`)
    },
    name,
  )
  const backend = createBackend({ records: createSqliteRecords({ path: join(folder, 'processes.db') }) })
  const manager = createManager({ backend, workflows: Object.values(workflows) })
  const options = { identity: name, concurrency: random.between(2, 12) }
  const workers = [
    // What it remembers of runs comes and goes.
    createDecisionWorker(manager, { ...options, remembered: random.pick([1, 20, 1000]) }),
    createActivityWorker(manager, options),
  ]
  const { signal } = new AbortController()
  const running = Promise.all(workers.map((worker) => worker.run({ signal })))
  // What fails there fails here.
  return () => Promise.race([running, pause(50)])
})
