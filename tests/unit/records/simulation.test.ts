import { expect, test } from 'vitest'
import { expectSeeded, runSeeds } from '../../simulation/run-seeds.js'
import { simulatedRun } from './simulated-run.js'

const SEEDS = 300

test(`${SEEDS} simulated runs with conflicts and failures are serializable, and lose no wake-up`, async () => {
  const totals = await runSeeds('records', SEEDS, simulatedRun, [
    ['transactions', 15],
    ['conflicts', 1],
    ['failures', 1 / 4],
    ['wakeUps', 1],
  ])
  expect(totals.get('transactions')).toBe(SEEDS * 16)
})

test('the same seed gives the same run, another seed another', () => expectSeeded(simulatedRun, [7, 8]))
