import { EventListeners } from '../events/index.js'
import type { MediumWrite, RecordMedium } from './record-medium.js'
import type { RecordChange } from './record-store.js'

/** Whom to wake after commits. The medium watches for those of others only while somebody listens. */
export class CommitListeners {
  readonly #medium: RecordMedium
  readonly #listeners = new EventListeners<RecordChange>()
  #stopWatching: (() => void) | undefined

  constructor(medium: RecordMedium) {
    this.#medium = medium
  }

  add(listener: (change: RecordChange) => void): () => void {
    this.#stopWatching ??= this.#medium.watch?.((collections) => {
      this.#listeners.tell(collections === undefined ? {} : { collections })
    })
    const end = this.#listeners.add(listener)
    return () => {
      end()
      if (this.#listeners.isEmpty) this.#stop()
    }
  }

  /** Tells what was committed here. */
  tellOf(writes: readonly MediumWrite[], by: object | undefined): void {
    if (this.#listeners.isEmpty) return
    const collections: string[] = []
    for (const { collection } of writes) if (!collections.includes(collection)) collections.push(collection)
    this.#listeners.tell(by === undefined ? { collections } : { collections, by })
  }

  close(): void {
    this.#listeners.clear()
    this.#stop()
  }

  #stop(): void {
    this.#stopWatching?.()
    this.#stopWatching = undefined
  }
}
