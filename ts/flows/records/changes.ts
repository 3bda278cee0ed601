import { systemClock } from '../../clock/index.js'
import type { FlowStore } from './flow-store.js'

/** How long (ms) is waited at most before it is looked again: a wake-up is no promise. */
const LONGEST_WAIT = 60_000

/** What is committed of an execution, one after the other. */
export class Changes {
  readonly #end: () => void
  readonly #signal: AbortSignal | undefined
  #seen: (() => void) | undefined
  #cancel: (() => void) | undefined
  readonly #wake = (): void => this.#seen?.()

  /** @throws the signal's reason */
  constructor(store: FlowStore, id: string, signal: AbortSignal | undefined) {
    signal?.throwIfAborted()
    this.#signal = signal
    this.#end = store.onChange(id, this.#wake)
    signal?.addEventListener('abort', this.#wake)
  }

  /**
   * Resolves with the first change from now on, or when the signal is aborted. A program lives for as long as it waits here:
   * those who tell of commits of others let it end.
   */
  next(): Promise<void> {
    this.#cancel?.()
    this.#cancel = systemClock.setTimer(this.#wake, LONGEST_WAIT)
    return new Promise((resolve) => (this.#seen = resolve))
  }

  end(): void {
    this.#cancel?.()
    this.#end()
    this.#signal?.removeEventListener('abort', this.#wake)
  }
}
