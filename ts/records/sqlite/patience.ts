/** The longest pause between two attempts, in ms. */
const LONGEST = 5

/** Pauses between attempts to get at a database that another connection holds: short and random, then longer. */
export class Patience {
  /** When it was found busy first, of `performance.now()`. */
  readonly since: number = performance.now()
  #longest = 1

  async pause(): Promise<void> {
    // Random, so that two that wait do not come at the same time for ever.
    const ms = this.#longest * (0.5 + Math.random() / 2)
    this.#longest = Math.min(LONGEST, this.#longest * 1.5)
    await pause(ms)
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
