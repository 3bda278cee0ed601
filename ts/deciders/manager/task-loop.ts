import type { Clock } from '../../clock/index.js'
import { isUnitflowError } from '../../errors/index.js'
import type { Poll } from '../backend/index.js'
import { LONGEST_WAIT } from './manager.js'

/** How tasks are got, and what is done with one. */
export interface TaskLoopOptions<T> {
  readonly clock: Clock
  /** The queues. */
  readonly categories: readonly string[]
  readonly identity: string | undefined
  /** So many tasks at once. */
  readonly concurrency: number
  readonly onError: ((error: unknown) => void) | undefined
  /** Before the first poll. */
  ready(): Promise<void>
  poll(poll: Poll): Promise<readonly T[]>
  work(task: T): Promise<void>
}

/** After an error of the backend, in ms. */
const TROUBLE_DELAY = 1000

/** Polls for tasks and works on them, many at once: what workers of both kinds do. */
export class TaskLoop<T> {
  readonly #options: TaskLoopOptions<T>
  readonly #running = new Set<Promise<void>>()
  /** Wakes whoever waits for room. */
  #freed: (() => void) | undefined

  constructor(options: TaskLoopOptions<T>) {
    this.#options = options
  }

  /** Works on what waits now, once. @returns whether there was anything */
  async step(): Promise<boolean> {
    await this.#options.ready()
    if (this.#options.categories.length === 0) return false
    const tasks = await this.#poll({})
    const worked = await Promise.allSettled(tasks.map((task) => this.#options.work(task)))
    for (const one of worked) if (one.status === 'rejected') throw one.reason
    return tasks.length > 0
  }

  /**
   * Works until the signal is aborted: what runs then goes on, see `settled`. An error of the backend (a busy store, a wire)
   * is waited out.
   *
   * @throws (by rejecting) `store-closed`
   */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, concurrency, categories, onError } = this.#options
    while (!signal.aborted) {
      try {
        await this.#options.ready()
        // Without a queue there is nothing to do, ever.
        if (this.#running.size >= concurrency || categories.length === 0) await this.#room(signal)
        else for (const task of await this.#poll({ wait: LONGEST_WAIT, signal })) this.#begin(task)
      } catch (error) {
        if (isUnitflowError(error, 'store-closed')) throw error
        onError?.(error)
        await clock.sleep(TROUBLE_DELAY, { signal }).catch(() => undefined)
      }
    }
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  #poll(poll: Poll): Promise<readonly T[]> {
    const { identity, categories, concurrency } = this.#options
    return this.#options.poll({
      ...poll,
      category: categories,
      limit: concurrency - this.#running.size,
      ...(identity !== undefined && { identity }),
    })
  }

  #begin(task: T): void {
    const running: Promise<void> = this.#options
      .work(task)
      // What cannot be told to the backend is left to time out there, and then done again.
      .catch((error: unknown) => this.#options.onError?.(error))
      .finally(() => {
        this.#running.delete(running)
        this.#freed?.()
      })
    this.#running.add(running)
  }

  #room(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      // While it was got ready, say: nobody would tell it again.
      if (signal.aborted) resolve()
      const end = (): void => {
        this.#freed = undefined
        signal.removeEventListener('abort', end)
        resolve()
      }
      this.#freed = end
      signal.addEventListener('abort', end)
    })
  }
}
