import { test } from 'vitest'
import { expectSeeded, runSeeds } from '../../../simulation/run-seeds.js'
import { simulatedFlows } from './simulated-flows.js'

const SEEDS = 100

test(`F12 F13 F15 F24 F26 F32 ${SEEDS} simulated runs of flows, with faults of all kinds, end, and lose nothing`, async () => {
  await runSeeds('flows', SEEDS, simulatedFlows, [
    ['executions', 5],
    ['events', 50],
    ['conflicts', 5],
    ['failures', 1],
    ['lostAnswers', 1 / 2],
    ['deaths', 5],
    ['recovered', 5],
    ['overlaps', 1],
    ['refused', 5],
  ])
})

test('the same seed gives the same run, another seed another', () => expectSeeded(simulatedFlows, [7, 12]))
