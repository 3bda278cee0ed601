// What an element of a run costs: node bench/units.mjs, one table from one run. `--quick` runs a tenth as many.
//
// A process is a chain of tasks. Beside it runs bpmn-engine, what a user would take who wants BPMN to run in JavaScript; its
// tasks are deferred, since a chain of 304 that are not overflows its stack.
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers'
import { Engine } from 'bpmn-engine'
import Table from 'cli-table3'
import { cacheElementUnitsForWorkflow, createMemoryStore } from 'unitflow'
import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  defineActivity,
  workUntilIdle,
} from 'unitflow/deciders'
import { comparisons, defineUnitWorkflow } from 'unitflow/deciders/units'
import { createMemoryRecords } from 'unitflow/records/memory'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { chainSpecs, chainXml } from './workflows/chain.mjs'
import { generateWorkflow } from './workflows/generate-workflow.mjs'

/** What does the tasks. */
const KINDS = {
  plain: 'tasks that nothing is bound to',
  function: 'functions',
  activity: 'durable activities',
}

const few = process.argv.includes('--quick') ? 10 : 1
const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
try {
  const rates = tableOf('elements/s, records in memory', 'unitflow', 'bpmn-engine', 'ratio', 'wanted')
  const beside = await bpmnEngine(1000, Math.ceil(5 / few))
  const runs = { plain: 50, function: 50, activity: 5 }
  for (const [kind, name] of Object.entries(KINDS)) {
    const rate = await chained(kind, 1000, Math.ceil(runs[kind] / few))
    // What is beside it keeps nothing; activities are durable each by itself.
    const wanted = kind === 'activity' ? '' : '>= 20'
    rates.push([`1,000 ${name}`, shown(rate), shown(beside), (rate / beside).toFixed(1), wanted])
  }
  console.log(rates.toString())

  const lengths = tableOf('us an element', '100 tasks', '100,000 tasks', 'ratio', 'wanted')
  for (const kind of ['plain', 'function']) {
    const [short, long] = [await chained(kind, 100, Math.ceil(500 / few)), await chained(kind, 100_000, 1)]
    lengths.push([
      KINDS[kind],
      (1e6 / short).toFixed(1),
      (1e6 / long).toFixed(1),
      (short / long).toFixed(2),
      '<= 1.5',
    ])
  }
  console.log(lengths.toString())

  const waiting = tableOf('waits at task 500 of 1,000', 'unitflow', 'bpmn-engine', 'ratio', 'wanted')
  const theirs = await bpmnEngineWaiting(1000, Math.ceil(5 / few))
  for (const kind of Object.keys(KINDS)) {
    const { bytes, history, ms } = await waitingInHalf(kind, 1000, Math.ceil(20 / few))
    waiting.push([
      `bytes stored, without the history (${shown(history)}): ${KINDS[kind]}`,
      shown(bytes),
      shown(theirs.bytes),
      (bytes / theirs.bytes).toFixed(3),
      '<= 0.1',
    ])
    waiting.push([
      `ms to recover: ${KINDS[kind]}`,
      ms.toFixed(1),
      theirs.ms.toFixed(1),
      (ms / theirs.ms).toFixed(3),
      '<= 0.05',
    ])
  }
  console.log(waiting.toString())

  const read = tableOf('bytes of specs read', 'the whole, minified', 'until a person', 'ratio', 'units')
  for (const row of await readUntilPerson()) read.push(row)
  console.log(read.toString())
  console.log(`${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.version}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function tableOf(...head) {
  return new Table({ head, style: { head: [], border: [] } })
}

function shown(number) {
  return Math.round(number).toLocaleString('en')
}

async function workflowOf(kind, tasks, { person, store = createMemoryStore(), check = true } = {}) {
  if (check) await cacheElementUnitsForWorkflow(store, 'chain', chainSpecs(tasks, person))
  const next = ({ data }) => ({ n: (data.n ?? 0) + 1 })
  const bound = kind === 'function' ? next : defineActivity('next', async (task) => next(task))
  const activities =
    kind === 'plain'
      ? {}
      : Object.fromEntries(
          Array.from({ length: tasks }, (_, at) => [`task_${at}`, bound]).filter((_, at) => at !== person),
        )
  const workflow = await defineUnitWorkflow({
    name: 'chain',
    store,
    cacheKey: 'chain',
    processId: 'chain',
    activities,
    evaluate: comparisons,
    check,
  })
  return { workflow, store }
}

/** Elements a second, start and end events included. */
async function chained(kind, tasks, runs) {
  const { workflow } = await workflowOf(kind, tasks)
  const manager = createManager({
    backend: createBackend({ records: createMemoryRecords() }),
    workflows: [workflow],
  })
  const stop = new AbortController()
  const workers = [createDecisionWorker(manager), createActivityWorker(manager, { concurrency: 8 })].map(
    (worker) => worker.run({ signal: stop.signal }),
  )
  const once = async () => {
    const outcome = await manager.result(await manager.start(workflow, {}))
    if (outcome.status !== 'completed' || (kind !== 'plain' && outcome.result.n !== tasks))
      throw new Error(JSON.stringify(outcome))
  }
  await once()
  const begin = performance.now()
  for (let run = 0; run < runs; run++) await once()
  const seconds = (performance.now() - begin) / 1000
  stop.abort()
  await Promise.all(workers)
  return (runs * (tasks + 2)) / seconds
}

async function bpmnEngine(tasks, runs) {
  const source = chainXml(tasks)
  const once = async () => {
    const engine = new Engine({ name: 'chain', source })
    await engine.getDefinitions()
    const begin = performance.now()
    await new Promise((resolve, reject) => {
      engine.once('end', resolve)
      engine.once('error', reject)
      engine.execute({ services: { defer: (_, done) => setImmediate(done) } })
    })
    return performance.now() - begin
  }
  await once()
  let spent = 0
  for (let run = 0; run < runs; run++) spent += await once()
  return (runs * (tasks + 2)) / (spent / 1000)
}

/** What a process takes that waits for a person in its middle, and how long it takes to know again where it is. */
async function waitingInHalf(kind, tasks, times) {
  const half = tasks / 2
  const path = join(folder, `${kind}.db`)
  const records = createSqliteRecords({ path })
  const { workflow, store } = await workflowOf(kind, tasks, { person: half })
  const manager = createManager({ backend: createBackend({ records }), workflows: [workflow] })
  const stop = new AbortController()
  const workers = [createDecisionWorker(manager), createActivityWorker(manager, { concurrency: 8 })].map(
    (worker) => worker.run({ signal: stop.signal }),
  )
  const id = await manager.start(workflow, {})
  while ((await manager.waiting({ activity: workflow.human })).length === 0)
    await new Promise((go) => setTimeout(go, 20))
  stop.abort()
  await Promise.all(workers)
  let ms = Infinity
  for (let time = 0; time < times; time++) {
    const again = createSqliteRecords({ path })
    const fresh = await workflowOf(kind, tasks, { person: half, store, check: false })
    const other = createManager({ backend: createBackend({ records: again }), workflows: [fresh.workflow] })
    const begin = performance.now()
    const active = await other.active(id)
    ms = Math.min(ms, performance.now() - begin)
    if (active.length !== 1 || active[0] !== `task_${half}`) throw new Error(JSON.stringify(active))
    await again.close()
  }
  await records.close()
  return { ...bytesIn(path), ms }
}

function bytesIn(path) {
  const database = new DatabaseSync(path)
  let [bytes, history] = [0, 0]
  const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all()
  for (const { name } of tables) {
    const columns = database
      .prepare(`PRAGMA table_info("${name}")`)
      .all()
      .map((column) => column.name)
    if (!columns.includes('value')) continue
    const { sum } = database
      .prepare(`SELECT coalesce(sum(length(key) + length(value)), 0) AS sum FROM "${name}"`)
      .get()
    if (name.includes('event') || name.includes('histor')) history += sum
    else bytes += sum
  }
  database.close()
  return { bytes, history }
}

/** The same of bpmn-engine: its state as JSON, and how long it takes to go on from that to where it waits. */
async function bpmnEngineWaiting(tasks, times) {
  const source = chainXml(tasks, tasks / 2)
  const execute = { services: { defer: (_, done) => setImmediate(done) } }
  const engine = new Engine({ name: 'chain', source })
  const listener = new EventEmitter()
  await new Promise((resolve, reject) => {
    listener.once('activity.wait', resolve)
    engine.once('error', reject)
    engine.execute({ ...execute, listener })
  })
  const state = JSON.stringify(await engine.getState())
  await engine.stop()
  let ms = Infinity
  for (let time = 0; time < times; time++) {
    const again = new EventEmitter()
    const begin = performance.now()
    const other = new Engine({ name: 'chain' }).recover(JSON.parse(state))
    const waits = new Promise((resolve) => again.once('activity.wait', resolve))
    await other.resume({ ...execute, listener: again })
    await waits
    ms = Math.min(ms, performance.now() - begin)
    await other.stop()
  }
  return { bytes: Buffer.byteLength(state), ms }
}

/** Two workflows, until the first task of a person waits; scripts set nothing, and of its ways the larger takes the first. */
async function readUntilPerson() {
  const company = new URL('../examples/workflows/order-company.c.json', import.meta.url)
  const real = generateWorkflow({ processes: 37, shape: 'real', pretty: true })
  const workflows = [
    { name: 'one of the shape of a real one, 738 KB', text: real, evaluate: () => true },
    { name: 'the order company', text: await readFile(company, 'utf8'), evaluate: comparisons },
  ]
  const rows = []
  for (const { name, text, evaluate } of workflows) {
    const store = createMemoryStore()
    const { processes } = await cacheElementUnitsForWorkflow(store, 'w', text)
    const read = []
    const options = {
      name: 'w',
      store,
      cacheKey: 'w',
      processId: JSON.parse(text).spec.name,
      evaluate,
    }
    const { unbound } = await defineUnitWorkflow(options)
    const activities = Object.fromEntries(unbound.map(({ element }) => [element, () => ({})]))
    const onUnit = (unit) => read.push(unit)
    const workflow = await defineUnitWorkflow({ ...options, activities, check: false, onUnit })
    const manager = createManager({
      backend: createBackend({ records: createMemoryRecords() }),
      workflows: [workflow],
    })
    const id = await manager.start(workflow, {})
    await workUntilIdle(manager, [createDecisionWorker(manager)])
    if ((await manager.active(id)).length === 0) throw new Error(`${name}: nobody is waited for`)
    const whole = processes.reduce((sum, { bytes }) => sum + bytes, 0)
    const bytes = read.reduce((sum, unit) => sum + unit.bytes, 0)
    rows.push([name, shown(whole), shown(bytes), (bytes / whole).toFixed(2), read.length])
  }
  return rows
}
