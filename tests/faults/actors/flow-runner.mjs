// Runs flows over one SQLite file, until it is killed or told to stop.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import { createFlowRunner, createSqliteRecords } from '../package-under-test.mjs'
import { append, loggedWork, parcelFlows } from '../parcel-flows.mjs'
import { seeded } from '../seeded.mjs'

await actor(async ({ folder, owner, concurrency, lease, seed }, say) => {
  const tokens = new Map()
  const work = loggedWork({
    ...{ owner, random: seeded(seed, owner) },
    logOf: (execution) => join(folder, `${execution}.log`),
    tokenOf: (execution) => tokens.get(execution),
  })
  const runner = createFlowRunner({
    records: createSqliteRecords({ path: join(folder, 'flows.db') }),
    flows: parcelFlows(work),
    ...{ owner, concurrency, lease },
  })
  runner.onEvents(({ execution, events }) => {
    for (const event of events) {
      if (event.type === 'flow-started') tokens.set(execution.id, event.token)
      if (event.type === 'task-completed')
        append(join(folder, `${owner}.told`), { execution: execution.id, event })
    }
  })
  const { signal } = new AbortController()
  const running = runner.work({ signal })
  await say({ type: 'pid', pid: process.pid })
  // What fails there fails here.
  return () => Promise.race([running, pause(50)])
})
