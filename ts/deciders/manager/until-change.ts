import type { Clock } from '../../clock/index.js'
import type { WorkflowBackend } from '../backend/index.js'

/** Nobody is waited for longer (ms): a tab that ended between its commit and the telling has told nobody. */
const LONGEST = 30_000

/** What a worker waits on when it has nothing to do: costs nothing until something has changed, or is due. */
export class Changes {
  readonly #backend: WorkflowBackend
  readonly #clock: Clock
  readonly #end: () => void
  #hasChanged = false
  #wake: (() => void) | undefined

  constructor(backend: WorkflowBackend, clock: Clock) {
    this.#backend = backend
    this.#clock = clock
    // From now on: what changes while somebody polls is not missed.
    this.#end = backend.onChange(() => {
      this.#hasChanged = true
      this.#wake?.()
    })
  }

  /** To be called before a look: what changes from then on ends the next wait. */
  look(): void {
    this.#hasChanged = false
  }

  /** Until something has changed since the last `look`, something is due, or the signal is aborted. */
  async wait(signal: AbortSignal | undefined): Promise<void> {
    const due = await this.#backend.nextDeadline()
    if (this.#hasChanged || signal?.aborted === true) return
    const ms = Math.min(LONGEST, Math.max(1, (due ?? Infinity) - this.#clock.now()))
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.setTimer(resolve, ms)
      const end = (): void => {
        cancel()
        resolve()
      }
      this.#wake = end
      signal?.addEventListener('abort', end, { once: true })
    })
    this.#wake = undefined
  }

  close(): void {
    this.#end()
  }
}
