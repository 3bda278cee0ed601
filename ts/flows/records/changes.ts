import type { FlowStore } from './flow-store.js'

/** What is committed of an execution, one after the other. */
export class Changes {
  readonly #end: () => void
  readonly #signal: AbortSignal | undefined
  #seen: (() => void) | undefined
  readonly #wake = (): void => this.#seen?.()

  /** @throws the signal's reason */
  constructor(store: FlowStore, id: string, signal: AbortSignal | undefined) {
    signal?.throwIfAborted()
    this.#signal = signal
    this.#end = store.onChange(id, this.#wake)
    signal?.addEventListener('abort', this.#wake)
  }

  /** Resolves with the first change from now on, or when the signal is aborted. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.#seen = resolve))
  }

  end(): void {
    this.#end()
    this.#signal?.removeEventListener('abort', this.#wake)
  }
}
