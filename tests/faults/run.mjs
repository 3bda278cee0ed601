// Faults against the built package: node tests/faults/run.mjs [--seconds N] [--seed S] [--only scenario] [--round R] [--rounds M]
//
// The scenarios share N seconds (default 1,800); each does whole rounds, one at least, or M of full length. A seed and a round give the same
// plan again: which workloads, which calls fail. The instant at which a process is killed is never quite the same.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { describe } from './actor.mjs'
import { seeded } from './seeded.mjs'

/** No round takes so long (ms) unless something waits for ever. */
const LONGEST_ROUND = 240_000

const scenarios = await loadScenarios()
const { seconds, seed, only, firstRound, atLeast } = readOptions()
const again = `--seed ${seed}`
console.log(
  `${seconds} s, seed ${seed}; to do the same again: node tests/faults/run.mjs --seconds ${seconds} ${again}`,
)

let interrupted = false
process.once('SIGINT', () => (interrupted = true))
const base = mkdtempSync(join(tmpdir(), 'unitflow-faults-'))
const chosen = scenarios.filter(({ name }) => only === undefined || name === only)
const shares = chosen.reduce((sum, { share }) => sum + share, 0)
const outcomes = []
for (const scenario of chosen) outcomes.push(await run(scenario, (seconds * 1000 * scenario.share) / shares))
summarise(outcomes)
process.exit(process.exitCode ?? 0)

async function loadScenarios() {
  try {
    const { killedWriter } = await import('./scenarios/killed-writer.mjs')
    const { racingWriters } = await import('./scenarios/racing-writers.mjs')
    const { racingEditors } = await import('./scenarios/racing-editors.mjs')
    const { failingFilesystem } = await import('./scenarios/failing-filesystem.mjs')
    const { fullDisk } = await import('./scenarios/full-disk.mjs')
    const { vanishingDirectory } = await import('./scenarios/vanishing-directory.mjs')
    const { killedRecords } = await import('./scenarios/killed-records.mjs')
    const { fullDiskRecords } = await import('./scenarios/full-disk-records.mjs')
    const { killedWorkers } = await import('./scenarios/killed-workers.mjs')
    const { killedRunners } = await import('./scenarios/killed-runners.mjs')
    const { killedSteps } = await import('./scenarios/killed-steps.mjs')
    const { killedUnits } = await import('./scenarios/killed-units.mjs')
    const { killedPruner } = await import('./scenarios/killed-pruner.mjs')
    const { readOnlyDirectory } = await import('./scenarios/read-only-directory.mjs')
    const { fewFiles } = await import('./scenarios/few-files.mjs')
    const { shiftedClock } = await import('./scenarios/shifted-clock.mjs')
    const { wasmCore } = await import('./scenarios/wasm-core.mjs')
    const { closedTabs } = await import('./scenarios/closed-tabs.mjs')
    const { fullQuota } = await import('./scenarios/full-quota.mjs')
    const { racingTabs } = await import('./scenarios/racing-tabs.mjs')
    const { wasmTabs } = await import('./scenarios/wasm-tabs.mjs')
    return [
      killedWriter('instant'),
      killedWriter('call'),
      killedPruner,
      racingWriters,
      racingEditors,
      failingFilesystem,
      fullDisk,
      vanishingDirectory,
      readOnlyDirectory,
      fewFiles,
      shiftedClock,
      killedRecords,
      fullDiskRecords,
      killedWorkers,
      killedRunners,
      killedSteps,
      killedUnits,
      wasmCore,
      closedTabs,
      fullQuota,
      racingTabs,
      wasmTabs,
    ]
  } catch (error) {
    return stop(error.constructor.name === 'MissingBuild' ? error.message : describe(error))
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '1800' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
        only: { type: 'string' },
        round: { type: 'string', default: '0' },
        rounds: { type: 'string', default: '1' },
      },
    })
    for (const name of ['seconds', 'seed', 'round', 'rounds'])
      if (!/^\d+$/.test(values[name])) throw new Error(`--${name}: a whole number expected`)
    const names = scenarios.map(({ name }) => name)
    if (values.only !== undefined && !names.includes(values.only))
      throw new Error(`--only: one of ${names.join(', ')} expected`)
    const { seed, only } = values
    const [seconds, firstRound, atLeast] = [values.seconds, values.round, values.rounds].map(Number)
    return { seconds, seed, only, firstRound, atLeast }
  } catch (error) {
    return stop(error.message)
  }
}

function stop(message) {
  console.error(message)
  console.log('faults: 0 passed, 0 failed: not run')
  process.exit(2)
}

/** Rounds of a scenario until its time is over or something is wrong. */
async function run(scenario, time) {
  const { name } = scenario
  const reason = scenario.cannotRun?.()
  if (reason !== undefined) return { name, notRun: reason, rounds: 0, counts: new Map() }
  console.log(`\n== ${name}: ${Math.round(time / 1000)} s`)
  const end = Date.now() + time
  const counts = new Map()
  let rounds = 0
  const timeLeft = () => {
    if (interrupted) return 0
    return atLeast > 1 && rounds < atLeast ? Infinity : end - Date.now()
  }
  do {
    const round = firstRound + rounds
    const folder = join(base, `${name}-${round}`)
    mkdirSync(folder)
    const context = {
      folder,
      round,
      timeLeft,
      random: seeded(seed, name, round),
      count: (what, by = 1) => counts.set(what, (counts.get(what) ?? 0) + by),
      say: (message) => console.log(message),
    }
    try {
      await Promise.race([scenario.round(context), tooLong()])
    } catch (error) {
      console.error(`${name}, round ${round}: ${describe(error)}`)
      console.error(`its folder is ${folder}; again: ${again} --only ${name} --round ${round}`)
      return { name, failed: true, rounds: rounds + 1, counts }
    }
    rmSync(folder, { recursive: true, force: true })
    rounds++
  } while (timeLeft() > 0 || (rounds < atLeast && !interrupted))
  const notJudged = counts.get('rounds not judged') ?? 0
  if (notJudged === rounds) console.error(`${name}: no round could be judged`)
  return { name, failed: notJudged === rounds, rounds, counts }
}

async function tooLong() {
  await pause(LONGEST_ROUND, undefined, { ref: false })
  throw new Error(`the round has not ended after ${LONGEST_ROUND / 1000} s`)
}

function summarise(outcomes) {
  console.log('')
  const totals = new Map()
  for (const { name, failed, notRun, rounds, counts } of outcomes) {
    const outcome = notRun === undefined ? (failed ? 'FAILED' : 'passed') : `not run: ${notRun}`
    const counted = [...counts]
      .filter(([, number]) => number > 0)
      .map(([what, number]) => `${number} ${what}`)
    console.log(`${name.padEnd(22)} ${outcome.padEnd(8)} ${[`${rounds} rounds`, ...counted].join(', ')}`)
    for (const [what, number] of counts) totals.set(what, (totals.get(what) ?? 0) + number)
  }
  const all = outcomes.reduce((sum, { rounds }) => sum + rounds, 0)
  const total = (what) => totals.get(what) ?? 0
  console.log(
    `${all} rounds, ${total('kills')} kills, ${total('cachings')} cachings, ${total('reads')} reads`,
  )
  const failed = outcomes.filter((outcome) => outcome.failed).length
  const notRun = outcomes.filter((outcome) => outcome.notRun !== undefined)
  const passed = outcomes.length - failed - notRun.length
  if (failed === 0) rmSync(base, { recursive: true, force: true })
  const omitted = notRun.map(({ name, notRun: reason }) => `, ${name} not run: ${reason}`).join('')
  console.log(`faults: ${passed} passed, ${failed} failed${omitted}`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}
