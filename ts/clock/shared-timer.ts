import type { Clock } from './clock.js'

/** How long a timer is kept that nobody waits for any more, in ms: the next one may come at once. */
const LINGER = 100

/** One timer of the host for many who wait, most of them not to the end: a timer for each would cost more than they do. */
export class SharedTimer {
  readonly #clock: Clock
  readonly #waiting = new Map<object, { readonly until: number; readonly call: () => void }>()
  #cancel: (() => void) | undefined
  #rings = Infinity
  #isLingering = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls back at a time (ms since 1970). @returns takes that back */
  add(until: number, call: () => void): () => void {
    const key = {}
    this.#waiting.set(key, { until, call })
    if (until < this.#rings) this.#arm(until)
    return () => {
      if (!this.#waiting.delete(key) || this.#waiting.size > 0 || this.#isLingering) return
      this.#isLingering = true
      this.#clock.setTimer(
        () => {
          this.#isLingering = false
          if (this.#waiting.size === 0) this.#disarm()
        },
        LINGER,
        { keepAlive: false },
      )
    }
  }

  #arm(until: number): void {
    this.#disarm()
    this.#rings = until
    this.#cancel = this.#clock.setTimer(() => this.#ring(), until - this.#clock.now())
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#rings = Infinity
  }

  #ring(): void {
    this.#disarm()
    const now = this.#clock.now()
    for (const [key, { until, call }] of [...this.#waiting]) {
      if (until > now) continue
      this.#waiting.delete(key)
      call()
    }
    const next = Math.min(...[...this.#waiting.values()].map(({ until }) => until))
    if (next !== Infinity) this.#arm(next)
  }
}
