// What a step of a process costs (a decision and an activity): node bench/deciders.mjs, one table from one run.
//
// A process does ten activities in a row. `--quick` runs a tenth as many. The figures of pyworkflow's memory backend, of DBOS
// and of BullMQ that are wanted as multiples were measured elsewhere on two cores: docs/performance.md.
//
// The other rows: what a long history costs whoever decides, and what many open processes cost whoever polls; both as ratios of
// times in this run.
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
  startTimer,
} from 'unitflow/deciders'
import { createMemoryRecords } from 'unitflow/records/memory'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { createManualClock } from 'unitflow/testing'

const STEPS = 10
const few = process.argv.includes('--quick') ? 10 : 1

const step = defineActivity('work', async (number) => number)
const tenSteps = defineWorkflow({
  name: 'ten-steps',
  input: of(),
  activities: [step],
  decide(process) {
    const latest = process.latest(step)
    if (latest === undefined) return scheduleActivity(step, 1)
    if (latest.type !== 'completed') return []
    return latest.result === STEPS ? completeProcess() : scheduleActivity(step, latest.result + 1)
  },
})

/** Waits for a timer each, one a second, and then for the next. */
const waits = defineWorkflow({
  name: 'waits',
  input: of(),
  activities: [],
  decide: (process) => startTimer(process.input < 300 ? `${process.input + 1}s` : '30d'),
})

const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
const table = new Table({
  head: ['', 'unitflow', 'wanted'],
  colAligns: ['left', 'right', 'right'],
  style: { head: [], border: [], compact: true },
})
try {
  for (const [name, count, atOnce, wanted] of [
    ['activities a second: memory, one process after the other', 1000, 1, '>= 73,600'],
    ['memory, 300 processes at once', 1500, 300, '>= 76,000'],
  ]) {
    table.push([name, shown(await measure(createMemoryRecords(), count / few, atOnce)), wanted])
  }
  const records = createSqliteRecords({ path: join(folder, 'processes.db') })
  table.push(['SQLite, 64 processes at once', shown(await measure(records, 1280 / few, 64)), '>= 16,000'])

  const alone = createSqliteRecords({ path: join(folder, 'alone.db') })
  const [inMemory, onFile] = [await recordsAlone(createMemoryRecords(), 1), await recordsAlone(alone, 64)]
  table.push(['what the records alone allow: memory', shown(inMemory), ''])
  table.push(['SQLite, 64 at once; half of it is wanted', shown(onFile), ''])

  const { lastToFirst, catchUp } = await longHistory(10_000 / few)
  table.push([
    `the last decision of ${shown(10_000 / few)} activities, to the first`,
    lastToFirst.toFixed(2),
    '<= 1.5',
  ])
  table.push(['a cold worker catches up, ms', shown(catchUp), '< 1,000'])

  const [small, large] = [await manyTimers(1000), await manyTimers(100_000 / few)]
  table.push([
    `poll with ${shown(100_000 / few)} open processes, to 1,000`,
    (large.poll / small.poll).toFixed(2),
    '<= 2',
  ])
  table.push(['tick, the same', (large.tick / small.tick).toFixed(2), '<= 2'])
  table.push(['CPU of two idle workers, ms a second', (await idle()).toFixed(2), '0'])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`)
console.log(table.toString())

/** Activities a second, over processes of which so many are open at once. */
async function measure(records, count, atOnce) {
  const manager = createManager({ backend: createBackend({ records }), workflows: [tenSteps] })
  const end = work(manager)
  // Warm, as a process that goes on for days.
  await runAll(manager, Math.max(atOnce, 100), atOnce)
  const began = performance.now()
  await runAll(manager, count, atOnce)
  const seconds = (performance.now() - began) / 1000
  await end()
  await records.close()
  return (count * STEPS) / seconds
}

/**
 * Steps a second of a program that only reads and writes the records of a step: two transactions (a decision is complete and its
 * activity begins; an activity is complete and the next decision begins), each with the process's record read and written,
 * and one for its events.
 */
async function recordsAlone(records, atOnce) {
  const manager = createManager({ backend: createBackend({ records }), workflows: [tenSteps] })
  const end = work(manager)
  await runAll(manager, 1, 1)
  await end()
  const [process] = (await manager.list()).processes
  const stored = await records.transact((transaction) => transaction.get(['processes', process.id]))
  const events = (await manager.history(process.id)).slice(2, 5)
  let left = 0
  const runOn = async (name) => {
    for (let step = 0; left-- > 0; step++) {
      for (let part = 0; part < 2; part++) {
        await records.transact(async (transaction) => {
          await transaction.get(['processes', name])
          transaction.set(['processes', name], stored)
          transaction.set(['process_events', name, 2 * step + part], events)
        })
      }
    }
  }
  const runAllOn = () => Promise.all(Array.from({ length: atOnce }, (_, index) => runOn(`p${index}`)))
  left = 2000
  await runAllOn()
  const count = 20_000 / few
  left = count
  const began = performance.now()
  await runAllOn()
  const seconds = (performance.now() - began) / 1000
  await records.close()
  return count / seconds
}

function work(manager) {
  const stop = new AbortController()
  const workers = [createDecisionWorker(manager), createActivityWorker(manager, { concurrency: 1000 })].map(
    (worker) => worker.run({ signal: stop.signal }),
  )
  return async () => {
    stop.abort()
    await Promise.all(workers)
  }
}

async function runAll(manager, count, atOnce) {
  let left = count
  const runOn = async () => {
    while (left-- > 0) await manager.result(await manager.start(tenSteps, null))
  }
  await Promise.all(Array.from({ length: atOnce }, runOn))
}

/** One process of so many activities: each decision is timed, then a worker that has seen nothing of it decides. */
async function longHistory(count) {
  const times = []
  let began
  const long = defineWorkflow({
    name: 'long',
    input: of(),
    activities: [step],
    decide(process) {
      const latest = process.latest(step)
      if (latest !== undefined && latest.type !== 'completed') return []
      const next = (latest?.result ?? 0) + 1
      return next > count ? [] : scheduleActivity(step, next)
    },
  })
  const backend = createBackend({ records: createMemoryRecords() })
  const manager = createManager({ backend, workflows: [long] })
  const [decisions, activities] = [createDecisionWorker(manager), createActivityWorker(manager)]
  const id = await manager.start(long, null)
  do {
    began = performance.now()
    if (!(await decisions.step())) break
    times.push(performance.now() - began)
  } while ((await activities.step()) || times.length <= count)
  await manager.signal(id, 'again')
  began = performance.now()
  await createDecisionWorker(manager).step()
  const catchUp = performance.now() - began
  // Those at the very beginning are of code that is not compiled yet.
  const tenth = Math.floor(times.length / 10)
  return { lastToFirst: median(times.slice(-tenth)) / median(times.slice(tenth, 2 * tenth)), catchUp }
}

/** What a poll that finds one decision, and a tick that finds one timer, take (ms) where so many processes wait for timers. */
async function manyTimers(count) {
  const clock = createManualClock()
  const backend = createBackend({ records: createMemoryRecords(), clock })
  const manager = createManager({ backend, workflows: [waits], clock })
  const decisions = createDecisionWorker(manager)
  for (let started = 0; started < count;) {
    for (let each = 0; each < 500; each++, started++) await manager.start(waits, started)
    while (await decisions.step());
  }
  const [poll, tick] = [[], []]
  for (let round = 0; round < 200; round++) {
    await clock.advance(1000)
    tick.push(await timed(() => backend.tick()))
    poll.push(await timed(() => decisions.step()))
  }
  return { poll: median(poll), tick: median(tick) }
}

async function timed(act) {
  const began = performance.now()
  await act()
  return performance.now() - began
}

/** CPU time (ms) that workers take in a second in which there is nothing to do. */
async function idle() {
  const records = createSqliteRecords({ path: join(folder, 'idle.db') })
  const manager = createManager({ backend: createBackend({ records }), workflows: [tenSteps] })
  const end = work(manager)
  await runAll(manager, 1, 1)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const before = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, 5000))
  const { user, system } = process.cpuUsage(before)
  await end()
  await records.close()
  return (user + system) / 1000 / 5
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

function shown(number) {
  return Math.round(number).toLocaleString('en')
}
