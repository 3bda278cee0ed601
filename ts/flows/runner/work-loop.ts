import type { Clock } from '../../clock/index.js'
import { isUnitflowError } from '../../errors/index.js'
import type { Claimed, FlowStore } from '../records/index.js'

/** What a loop works with. */
export interface WorkLoopOptions {
  readonly store: FlowStore
  readonly clock: Clock
  /** So many at once. */
  readonly concurrency: number
  readonly onError: ((error: unknown) => void) | undefined
  claim(limit: number): Promise<readonly Claimed[]>
  /** When there is something to claim, after a time (ms since 1970). */
  due(after: number): Promise<number | undefined>
  execute(claimed: Claimed, signal: AbortSignal | undefined): Promise<unknown>
  /** The longest wait, in ms, for what may never be told: a wake-up is no promise, and a tab that is closed says nothing. */
  readonly longestWait: number
  /** What is done where nothing waits. @returns whether something waits now */
  idle(): Promise<boolean>
}

/** After an error of the store, in ms. */
const TROUBLE_DELAY = 1000

/** Claims and runs, many at once. */
export class WorkLoop {
  readonly #options: WorkLoopOptions
  readonly #running = new Set<Promise<void>>()
  /** How often something has happened that may be a reason to look again. */
  #wakes = 0
  #wake: (() => void) | undefined

  constructor(options: WorkLoopOptions) {
    this.#options = options
  }

  /**
   * Until the signal is aborted; then it waits for what runs.
   *
   * @throws (by rejecting) `store-closed`
   */
  async untilAborted(signal: AbortSignal): Promise<void> {
    const { store, clock, concurrency, onError } = this.#options
    const wake = (): void => this.#woken()
    const stopListening = store.onWake(wake)
    signal.addEventListener('abort', wake)
    try {
      while (!signal.aborted) {
        const seen = this.#wakes
        try {
          const isFull = this.#running.size >= concurrency || (await this.#fill(signal))
          await this.#untilWoken(seen, isFull ? undefined : await this.#nextLook())
        } catch (error) {
          if (isUnitflowError(error, 'store-closed')) throw error
          onError?.(error)
          await clock.sleep(TROUBLE_DELAY, { signal }).catch(() => undefined)
        }
      }
    } finally {
      stopListening()
      signal.removeEventListener('abort', wake)
      await Promise.all(this.#running)
    }
  }

  /** Until nothing waits and nothing runs. */
  async untilIdle(signal: AbortSignal | undefined): Promise<void> {
    const { concurrency } = this.#options
    for (;;) {
      const seen = this.#wakes
      if (this.#running.size < concurrency && signal?.aborted !== true) await this.#fill(signal)
      // What has ended meanwhile may have freed what a limit has held up.
      if (this.#running.size === 0 && this.#wakes === seen) return
      await this.#untilWoken(seen, undefined)
    }
  }

  /** Takes what waits, as far as there is room. @returns whether there may be more */
  async #fill(signal: AbortSignal | undefined): Promise<boolean> {
    const { concurrency, onError } = this.#options
    for (;;) {
      const room = concurrency - this.#running.size
      const claims = await this.#options.claim(room)
      for (const claimed of claims) {
        const running: Promise<void> = this.#options
          .execute(claimed, signal)
          .then(
            () => undefined,
            // What cannot be stored is found by others when its lease has run out.
            (error: unknown) => onError?.(error),
          )
          .finally(() => {
            this.#running.delete(running)
            this.#woken()
          })
        this.#running.add(running)
      }
      if (claims.length === room) return true
      if (claims.length > 0 || !(await this.#options.idle())) return false
    }
  }

  /** How long (ms) until it must look again by itself. */
  async #nextLook(): Promise<number> {
    const now = this.#options.clock.now()
    const due = await this.#options.due(now)
    return Math.min(this.#options.longestWait, due === undefined ? Infinity : Math.max(1, due - now))
  }

  #woken(): void {
    this.#wakes++
    this.#wake?.()
  }

  async #untilWoken(seen: number, ms: number | undefined): Promise<void> {
    if (this.#wakes !== seen) return
    let cancel: (() => void) | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (ms !== undefined) cancel = this.#options.clock.setTimer(resolve, ms)
    })
    cancel?.()
    this.#wake = undefined
  }
}
