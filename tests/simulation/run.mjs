// Simulated runs of a record store, each all of a seed's making: node tests/simulation/run.mjs [--runs N] [--seed S]
//
// By default 10,000 runs from a random seed on. A seed that fails is printed, and fails again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const { runs, seed } = readOptions()
const { simulatedRun } = await load('../unit/records/simulated-run.ts')
const totals = { transactions: 0, conflicts: 0, failures: 0, wakeUps: 0 }
let failed = 0
for (let at = 0; at < runs; at++) {
  try {
    const run = await simulatedRun(seed + at)
    for (const name of Object.keys(totals)) totals[name] += run[name]
  } catch (error) {
    failed++
    console.error(`seed ${seed + at}; again: node tests/simulation/run.mjs --seed ${seed + at} --runs 1`)
    console.error(error)
  }
}
const { transactions, conflicts, failures, wakeUps } = totals
console.log(
  `${transactions} transactions, ${conflicts} conflicts, ${failures} injected failures, ${wakeUps} wake-ups`,
)
console.log(`simulation: ${runs - failed} passed, ${failed} failed (seeds ${seed} to ${seed + runs - 1})`)
process.exitCode = failed === 0 ? 0 : 1

function readOptions() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    },
  })
  for (const [name, value] of Object.entries(values)) {
    if (/^\d+$/.test(value)) continue
    console.error(`--${name}: a whole number expected`)
    process.exit(2)
  }
  return { runs: Number(values.runs), seed: Number(values.seed) }
}

/** A module of this project and all that it needs. */
async function load(source) {
  const folder = mkdtempSync(join(tmpdir(), 'unitflow-simulation-'))
  try {
    const outfile = join(folder, 'bundle.mjs')
    const entry = fileURLToPath(new URL(source, import.meta.url))
    await build({
      entryPoints: [entry],
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
      logLevel: 'error',
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
