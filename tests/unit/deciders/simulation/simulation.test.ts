import { test } from 'vitest'
import { expectSeeded, runSeeds } from '../../../simulation/run-seeds.js'
import { simulatedProcesses } from './simulated-processes.js'

const SEEDS = 100

test(`${SEEDS} simulated runs of processes, with faults of all kinds, finish, and lose nothing`, async () => {
  await runSeeds('processes', SEEDS, simulatedProcesses, [
    ['processes', 3],
    ['events', 50],
    ['conflicts', 5],
    ['failures', 1],
    ['lostAnswers', 1 / 2],
    ['deaths', 5],
    ['refused', 5],
  ])
})

test('the same seed gives the same run, another seed another', () => expectSeeded(simulatedProcesses, [7, 8]))
