import { test } from 'vitest'
import { expectSeeded, runSeeds } from '../../../../simulation/run-seeds.js'
import { simulatedUnits } from './simulated-units.js'

const SEEDS = 300

test(
  `U36 ${SEEDS} simulated runs of random processes come to what their blocks come to`,
  { timeout: 180_000 },
  async () => {
    await runSeeds('units', SEEDS, simulatedUnits, [
      ['elements', 30],
      ['processes', 1.5],
      ['answers', 1],
      ['messages', 1],
      ['timers', 1],
      ['deaths', 1],
      ['lostTasks', 1 / 2],
    ])
  },
)

test('the same seed gives the same run, another seed another', () => expectSeeded(simulatedUnits, [7, 8]))
