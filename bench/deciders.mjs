// What a step of a process costs (a decision and an activity): node bench/deciders.mjs, one table from one run.
//
// A process does ten activities in a row. `--quick` runs a tenth as many. The figures of pyworkflow's memory backend, of DBOS
// and of BullMQ that are wanted as multiples were measured elsewhere on two cores: docs/performance.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import {
  completeProcess,
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  defineActivity,
  defineWorkflow,
  of,
  scheduleActivity,
} from 'unitflow/deciders'
import { createMemoryRecords } from 'unitflow/records/memory'
import { createSqliteRecords } from 'unitflow/records/sqlite'

const STEPS = 10
const few = process.argv.includes('--quick') ? 10 : 1

const work = defineActivity('work', async (number) => number)
const tenSteps = defineWorkflow({
  name: 'ten-steps',
  input: of(),
  activities: [work],
  decide(process) {
    const latest = process.latest(work)
    if (latest === undefined) return scheduleActivity(work, 1)
    if (latest.type !== 'completed') return []
    return latest.result === STEPS ? completeProcess() : scheduleActivity(work, latest.result + 1)
  },
})

const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
const table = new Table({
  head: ['activities a second', 'unitflow', 'wanted'],
  colAligns: ['left', 'right', 'right'],
  style: { head: [], border: [], compact: true },
})
try {
  const memory = [
    ['memory, one process after the other', 1000, 1, '>= 73,600'],
    ['memory, 300 processes at once', 900, 300, '>= 76,000'],
  ]
  for (const [name, count, atOnce, wanted] of memory) {
    table.push([name, shown(await measure(createMemoryRecords(), count / few, atOnce)), wanted])
  }
  const records = createSqliteRecords({ path: join(folder, 'processes.db') })
  table.push(['SQLite, 64 processes at once', shown(await measure(records, 640 / few, 64)), '>= 16,000'])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`)
console.log(table.toString())

/** Activities a second, over processes of which so many are open at once. */
async function measure(records, count, atOnce) {
  const manager = createManager({ backend: createBackend({ records }), workflows: [tenSteps] })
  const stop = new AbortController()
  const workers = [createDecisionWorker(manager), createActivityWorker(manager, { concurrency: 64 })].map(
    (worker) => worker.run({ signal: stop.signal }),
  )
  // Warm, as a process that goes on for days.
  await runAll(manager, atOnce, atOnce)
  const began = performance.now()
  await runAll(manager, count, atOnce)
  const seconds = (performance.now() - began) / 1000
  stop.abort()
  await Promise.all(workers)
  await records.close()
  return (count * STEPS) / seconds
}

async function runAll(manager, count, atOnce) {
  let left = count
  const runOn = async () => {
    while (left-- > 0) await manager.result(await manager.start(tenSteps, null))
  }
  await Promise.all(Array.from({ length: atOnce }, runOn))
}

function shown(number) {
  return Math.round(number).toLocaleString('en')
}
