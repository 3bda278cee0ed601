// Simulated runs, each all of a seed's making:
// node tests/simulation/run.mjs [--only records|processes|flows|steps|units] [--runs N] [--seed S]
//
// By default 10,000 runs of a record store, as many of processes, of flows, of steps and of units, from a random seed on. A seed that fails is
// printed, and fails again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const SIMULATIONS = {
  records: { source: '../unit/records/simulated-run.ts', run: 'simulatedRun' },
  processes: { source: '../unit/deciders/simulation/simulated-processes.ts', run: 'simulatedProcesses' },
  flows: { source: '../unit/flows/simulation/simulated-flows.ts', run: 'simulatedFlows' },
  steps: { source: '../unit/steps/simulation/simulated-steps.ts', run: 'simulatedSteps' },
  units: { source: '../unit/deciders/units/simulation/simulated-units.ts', run: 'simulatedUnits' },
}

const { runs, seed, only } = readOptions()
let failed = 0
for (const name of only) failed += await simulate(name)
const made = runs * only.length
console.log(`simulation: ${made - failed} passed, ${failed} failed (seeds ${seed} to ${seed + runs - 1})`)
process.exitCode = failed === 0 ? 0 : 1

/** @returns how many runs have failed */
async function simulate(name) {
  const module = await load(SIMULATIONS[name].source)
  const run = module[SIMULATIONS[name].run]
  const totals = new Map()
  const began = performance.now()
  let failed = 0
  for (let at = 0; at < runs; at++) {
    try {
      for (const [what, count] of Object.entries(await run(seed + at))) {
        if (typeof count === 'number') totals.set(what, (totals.get(what) ?? 0) + count)
      }
    } catch (error) {
      failed++
      const again = `node tests/simulation/run.mjs --only ${name} --seed ${seed + at} --runs 1`
      console.error(`${name}, seed ${seed + at}; again: ${again}`)
      console.error(error)
    }
  }
  const counts = [...totals].map(([what, count]) => `${count} ${inWords(what)}`).join(', ')
  console.log(`${name}: ${counts}, in ${Math.round((performance.now() - began) / 1000)} s`)
  return failed
}

function inWords(name) {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      runs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    },
  })
  const { only, ...numbers } = values
  for (const [name, value] of Object.entries(numbers)) {
    if (!/^\d+$/.test(value)) refuse(`--${name}: a whole number expected`)
  }
  if (only !== undefined && !Object.hasOwn(SIMULATIONS, only))
    refuse('--only: records, processes, flows, steps or units expected')
  const { runs, seed } = numbers
  return { runs: Number(runs), seed: Number(seed), only: only ? [only] : Object.keys(SIMULATIONS) }
}

function refuse(message) {
  console.error(message)
  process.exit(2)
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
      loader: { '.wasm': 'base64' },
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
