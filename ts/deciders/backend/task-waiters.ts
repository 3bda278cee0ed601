import type { SharedTimer } from '../../clock/index.js'

/** A place for one task with somebody who waits for one. It is filled, or given back. */
export interface Place<T> {
  readonly identity: string | undefined
  fill(task: T): void
  giveBack(): void
}

/** How somebody waits. */
export interface Waiting {
  /** Tasks that are taken at most. */
  readonly limit: number
  readonly identity: string | undefined
  /** Milliseconds since 1970. */
  readonly until: number
  readonly signal: AbortSignal | undefined
}

/** Those who wait for tasks of one kind here, by category: what a step makes is handed to them in its own transaction. */
export class TaskWaiters<T> {
  readonly #timer: SharedTimer
  readonly #categories = new Map<string, Category<T>>()

  constructor(timer: SharedTimer) {
    this.#timer = timer
  }

  /** Whether there is nothing in these queues, as far as is known here. */
  areEmpty(categories: readonly string[]): boolean {
    return categories.every((category) => this.#of(category).isEmpty)
  }

  /** Takes tasks out of queues; where they are fewer than there is room for, these are empty from then on. */
  async taken(
    categories: readonly string[],
    limit: number,
    take: () => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const before = categories.map((category) => this.#of(category).changes)
    const tasks = await take()
    for (const [index, category] of categories.entries()) {
      const of = this.#of(category)
      if (tasks.length < limit && of.changes === before[index]) of.isEmpty = true
    }
    return tasks
  }

  /** A place for a task that would be next: nothing else is in the queue, and somebody waits. */
  place(category: string): Place<T> | undefined {
    const { isEmpty, waiters } = this.#of(category)
    if (!isEmpty) return undefined
    for (const waiter of waiters) {
      const place = waiter.place()
      if (place !== undefined) return place
    }
    return undefined
  }

  /** Resolves with tasks that were handed over; with none when there may be some in the queue, or the waiting is over. */
  wait(categories: readonly string[], { limit, identity, until, signal }: Waiting): Promise<readonly T[]> {
    const queues = categories.map((category) => this.#of(category).waiters)
    return new Promise((resolve) => {
      const waiter = new Waiter<T>(limit, identity, (tasks) => {
        for (const waiters of queues) waiters.delete(waiter)
        cancel()
        signal?.removeEventListener('abort', wake)
        resolve(tasks)
      })
      const wake = (): void => waiter.wake()
      const cancel = this.#timer.add(until, wake)
      signal?.addEventListener('abort', wake)
      for (const waiters of queues) waiters.add(waiter)
    })
  }

  /** There may be something in the queue; without a category, in any. */
  changed(category?: string): void {
    const changed = category === undefined ? this.#categories.values() : [this.#of(category)]
    for (const of of changed) {
      of.changes++
      of.isEmpty = false
      for (const waiter of [...of.waiters]) waiter.wake()
    }
  }

  #of(category: string): Category<T> {
    let of = this.#categories.get(category)
    if (of === undefined) {
      of = { isEmpty: false, changes: 0, waiters: new Set() }
      this.#categories.set(category, of)
    }
    return of
  }
}

interface Category<T> {
  isEmpty: boolean
  /** How often there may have come something. */
  changes: number
  readonly waiters: Set<Waiter<T>>
}

class Waiter<T> {
  readonly #identity: string | undefined
  #room: number
  /** Places that are neither filled nor given back. */
  #open = 0
  #isWoken = false
  readonly #tasks: T[] = []
  readonly #end: (tasks: readonly T[]) => void

  constructor(room: number, identity: string | undefined, end: (tasks: readonly T[]) => void) {
    this.#room = room
    this.#identity = identity
    this.#end = end
  }

  place(): Place<T> | undefined {
    // Who has something waits only for what is on its way already.
    if (this.#room === 0 || this.#isWoken || this.#tasks.length > 0) return undefined
    this.#room--
    this.#open++
    return {
      identity: this.#identity,
      fill: (task) => {
        this.#tasks.push(task)
        this.#close()
      },
      giveBack: () => {
        this.#room++
        this.#close()
      },
    }
  }

  wake(): void {
    this.#isWoken = true
    this.#endIfReady()
  }

  #close(): void {
    this.#open--
    this.#endIfReady()
  }

  #endIfReady(): void {
    if (this.#open === 0 && (this.#isWoken || this.#tasks.length > 0)) this.#end(this.#tasks)
  }
}
