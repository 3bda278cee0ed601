import type { ManualClock } from '../../../../ts/clock/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'

/** How far time goes at once, in ms: round numbers, so that limits are met exactly, and what lies beside them. */
const JUMPS = [0, 1, 1, 999, 1000, 1000, 1001, 5000, 10_000, 60_000, 600_000] as const

/** Who waits for a virtual turn; a few of them have the next, or time goes on, as the seed says. */
export class Turns {
  readonly #clock: ManualClock
  readonly #random: SeededRandom
  readonly #waiting: (() => void)[] = []
  #isOver = false
  /** How many there were. */
  count = 0
  /** What nobody awaits has failed with it. */
  #error: { readonly thrown: unknown } | undefined

  constructor(clock: ManualClock, random: SeededRandom) {
    this.#clock = clock
    this.#random = random
  }

  turn(): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async turns(most: number): Promise<void> {
    for (let left = this.#random.below(most + 1); left > 0; left--) await this.turn()
  }

  /** Does something beside all else; the run fails with it. */
  begin(work: Promise<unknown>): void {
    work.catch((thrown: unknown) => (this.#error ??= { thrown }))
  }

  /** Gives turns until `isOver`, at most so many. @returns whether it is over */
  async run(isOver: () => boolean | Promise<boolean>, most: number): Promise<boolean> {
    let idle = 0
    for (let left = most; left > 0; left--) {
      await nextTurn()
      if (this.#error !== undefined) throw this.#error.thrown
      if (await isOver()) return true
      this.count++
      const hasWaiting = this.#waiting.length > 0
      if (hasWaiting && this.#random.below(10) > 0) {
        for (let more = this.#random.below(8); more >= 0; more--) this.#giveOne()
      } else if (!hasWaiting && this.#clock.nextTimer() === undefined) {
        if (++idle > 100) throw new Error('everybody waits, and nothing is to come')
      } else if (!hasWaiting || this.#random.below(3) === 0) {
        idle = 0
        await this.#clock.advanceToNext()
      } else {
        await this.#clock.advance(this.#random.pick(JUMPS))
      }
    }
    return false
  }

  #giveOne(): void {
    const at = this.#random.below(this.#waiting.length)
    const next = this.#waiting[at]
    // In whatever order: who is last goes to the place that is free.
    const last = this.#waiting.pop()
    if (last !== undefined && last !== next) this.#waiting[at] = last
    next?.()
  }

  /** Nobody who waits now has a turn any more: their processes were killed. Who comes after them need not wait. */
  end(): void {
    this.#isOver = true
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
