// What a task of a flow costs: node bench/flows.mjs, one table from one run. A flow has five trivial tasks, and is scheduled
// and run in the time that is measured. `--quick` runs a tenth as many.
//
// ebbs-and-flows' own figures (13,400 tasks a second in memory, 315 to 396 in its file) were measured elsewhere, on two cores;
// the wanted ones are multiples of them. What the records alone allow is a program that only makes the same transactions with
// records of the same keys and about the same size.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { createFlowRunner, defineFlow, defineTask, of, readFlows } from 'unitflow/flows'
import { createMemoryRecords } from 'unitflow/records/memory'
import { createSqliteRecords } from 'unitflow/records/sqlite'

const few = process.argv.includes('--quick') ? 10 : 1
const TASKS = 5

/** Each adds one to what the one before has given. */
const five = defineFlow(
  'five',
  Array.from({ length: TASKS }, (_, at) =>
    defineTask({
      name: `task-${at + 1}`,
      inputs: { [`v${at}`]: of() },
      outputs: { [`v${at + 1}`]: of() },
      run: (inputs) => ({ [`v${at + 1}`]: inputs[`v${at}`] + 1 }),
    }),
  ),
)

const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
const open = {
  memory: createMemoryRecords,
  SQLite: (name) => createSqliteRecords({ path: join(folder, name) }),
}
const table = new Table({
  head: ['tasks a second', 'unitflow', 'records alone', 'ratio', 'wanted'],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
})
try {
  for (const [kind, name, flows, atOnce, wanted] of [
    ['memory', 'one flow after the other', 20_000, 1, '>= 134,000'],
    ['memory', '64 at once', 20_000, 64, ''],
    ['SQLite', 'durable, one after the other', 400, 1, '>= 3,150'],
    ['SQLite', 'durable, 64 at once', 6_400, 64, '>= 31,500'],
  ]) {
    const ours = await measure(open[kind](`ours-${atOnce}.db`), flows / few, atOnce)
    const alone = await recordsAlone(open[kind](`alone-${atOnce}.db`), flows / few, atOnce)
    table.push([`${kind}: ${name}`, shown(ours), shown(alone), (ours / alone).toFixed(2), wanted])
  }
  for (const kind of ['memory', 'SQLite']) {
    const { run, list } = await manyExecutions(open[kind]('many.db'), 100, 100_000 / few)
    const of = `${kind}: with ${shown(100_000 / few)} executions, to 100`
    table.push([`${of}: schedule and run one`, run.toFixed(2), '', '', '<= 2'])
    table.push([`${of}: list a page`, list.toFixed(2), '', '', '<= 2'])
  }
  console.log(table.toString())
  console.log(`Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Tasks a second. */
async function measure(records, flows, atOnce) {
  const runner = createFlowRunner({ records, flows: [five] })
  const go = async (count) => {
    let left = count
    const one = async () => {
      while (left-- > 0) {
        await runner.schedule(five, { v0: 0 })
        await runner.run()
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
  }
  await go(Math.min(1000, flows / 2))
  const begin = performance.now()
  await go(flows)
  const rate = (flows * TASKS) / ((performance.now() - begin) / 1000)
  runner.close()
  await records.close()
  return rate
}

/** The transactions of such a flow, and nothing else: one to schedule, one to take, one a task. */
async function recordsAlone(records, flows, atOnce) {
  const head = { id: 'x'.repeat(36), more: 'x'.repeat(480) }
  const event = [{ type: 'task-completed', more: 'x'.repeat(220) }]
  let next = 0
  const one = async () => {
    const id = `flow-${next++}`
    await records.transact((transaction) => {
      transaction.set(['flow_executions', id], head)
      transaction.set(['flow_history', id, 1], event)
      transaction.set(['flow_waiting', 'five', next, id], 0)
      transaction.set(['flow_list', 'five', 'open', next, id], 0)
    })
    await records.transact(async (transaction) => {
      await transaction.scan({ from: ['flow_waiting', 'five'], limit: 1 })
      await transaction.get(['flow_executions', id], { shared: true })
      transaction.set(['flow_executions', id], head)
      transaction.delete(['flow_waiting', 'five', next, id])
      transaction.set(['flow_leases', next, id], 0)
    })
    for (let task = 1; task <= TASKS; task++) {
      await records.transact(async (transaction) => {
        await transaction.get(['flow_executions', id], { shared: true })
        transaction.set(['flow_history', id, task + 1], event)
        if (task < TASKS) return
        transaction.set(['flow_executions', id], head)
        transaction.delete(['flow_leases', next, id])
        transaction.delete(['flow_list', 'five', 'open', next, id])
        transaction.set(['flow_list', 'five', 'completed', next, id], 0)
      })
    }
  }
  const go = async (count) => {
    let left = count
    const many = async () => {
      while (left-- > 0) await one()
    }
    await Promise.all(Array.from({ length: atOnce }, many))
  }
  await go(Math.min(1000, flows / 2))
  const begin = performance.now()
  await go(flows)
  const rate = (flows * TASKS) / ((performance.now() - begin) / 1000)
  await records.close()
  return rate
}

/** What one execution, and a page of a list, cost with many in the store, as multiples of what they cost with few. */
async function manyExecutions(records, few, many) {
  const runner = createFlowRunner({ records, flows: [five], concurrency: 64 })
  const reader = readFlows(records)
  let count = 0
  const fill = async (until) => {
    while (count < until) {
      const some = Math.min(2000, until - count)
      // Half of them have ended, the others wait for a later time.
      await Promise.all(
        Array.from({ length: some }, (_, at) =>
          runner.schedule(five, { v0: 0 }, at % 2 === 0 ? {} : { delay: '30d' }),
        ),
      )
      await runner.runUntilIdle()
      count += some
    }
  }
  const times = async (work) => {
    const samples = []
    for (let at = 0; at < 200; at++) {
      const begin = performance.now()
      await work()
      samples.push(performance.now() - begin)
    }
    return samples.sort((a, b) => a - b)[100]
  }
  const cost = async () => {
    const run = async () => {
      await runner.schedule(five, { v0: 0 })
      await runner.run()
    }
    await times(run)
    await times(() => reader.list({ status: 'completed', limit: 50, reverse: true }))
    return {
      run: await times(run),
      list: await times(() => reader.list({ status: 'completed', limit: 50, reverse: true })),
    }
  }
  await fill(few)
  const before = await cost()
  await fill(many)
  const after = await cost()
  runner.close()
  await records.close()
  return { run: after.run / before.run, list: after.list / before.list }
}

function shown(number) {
  return Math.round(number).toLocaleString('en')
}
