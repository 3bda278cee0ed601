/**
 * Who listens to events of one kind.
 *
 * Events tell of what has happened, after it was committed: a listener changes nothing of it, and one that throws disturbs
 * neither those who come after it nor whoever told.
 */
export class EventListeners<E> {
  readonly #listeners = new Set<{ readonly call: (event: E) => void }>()

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  /**
   * Calls the listener with every event from now on.
   *
   * @returns ends it
   */
  add(call: (event: E) => void): () => void {
    // An entry of its own, so that a function that is added twice is called twice, and ended one by one.
    const listener = { call }
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Calls those who listen now, in the order in which they came. */
  tell(event: E): void {
    for (const listener of [...this.#listeners]) {
      // One that was called before may have ended it.
      if (!this.#listeners.has(listener)) continue
      try {
        listener.call(event)
      } catch (error) {
        // It is nobody's here; the host shows it as it shows every error that nobody catches.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
