import { expect, test } from 'vitest'
import { simulatedFlows } from './simulated-flows.js'

/** `npm run test:simulation` makes many more. */
const SEEDS = 100

test(`F12 F13 F15 F24 F26 F32 ${SEEDS} simulated runs of flows, with faults of all kinds, end, and lose nothing`, async () => {
  const totals = { executions: 0, events: 0, conflicts: 0, failures: 0, lostAnswers: 0 }
  const rare = { deaths: 0, recovered: 0, overlaps: 0, refused: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      const run = await simulatedFlows(seed)
      totals.executions += run.executions
      totals.events += run.events
      totals.conflicts += run.conflicts
      totals.failures += run.failures
      totals.lostAnswers += run.lostAnswers
      rare.deaths += run.deaths
      rare.recovered += run.recovered
      rare.overlaps += run.overlaps
      rare.refused += run.refused
    } catch (error) {
      const again = `node tests/simulation/run.mjs --only flows --seed ${seed} --runs 1`
      throw new Error(`seed ${seed}; again: ${again}`, { cause: error })
    }
  }
  // So much happens that it says something.
  expect(totals.executions).toBeGreaterThan(SEEDS * 5)
  expect(totals.events).toBeGreaterThan(SEEDS * 50)
  expect(totals.conflicts).toBeGreaterThan(SEEDS * 5)
  expect(totals.failures).toBeGreaterThan(SEEDS)
  expect(totals.lostAnswers).toBeGreaterThan(SEEDS / 2)
  expect(rare.deaths).toBeGreaterThan(SEEDS * 5)
  expect(rare.recovered).toBeGreaterThan(SEEDS * 5)
  expect(rare.overlaps).toBeGreaterThan(SEEDS)
  expect(rare.refused).toBeGreaterThan(SEEDS * 5)
})

test('the same seed gives the same run, another seed another', async () => {
  const run = await simulatedFlows(7)
  expect(await simulatedFlows(7)).toEqual(run)
  expect((await simulatedFlows(12)).trace).not.toBe(run.trace)
})
