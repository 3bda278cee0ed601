import type { Clock } from '../../clock/index.js'
import { SharedTimer } from '../../clock/index.js'
import type { ProcessInfo, ProcessWait } from './workflow-backend.js'

interface Waiter {
  readonly until: ProcessWait['until']
  end(): void
}

/** Those who wait for what happens to a process. */
export class ProcessWaiters {
  readonly #timer: SharedTimer
  readonly #waiting = new Map<string, Set<Waiter>>()

  constructor(clock: Clock) {
    this.#timer = new SharedTimer(clock)
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /**
   * Somebody begins to wait, until a time (ms since 1970) at most: what happens from now on counts.
   *
   * @returns resolves when the process is as they want it, may be, or the time is over; `end` gives up
   */
  begin(
    id: string,
    time: number,
    { until, signal }: ProcessWait,
  ): { readonly until: Promise<void>; end(): void } {
    let end = (): void => undefined
    const promise = new Promise<void>((resolve) => {
      const waiters = this.#waiting.get(id) ?? new Set()
      this.#waiting.set(id, waiters)
      const waiter: Waiter = { until, end: () => end() }
      end = () => {
        waiters.delete(waiter)
        if (waiters.size === 0) this.#waiting.delete(id)
        cancel()
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const cancel = this.#timer.add(time, end)
      signal?.addEventListener('abort', end)
      waiters.add(waiter)
    })
    return { until: promise, end }
  }

  /** What has become of a process. */
  tell(id: string, info: Pick<ProcessInfo, 'closed' | 'lastSeq'>): void {
    for (const waiter of [...(this.#waiting.get(id) ?? [])]) if (isMet(waiter.until, info)) waiter.end()
  }

  /** Something may have happened to any of them. */
  wakeAll(): void {
    for (const waiters of [...this.#waiting.values()]) for (const waiter of [...waiters]) waiter.end()
  }
}

/** Whether a process is as somebody wants it who waits. */
export function isMet(
  until: ProcessWait['until'],
  { closed, lastSeq }: Pick<ProcessInfo, 'closed' | 'lastSeq'>,
): boolean {
  return closed !== undefined || (until !== 'closed' && lastSeq > until)
}
