import type { ModelStop } from './step-call.js'
import { canceledBy, storeFailed } from './run-errors.js'

/** What of a run is under way. */
export class RunWork {
  readonly #signal: AbortSignal | undefined
  readonly #stops = new Set<ModelStop>()
  #running = 0
  #reading = 0
  #unkept = 0
  #failure: { readonly error: unknown } | undefined
  #wake: () => void = () => undefined

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  /** Steps that have begun and not ended. */
  get running(): number {
    return this.#running
  }

  /** Of these, how many are still being read for. */
  get reading(): number {
    return this.#reading
  }

  /** Results that are not yet kept. */
  get unkept(): number {
    return this.#unkept
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#unkept === 0
  }

  get isAborted(): boolean {
    return this.#signal?.aborted === true
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** @throws what has gone wrong with the medium or the cache */
  assertSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Goes on with what a step is to come to. */
  later<T>(value: Promise<T>, then: (value: T) => void): void {
    this.#running++
    this.#after(value, () => this.#running--, then)
  }

  /** Goes on with what a step needs to be read for. */
  afterRead<T>(value: Promise<T>, then: (value: T) => void): void {
    this.#running++
    this.#reading++
    const ended = (): void => {
      this.#running--
      this.#reading--
    }
    this.#after(value, ended, then)
  }

  /** Goes on when a result is kept. */
  afterKept(kept: Promise<boolean>, then: (isKept: boolean) => void): void {
    this.#unkept++
    this.#after(kept, () => this.#unkept--, then)
  }

  /** Until something has ended. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }

  /** Ends what is under way when the run is called off. @returns takes that back */
  onStop(stop: ModelStop): () => void {
    this.#stops.add(stop)
    if (this.isAborted) stop.abort('canceled', canceledBy(this.#signal))
    return () => this.#stops.delete(stop)
  }

  /** Ends all that is under way. */
  abort(): void {
    for (const stop of this.#stops) stop.abort('canceled', canceledBy(this.#signal))
    this.#wake()
  }

  /** Counted out and gone on with in one go: else there would be a moment in which nothing seems to be under way. */
  #after<T>(value: Promise<T>, ended: () => void, then: (value: T) => void): void {
    value
      .then(
        (there) => {
          ended()
          then(there)
        },
        (error: unknown) => {
          ended()
          throw error
        },
      )
      .catch((error: unknown) => {
        this.#failure ??= { error }
        // Nobody waits for what they come to any more.
        for (const stop of this.#stops) stop.abort('canceled', storeFailed())
      })
      .finally(() => this.#wake())
  }
}
