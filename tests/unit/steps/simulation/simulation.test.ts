import { test } from 'vitest'
import { expectSeeded, runSeeds } from '../../../simulation/run-seeds.js'
import { simulatedSteps } from './simulated-steps.js'

const SEEDS = 100

test(`S12 S13 S18 to S23 S30 S31 ${SEEDS} simulated lives of workflows come to what an oracle says that always computes`, async () => {
  await runSeeds('steps', SEEDS, simulatedSteps, [
    ['runs', 5],
    ['completed', 2],
    ['notCompleted', 2],
    ['ran', 5],
    ['skipped', 4],
    ['restored', 1 / 10],
    ['cutOffs', 2],
    ['edits', 5],
    ['busy', 1],
    ['deaths', 1 / 4],
    ['canceled', 1 / 10],
    ['failures', 1 / 20],
    ['commits', 2],
  ])
})

test('the same seed gives the same run, another seed another', () => expectSeeded(simulatedSteps, [7, 12]))
