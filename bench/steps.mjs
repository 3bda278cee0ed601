// What a step costs: node bench/steps.mjs, one table from one run. `--quick` runs a tenth as many.
//
// A workflow is a chain of trivial steps: each adds one to what the one before has given. A cold run has an input that none
// before had, a warm one the same as before. Beside it runs p-memoize over the SHA-256 of JSON: what a user would take who
// wants no more than not to compute twice. pyswark.workflow's own figures (61,000 cold and 200,000 warm in memory, 13 with
// SQLite) were measured elsewhere, on two cores; the wanted ones follow from them.
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import Table from 'cli-table3'
import pMemoize from 'p-memoize'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import {
  createMemoryCache,
  createRecordState,
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
  fingerprint,
  of,
} from 'unitflow/steps'

const few = process.argv.includes('--quick') ? 10 : 1
const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
let files = 0
const open = {
  memory: () => createState({ v0: 0 }, { mutable: true }),
  SQLite: () =>
    createRecordState({
      records: createSqliteRecords({ path: join(folder, `${++files}.db`) }),
      name: 'bench',
      mutable: true,
    }),
}

const rates = tableOf('steps a second', 'unitflow', 'p-memoize', 'ratio', 'wanted')
const times = tableOf('', 'measured', 'beside it', 'ratio', 'wanted')
try {
  for (const steps of [10, 100]) {
    const runs = 200_000 / steps / few
    const beside = { cold: await memoized(steps, runs, true), warm: await memoized(steps, runs, false) }
    const ours = await chained('memory', steps, runs)
    for (const kind of ['cold', 'warm']) {
      rates.push([
        `memory: ${steps} steps, ${kind}`,
        shown(ours[kind]),
        shown(beside[kind]),
        (ours[kind] / beside[kind]).toFixed(2),
        '>= 1',
      ])
    }
  }
  for (const steps of [10, 100]) {
    const { cold, warm } = await chained('SQLite', steps, 20_000 / steps / few)
    rates.push([`SQLite, durable: ${steps} steps, cold`, shown(cold), '', '', '>= 13,000'])
    rates.push([
      `SQLite, durable: ${steps} steps, warm`,
      shown(warm),
      '',
      `${(warm / cold).toFixed(1)} x cold`,
      '>= 20 x',
    ])
  }
  for (const steps of [10, 100]) {
    const cache = createMemoryCache()
    const { cold } = await chained('SQLite', steps, 20_000 / steps / few, { cache })
    rates.push([
      `SQLite, durable, older results in memory: ${steps} steps, cold`,
      shown(cold),
      '',
      '',
      '>= 13,000',
    ])
  }
  console.log(rates.toString())
  for (const kind of ['memory', 'SQLite']) {
    for (const steps of [100, 1000, 10_000]) {
      const { plan, run, unchanged, ran } = await oneChanged(kind, steps)
      const of = `${kind}: ${shown(steps)} steps, one of their inputs changed`
      times.push([`${of}: plan`, ms(plan), '', '', steps === 10_000 ? '< 50 ms' : ''])
      times.push([
        `${of}: run (${ran} ran)`,
        ms(run),
        ms(unchanged),
        (run / unchanged).toFixed(2),
        'beside: none changed',
      ])
    }
  }
  for (const [name, bytes, wanted] of [
    ['5 KB', 5_000, '<= 0.030 ms'],
    ['350 KB', 350_000, '<= 1'],
  ]) {
    const { ours, beside } = await fingerprints(bytes)
    times.push([
      `fingerprint of a value of ${name}`,
      ms(ours),
      ms(beside),
      (ours / beside).toFixed(2),
      wanted,
    ])
  }
  console.log(times.toString())
  console.log('beside a fingerprint: canonicalize (RFC 8785) and crypto.hash')
  console.log(`Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function chain(steps) {
  return createStepWorkflow(
    Array.from({ length: steps }, (_, at) =>
      defineStep({
        model: defineModel({
          name: `Add${at}`,
          inputs: { n: of() },
          outputs: { m: of() },
          run: ({ n }) => ({ m: n + 1 }),
        }),
        inputs: { n: `v${at}` },
        outputs: { m: `v${at + 1}` },
      }),
    ),
  )
}

/** Steps a second, of runs one after the other. */
async function chained(kind, steps, runs, options) {
  const state = open[kind]()
  const runner = createRunner({ workflow: chain(steps), state, ...options })
  let input = 0
  // What is measured is the run: an input is set before.
  const cold = async () => {
    await state.set('v0', (input += 1000))
    const begin = performance.now()
    const { ran } = await runner.run()
    if (ran.length !== steps) throw new Error(`${ran.length} ran`)
    return performance.now() - begin
  }
  const warm = async () => {
    const begin = performance.now()
    const { skipped } = await runner.run()
    if (skipped.length !== steps) throw new Error(`${skipped.length} skipped`)
    return performance.now() - begin
  }
  const rates = {}
  for (const [name, run] of [
    ['cold', cold],
    ['warm', warm],
  ]) {
    for (let count = 0; count < runs / 4; count++) await run()
    let time = 0
    for (let count = 0; count < runs; count++) time += await run()
    rates[name] = (runs * steps) / (time / 1000)
  }
  return rates
}

/** The same with functions that remember what they have given. */
async function memoized(steps, runs, isCold) {
  const functions = Array.from({ length: steps }, () =>
    pMemoize(async ({ n }) => ({ m: n + 1 }), { cacheKey: (given) => hash('sha256', JSON.stringify(given)) }),
  )
  let input = 0
  const run = async () => {
    let n = isCold ? (input += 1000) : 0
    for (const one of functions) n = (await one({ n })).m
  }
  for (let count = 0; count < runs / 4; count++) await run()
  const begin = performance.now()
  for (let count = 0; count < runs; count++) await run()
  return (runs * steps) / ((performance.now() - begin) / 1000)
}

/** Half of the steps read one input each, the other half one of those: ms of a plan and a run after one input was changed. */
async function oneChanged(kind, steps) {
  const half = steps / 2
  const model = (name) =>
    defineModel({ name, inputs: { n: of() }, outputs: { m: of() }, run: ({ n }) => ({ m: n + 1 }) })
  const workflow = createStepWorkflow([
    ...Array.from({ length: half }, (_, at) =>
      defineStep({ model: model(`First${at}`), inputs: { n: `in${at}` }, outputs: { m: `mid${at}` } }),
    ),
    ...Array.from({ length: half }, (_, at) =>
      defineStep({ model: model(`Second${at}`), inputs: { n: `mid${at}` }, outputs: { m: `out${at}` } }),
    ),
  ])
  const state = open[kind]()
  await state.setMany(Object.fromEntries(Array.from({ length: half }, (_, at) => [`in${at}`, at])))
  const runner = createRunner({ workflow, state })
  await runner.run()
  let value = 1e6
  let ran = 0
  const plan = []
  const run = []
  const unchanged = []
  for (let count = 0; count < 21; count++) {
    await state.set('in7', (value += 1000))
    await timed(plan, () => runner.plan())
    await timed(run, async () => (ran = (await runner.run()).ran.length))
    await timed(unchanged, () => runner.run())
  }
  return { plan: median(plan), run: median(run), unchanged: median(unchanged), ran }
}

/** Ms of what tells whether a value has changed, as `state.set` finds it out. */
async function fingerprints(bytes) {
  const value = Array.from({ length: Math.round(bytes / 100) }, (_, at) => ({
    id: `item-${at}`,
    name: `Name of the item ${at}, which is not short`,
    amount: at * 1.25,
    flags: [true, false, null],
    by: { when: 1790000000 + at },
  }))
  const size = JSON.stringify(value).length
  const scale = bytes / size
  const runs = Math.round(2e7 / bytes / few)

  const ours = []
  const beside = []
  for (let round = 0; round < 5; round++) {
    for (const [into, one] of [
      [ours, () => fingerprint(value)],
      [beside, () => hash('sha256', canonicalize(value))],
    ]) {
      const begin = performance.now()
      for (let count = 0; count < runs; count++) one()
      into.push(((performance.now() - begin) / runs) * scale)
    }
  }
  return { ours: median(ours), beside: median(beside) }
}

async function timed(into, work) {
  const begin = performance.now()
  await work()
  into.push(performance.now() - begin)
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function tableOf(...head) {
  return new Table({
    head,
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
}

function shown(rate) {
  return Math.round(rate).toLocaleString('en')
}

function ms(time) {
  return `${time.toFixed(time < 1 ? 4 : 1)} ms`
}
