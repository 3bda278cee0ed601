/**
 * What ends a function of the user's before it has ended by itself: its signal is made when somebody asks for it, which most
 * of them never do.
 */
export class Stop<Reason extends string> {
  #controller: AbortController | undefined
  #reason: Reason | undefined
  #error: Error | undefined
  readonly #listeners: (() => void)[] = []

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#error !== undefined) this.#controller.abort(this.#error)
    return this.#controller.signal
  }

  get reason(): Reason | undefined {
    return this.#reason
  }

  /** What the signal is aborted with. */
  get error(): Error | undefined {
    return this.#error
  }

  /** The first reason is the one that counts. */
  abort(reason: Reason, error: Error): void {
    if (this.#reason === undefined) this.set(reason, error)
    this.#controller?.abort(this.#error)
    for (const listener of this.#listeners) listener()
  }

  onAbort(listener: () => void): void {
    this.#listeners.push(listener)
    if (this.#reason !== undefined) listener()
  }

  /** Whether somebody has thrown because of this: the signal's reason, or what functions that take a signal throw. */
  hasThrown(error: unknown): boolean {
    if (this.#error === undefined) return false
    return error === this.#error || (error instanceof Error && error.name === 'AbortError')
  }

  protected set(reason: Reason, error: Error): void {
    this.#reason = reason
    this.#error = error
  }
}
