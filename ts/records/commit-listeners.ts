import type { MediumWrite, RecordMedium } from './record-medium.js'
import type { RecordChange } from './record-store.js'

/** Whom to wake after commits. The medium watches for those of others only while somebody listens. */
export class CommitListeners {
  readonly #medium: RecordMedium
  readonly #listeners = new Set<{ readonly call: (change: RecordChange) => void }>()
  #stopWatching: (() => void) | undefined

  constructor(medium: RecordMedium) {
    this.#medium = medium
  }

  add(call: (change: RecordChange) => void): () => void {
    // An entry of its own, so that a function that is added twice is called twice, and ended one by one.
    const listener = { call }
    this.#stopWatching ??= this.#medium.watch?.((collections) => {
      this.#tell(collections === undefined ? {} : { collections })
    })
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#stop()
    }
  }

  /** Tells what was committed here. */
  tellOf(writes: readonly MediumWrite[]): void {
    if (this.#listeners.size === 0) return
    this.#tell({ collections: [...new Set(writes.map(({ collection }) => collection))] })
  }

  close(): void {
    this.#listeners.clear()
    this.#stop()
  }

  #tell(change: RecordChange): void {
    for (const listener of [...this.#listeners]) {
      // One that was called before may have ended it.
      if (!this.#listeners.has(listener)) continue
      try {
        listener.call(change)
      } catch (error) {
        // It is nobody's here; the host shows it as it shows every error that nobody catches.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  #stop(): void {
    this.#stopWatching?.()
    this.#stopWatching = undefined
  }
}
