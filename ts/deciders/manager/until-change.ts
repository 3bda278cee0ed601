import type { Clock } from '../../clock/index.js'
import type { BackendChange, WorkflowBackend } from '../backend/index.js'

/** Nobody is waited for longer (ms): a tab that ended between its commit and the telling has told nobody. */
const LONGEST = 30_000

/** What somebody waits for who has nothing to do: costs nothing until that may have changed. */
export class Changes {
  readonly #backend: WorkflowBackend
  readonly #clock: Clock
  readonly #isTimed: boolean
  readonly #end: () => void
  #hasChanged = false
  #wake: (() => void) | undefined
  /** What was asked last; nothing once that may be another. */
  #deadline: Promise<number | undefined> | undefined

  /** @param kind what is waited for; for work to do, also until something is due, which only a poll does */
  constructor(
    backend: WorkflowBackend,
    clock: Clock,
    kind: 'decisions' | 'activities' | 'processes' | 'anything',
  ) {
    this.#backend = backend
    this.#clock = clock
    this.#isTimed = kind === 'decisions' || kind === 'activities'
    // From now on: what changes while somebody polls is not missed.
    this.#end = backend.onChange((change: BackendChange) => {
      const isDue = change.deadlines !== false
      if (isDue) this.#deadline = undefined
      if (kind !== 'anything' && change[kind] === false && !(isDue && this.#isTimed)) return
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
    const due = this.#isTimed
      ? await (this.#deadline ??= this.#backend.nextDeadline({ exact: false }))
      : undefined
    if (this.#hasChanged || signal?.aborted === true) return
    const ms = Math.min(LONGEST, Math.max(1, (due ?? Infinity) - this.#clock.now()))
    await new Promise<void>((resolve) => {
      const end = (): void => {
        cancel()
        signal?.removeEventListener('abort', end)
        this.#wake = undefined
        resolve()
      }
      const cancel = this.#clock.setTimer(end, ms)
      this.#wake = end
      signal?.addEventListener('abort', end)
    })
    // What is due has happened with the next poll.
    if (due !== undefined && due <= this.#clock.now()) this.#deadline = undefined
  }

  close(): void {
    this.#end()
  }
}
