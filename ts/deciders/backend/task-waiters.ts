/** Room for tasks with somebody who polls. It is filled, or given back. */
export interface Room<T> {
  readonly identity: string | undefined
  fill(tasks: readonly T[]): void
  giveBack(): void
}

interface Queue<T> {
  /** When somebody looked last, all that waited was taken, and nothing was put there since: what comes now is next. */
  isEmpty: boolean
  /** There may be something that nobody has looked for. */
  hasNews: boolean
  readonly polls: Set<TaskPoll<T>>
}

/** One who polls: tasks are taken out of the queues for it, or handed to it on their way there. */
export class TaskPoll<T> {
  readonly identity: string | undefined
  readonly #tasks: T[] = []
  #room: number
  /** Rooms that are neither filled nor given back. */
  #open = 0
  #wake: (() => void) | undefined

  constructor(limit: number, identity: string | undefined) {
    this.#room = limit
    this.identity = identity
  }

  /** What it has been given so far. */
  get tasks(): readonly T[] {
    return this.#tasks
  }

  /** So many more tasks may be taken for it. */
  get room(): number {
    return this.#room
  }

  /** Whether it is complete: it has something, and nothing more is on its way. */
  get isComplete(): boolean {
    return this.#tasks.length > 0 && this.#open === 0
  }

  /** Whether tasks are on their way. */
  get isExpecting(): boolean {
    return this.#open > 0
  }

  hold(count: number): Room<T> {
    this.#room -= count
    this.#open++
    const close = (): void => {
      this.#open--
      this.wake()
    }
    return {
      identity: this.identity,
      fill: (tasks) => {
        this.#tasks.push(...tasks)
        close()
      },
      giveBack: () => {
        this.#room += count
        close()
      },
    }
  }

  /** Has it look whether it is complete, or has to do something. */
  wake(): void {
    this.#wake?.()
  }

  /** Resolves when it is woken. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        resolve()
      }
    })
  }
}

/** Those who poll for tasks of one kind here, by category: what a step makes is handed to them in its own transaction. */
export class TaskWaiters<T> {
  readonly #queues = new Map<string, Queue<T>>()

  /** Lets others hand tasks to a poll. @returns ends it */
  add(poll: TaskPoll<T>, categories: readonly string[]): () => void {
    const queues = categories.map((category) => this.#of(category))
    for (const { polls } of queues) polls.add(poll)
    return () => {
      for (const { polls } of queues) polls.delete(poll)
    }
  }

  /** Whether there may be something in these queues that nobody has looked for. */
  hasNews(categories: readonly string[]): boolean {
    return categories.some((category) => this.#of(category).hasNews)
  }

  /** Somebody looks, in a transaction, and has found all there is, or as much as there was room for. */
  looked(category: string, hasFoundAll: boolean): void {
    const queue = this.#of(category)
    queue.isEmpty = hasFoundAll
    queue.hasNews = !hasFoundAll
  }

  /** Room for a task that would be next: nothing else waits, as far as is known here, and somebody polls. */
  room(category: string): Room<T> | undefined {
    const { isEmpty, polls } = this.#of(category)
    if (!isEmpty) return undefined
    // Who has something already is on its way to do it.
    for (const poll of polls) if (poll.room > 0 && poll.tasks.length === 0) return poll.hold(1)
    return undefined
  }

  /** There may be something in the queue; without a category, in any. */
  changed(category?: string): void {
    const changed = category === undefined ? this.#queues.values() : [this.#of(category)]
    for (const queue of changed) {
      queue.isEmpty = false
      queue.hasNews = true
      for (const poll of [...queue.polls]) poll.wake()
    }
  }

  #of(category: string): Queue<T> {
    let queue = this.#queues.get(category)
    if (queue === undefined) {
      queue = { isEmpty: false, hasNews: true, polls: new Set() }
      this.#queues.set(category, queue)
    }
    return queue
  }
}
