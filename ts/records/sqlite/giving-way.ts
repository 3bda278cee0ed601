/** How long the write lock may be held, group after group, before it is left alone for a moment, in ms. */
const SHARED_STRETCH = 10
const ALONE_STRETCH = 200
/** How long others are taken to be there after the last sign of them, in ms. */
const MEMORY = 1000
/** How long the lock is left alone, in ms: the pause of one who waits is at most 1 ms at first. */
const SHORTEST = 1
const LONGEST = 2

/**
 * Says when to leave the write lock to others. SQLite has no queue: who has just committed would have the lock again
 * before anybody who waits has looked, and one busy process would keep the others out for as long as it likes.
 *
 * Nobody tells that they wait, so it is guessed: others are there when the lock was found busy or somebody else has
 * committed; then the lock is given away every few ms. Without a sign of them it is left alone seldom, so that a newcomer
 * gets in and is seen. A stretch of several groups costs less than a pause after each.
 */
export class GivingWay {
  #seenOthers = -Infinity
  #begun = 0
  #ended = 0
  #held = 0
  #looked = -Infinity

  othersSeen(): void {
    this.#seenOthers = performance.now()
  }

  /** Whether it is time to look for signs of others again. */
  wantsToKnow(now: number): boolean {
    if (now - this.#looked < SHARED_STRETCH / 2) return false
    this.#looked = now
    return true
  }

  /** The lock has been taken, at this time of `performance.now()`. */
  begun(now: number): void {
    this.#begun = now
    if (this.#begun - this.#ended >= LONGEST) this.#held = 0
  }

  /** The lock has been let go. */
  ended(): void {
    this.#ended = performance.now()
    this.#held += this.#ended - this.#begun
  }

  /** How long to wait before taking the lock again, in ms. */
  get pause(): number {
    if (this.#held < SHARED_STRETCH) return 0
    const now = performance.now()
    const stretch = now - this.#seenOthers < MEMORY ? SHARED_STRETCH : ALONE_STRETCH
    if (this.#held < stretch || now - this.#ended >= LONGEST) return 0
    this.#held = 0
    return SHORTEST + Math.random() * (LONGEST - SHORTEST)
  }
}
