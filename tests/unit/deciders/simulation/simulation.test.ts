import { expect, test } from 'vitest'
import { simulatedProcesses } from './simulated-processes.js'

/** `npm run test:simulation` makes many more. */
const SEEDS = 100

test(`${SEEDS} simulated runs of processes, with faults of all kinds, finish, and lose nothing`, async () => {
  const totals = { processes: 0, events: 0, conflicts: 0, failures: 0, lostAnswers: 0, deaths: 0, refused: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      const run = await simulatedProcesses(seed)
      totals.processes += run.processes
      totals.events += run.events
      totals.conflicts += run.conflicts
      totals.failures += run.failures
      totals.lostAnswers += run.lostAnswers
      totals.deaths += run.deaths
      totals.refused += run.refused
    } catch (error) {
      const again = `node tests/simulation/run.mjs --only processes --seed ${seed} --runs 1`
      throw new Error(`seed ${seed}; again: ${again}`, { cause: error })
    }
  }
  // So much happens that it says something.
  expect(totals.processes).toBeGreaterThan(SEEDS * 3)
  expect(totals.events).toBeGreaterThan(SEEDS * 50)
  expect(totals.conflicts).toBeGreaterThan(SEEDS * 5)
  expect(totals.failures).toBeGreaterThan(SEEDS)
  expect(totals.lostAnswers).toBeGreaterThan(SEEDS / 2)
  expect(totals.deaths).toBeGreaterThan(SEEDS * 5)
  expect(totals.refused).toBeGreaterThan(SEEDS * 5)
})

test('the same seed gives the same run, another seed another', async () => {
  const run = await simulatedProcesses(7)
  expect(await simulatedProcesses(7)).toEqual(run)
  expect((await simulatedProcesses(8)).trace).not.toBe(run.trace)
})
