/** Between two looks, in ms: while there is something to see, and when there has been nothing for long. */
const SHORTEST = 20
const LONGEST = 1000

/**
 * Looks from time to time whether another connection has committed.
 *
 * SQLite tells nobody; `PRAGMA data_version` differs from the last look where somebody has. It keeps no process running.
 */
export class DataVersionPoll {
  readonly #read: () => unknown
  readonly #notify: () => void
  #last: unknown
  #wait = SHORTEST
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param read the version; `undefined`, or an error, where it cannot be told now */
  constructor(read: () => unknown, notify: () => void) {
    this.#read = read
    this.#notify = notify
    // Here, so that whoever listens and reads afterwards misses nothing in between.
    this.#last = this.#version()
    this.#next()
  }

  /** Something goes on in the database. */
  hurry(): void {
    if (this.#wait === SHORTEST || this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#wait = SHORTEST
    this.#next()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #next(): void {
    this.#timer = setTimeout(() => this.#look(), this.#wait)
    // In a runtime whose timers are numbers nothing needs to be done.
    if (typeof this.#timer === 'object') this.#timer.unref()
  }

  #look(): void {
    const version = this.#version()
    const hasChanged = version !== this.#last
    this.#last = version
    this.#wait = hasChanged ? SHORTEST : Math.min(LONGEST, this.#wait * 2)
    this.#next()
    if (hasChanged) this.#notify()
  }

  #version(): unknown {
    try {
      return this.#read()
    } catch {
      return undefined
    }
  }
}
