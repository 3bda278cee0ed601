import { expect, test } from 'vitest'
import { simulatedRun } from './simulated-run.js'

/** `npm run test:simulation` makes many more. */
const SEEDS = 300

test(`${SEEDS} simulated runs with conflicts and failures are serializable, and lose no wake-up`, async () => {
  const totals = { transactions: 0, conflicts: 0, failures: 0, wakeUps: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      const run = await simulatedRun(seed)
      totals.transactions += run.transactions
      totals.conflicts += run.conflicts
      totals.failures += run.failures
      totals.wakeUps += run.wakeUps
    } catch (error) {
      throw new Error(`seed ${seed}; again: node tests/simulation/run.mjs --seed ${seed} --runs 1`, {
        cause: error,
      })
    }
  }
  expect(totals.transactions).toBe(SEEDS * 16)
  expect(totals.conflicts).toBeGreaterThan(SEEDS)
  expect(totals.failures).toBeGreaterThan(SEEDS / 4)
  expect(totals.wakeUps).toBeGreaterThan(SEEDS)
})

test('the same seed gives the same run, another seed another', async () => {
  const run = await simulatedRun(7)
  expect(await simulatedRun(7)).toEqual(run)
  expect((await simulatedRun(8)).trace).not.toBe(run.trace)
})
