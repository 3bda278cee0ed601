import { expect } from 'vitest'

/** What a run counts, and how often that must have happened for each seed, or the runs say nothing. */
type Least<Count extends string> = readonly (readonly [count: Count, least: number])[]

/**
 * Makes the runs of the seeds from 1 on; `npm run test:simulation` makes many more. Each of its counts must be more, over
 * all runs, than so many for each seed.
 *
 * @param name that of the simulation, in run.mjs
 * @returns how often each has happened
 */
export async function runSeeds<Count extends string>(
  name: 'records' | 'processes' | 'flows' | 'steps' | 'units',
  seeds: number,
  run: (seed: number) => Promise<Readonly<Record<Count, number>>>,
  least: Least<Count>,
): Promise<ReadonlyMap<Count, number>> {
  const totals = new Map<Count, number>()
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      const counted = await run(seed)
      for (const [count] of least) totals.set(count, (totals.get(count) ?? 0) + counted[count])
    } catch (error) {
      const again = `node tests/simulation/run.mjs --only ${name} --seed ${seed} --runs 1`
      throw new Error(`seed ${seed}; again: ${again}`, { cause: error })
    }
  }
  for (const [count, times] of least) expect(totals.get(count), count).toBeGreaterThan(seeds * times)
  return totals
}

/** A run is all of its seed's making: one of the same is the same, one of another is not. */
export async function expectSeeded<Run extends { readonly trace: string }>(
  run: (seed: number) => Promise<Run>,
  [seed, other]: readonly [number, number],
): Promise<void> {
  const first = await run(seed)
  expect(await run(seed)).toEqual(first)
  expect((await run(other)).trace).not.toBe(first.trace)
}
