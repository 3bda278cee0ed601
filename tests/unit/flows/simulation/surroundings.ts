import type { ManualClock } from '../../../../ts/clock/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import type { Turns } from '../../deciders/simulation/turns.js'
import type { LeasePeriod } from './lease-witness.js'
import type { Ledger } from './ledger.js'

/** What all in a run share. */
export interface Surroundings {
  readonly turns: Turns
  readonly random: SeededRandom
  readonly clock: ManualClock
  readonly ledger: Ledger
  /** Who had what, by execution. */
  readonly periods: ReadonlyMap<string, readonly LeasePeriod[]>
  /** Whether things go wrong. */
  isFaulty: boolean
  deaths: number
  /** Commits whose answers were lost. */
  lostAnswers: number
}
