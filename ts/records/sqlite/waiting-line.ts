import { UnitflowError } from '../../errors/index.js'
import type { MediumOutcome, MediumReader, MediumWrite } from '../record-medium.js'

/** What work came to, before anybody is told. */
export interface Attempt {
  readonly failed: boolean
  readonly writes: readonly MediumWrite[]
  /** Tells whoever waits what the work gave, or threw. */
  settle(): void
}

/** Work that waits for its turn. */
export interface Job {
  /** When it met somebody in the way first, of `performance.now()`. */
  busySince: number | undefined
  readonly signal: AbortSignal | undefined
  /** Runs the work; never rejects. */
  attempt(reader: MediumReader): Promise<Attempt>
  /** Tells whoever waits that there was no way to run it. */
  reject(error: unknown): void
}

/** Works in the order in which they came. */
export class WaitingLine {
  readonly #jobs = new Set<Job>()
  readonly #busyTimeout: number

  /** @param busyTimeout in ms */
  constructor(busyTimeout: number) {
    this.#busyTimeout = busyTimeout
  }

  get isEmpty(): boolean {
    return this.#jobs.size === 0
  }

  /** Puts work at the end; gives what its job settles. */
  add<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const { promise, resolve, reject } = withResolvers<T>()
    const end = (): void => signal?.removeEventListener('abort', abort)
    const job: Job = {
      busySince: undefined,
      signal,
      async attempt(reader) {
        try {
          const { result, writes } = await work(reader)
          const settle = (): void => {
            end()
            resolve(result)
          }
          return { failed: false, writes, settle }
        } catch (error) {
          return { failed: true, writes: [], settle: () => this.reject(error) }
        }
      },
      reject(error) {
        end()
        reject(error)
      },
    }
    // What waits is given up at once. What has begun settles as it does, unless it must run again.
    const abort = (): void => {
      if (this.#jobs.delete(job)) job.reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort)
    this.#jobs.add(job)
    return promise
  }

  next(): Job | undefined {
    for (const job of this.#jobs) {
      this.#jobs.delete(job)
      return job
    }
    return undefined
  }

  takeAll(): readonly Job[] {
    const jobs = [...this.#jobs]
    this.#jobs.clear()
    return jobs
  }

  /** Puts works that must run again before all others. */
  putBack(jobs: readonly Job[]): void {
    for (const job of [...jobs, ...this.takeAll()]) {
      if (job.signal?.aborted === true) job.reject(job.signal.reason)
      else this.#jobs.add(job)
    }
  }

  rejectAll(error: unknown): void {
    for (const job of this.takeAll()) job.reject(error)
  }

  /** Others are in the way: gives up on those for whom they have been so for long enough. */
  rejectOverdue(cause: unknown): void {
    const now = performance.now()
    for (const job of this.#jobs) {
      const waited = now - (job.busySince ??= now)
      if (waited < this.#busyTimeout) continue
      this.#jobs.delete(job)
      job.reject(storeBusy(waited, cause))
    }
  }
}

/** @param waited in ms */
export function storeBusy(waited: number, cause?: unknown): UnitflowError<'store-busy'> {
  const ms = Math.round(waited)
  return new UnitflowError(
    'store-busy',
    `others kept the database busy for ${ms} ms`,
    { waited: ms },
    { cause },
  )
}

/** What `Promise.withResolvers` gives, which Node has from 22. */
function withResolvers<T>(): {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
} {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle))
  return { promise, resolve, reject }
}
