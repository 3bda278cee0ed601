import { UnitflowError } from '../../errors/index.js'

/**
 * Why a task is to end: somebody has canceled its flow, it takes too long, its runner is to end, or somebody else has the
 * execution.
 */
export type StopReason = 'canceled' | 'timed-out' | 'released' | 'lost'

/** What ends a task before it has: its signal is made when somebody asks for it, which most tasks never do. */
export class Stop {
  #controller: AbortController | undefined
  #reason: StopReason | undefined
  #error: UnitflowError | undefined
  /** Nothing is aborted by that. */
  isPauseAsked = false
  readonly #listeners: (() => void)[] = []

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#error !== undefined) this.#controller.abort(this.#error)
    return this.#controller.signal
  }

  get reason(): StopReason | undefined {
    return this.#reason
  }

  /** What the signal is aborted with. */
  get error(): UnitflowError | undefined {
    return this.#error
  }

  /** The first reason is the one that counts, but that the execution is lost counts more. */
  abort(reason: StopReason, error: UnitflowError): void {
    if (this.#reason === undefined || reason === 'lost') {
      this.#reason = reason
      this.#error = error
    }
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
}

export function canceledBecause(reason: string): UnitflowError<'canceled'> {
  return new UnitflowError(
    'canceled',
    reason === '' ? 'the flow was canceled' : `the flow was canceled: ${reason}`,
    {
      reason,
    },
  )
}
