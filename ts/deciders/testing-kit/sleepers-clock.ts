import type { Clock, SleepOptions, TimerOptions } from '../../clock/index.js'

/** A clock that knows how many wait for it. */
export class SleepersClock implements Clock {
  readonly #clock: Clock
  #sleepers = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get sleepers(): number {
    return this.#sleepers
  }

  now(): number {
    return this.#clock.now()
  }

  setTimer(callback: () => void, ms: number, options?: TimerOptions): () => void {
    let isOver = false
    const end = (): void => {
      if (!isOver) this.#sleepers--
      isOver = true
    }
    const fire = (): void => {
      end()
      callback()
    }
    const cancel = this.#clock.setTimer(fire, ms, options)
    this.#sleepers++
    return () => {
      end()
      cancel()
    }
  }

  async sleep(ms: number, options?: SleepOptions): Promise<void> {
    this.#sleepers++
    try {
      await this.#clock.sleep(ms, options)
    } finally {
      this.#sleepers--
    }
  }
}
