import type { Clock } from '../../clock/index.js'
import { SharedTimer } from '../../clock/index.js'
import type { StepTime } from '../process/index.js'
import { noCategory } from './backend-checks.js'
import type { ProcessRecords } from './process-records.js'
import type { ProcessTransactions } from './process-transactions.js'
import type { TaskWaiters } from './task-waiters.js'
import { TaskPoll } from './task-waiters.js'
import type { Poll } from './workflow-backend.js'

const DEFAULT_CATEGORY = 'default'

/** Takes tasks out of one queue. */
export type Take<T> = (
  category: string,
  limit: number,
  processes: ProcessRecords,
  time: StepTime,
) => Promise<readonly T[]>

/** Does what is due. */
export type PassTime = (processes: ProcessRecords, time: StepTime) => Promise<unknown>

/** Polls for tasks, and waits where there are none: nobody looks into a queue that has no news. */
export class TaskPolls {
  readonly #transactions: ProcessTransactions
  readonly #clock: Clock
  readonly #timer: SharedTimer
  readonly #passTime: PassTime

  constructor(transactions: ProcessTransactions, clock: Clock, passTime: PassTime) {
    this.#transactions = transactions
    this.#clock = clock
    this.#timer = new SharedTimer(clock)
    this.#passTime = passTime
  }

  async poll<T>(waiters: TaskWaiters<T>, asked: Poll, take: Take<T>): Promise<readonly T[]> {
    const { category = DEFAULT_CATEGORY, limit = 1, identity, wait = 0, signal } = asked
    const categories = typeof category === 'string' ? [category] : category
    if (categories.length === 0) throw noCategory()
    const poll = new TaskPoll<T>(limit, identity)
    if (!(wait > 0)) {
      await this.#look(waiters, poll, categories, take, true)
      return poll.tasks
    }
    const until = this.#clock.now() + wait
    const wake = (): void => poll.wake()
    const ends = [
      // From now on: what changes while a queue is looked into is not missed.
      this.#transactions.begin(),
      waiters.add(poll, categories),
      this.#timer.add(until, wake),
    ]
    signal?.addEventListener('abort', wake)
    try {
      while (!poll.isComplete) {
        const isOver = signal?.aborted === true || this.#clock.now() >= until
        if (isOver && !poll.isExpecting) {
          // A tab that ended between its commit and the telling has told nobody.
          if (signal?.aborted !== true) await this.#look(waiters, poll, categories, take, true)
          break
        }
        // One whose room is taken waits for what is on its way: it would look again and again, and take nothing.
        const mayTake = !isOver && poll.room > 0
        if (mayTake && (waiters.hasNews(categories) || this.#transactions.alarm.isDue)) {
          await this.#look(waiters, poll, categories, take, this.#transactions.alarm.isDue)
        } else await poll.woken()
      }
      return poll.tasks
    } finally {
      signal?.removeEventListener('abort', wake)
      for (const end of ends) end()
    }
  }

  /** Looks into the queues, and takes as much as there is room for. */
  async #look<T>(
    waiters: TaskWaiters<T>,
    poll: TaskPoll<T>,
    categories: readonly string[],
    take: Take<T>,
    isTimed: boolean,
  ): Promise<void> {
    try {
      await this.#transactions.write(async (processes, time, run) => {
        if (isTimed) await this.#passTime(processes, time)
        processes.write()
        for (const category of categories) {
          // Some may have been handed to it since it asked.
          const { room } = poll
          if (room <= 0) break
          const tasks = await take(category, room, processes, time)
          if (tasks.length > 0) run.hand(poll.hold(tasks.length), tasks)
          waiters.looked(category, tasks.length < room)
          // What was taken counts for the next category.
          processes.write()
        }
      }, isTimed)
    } catch (error) {
      for (const category of categories) waiters.changed(category)
      throw error
    }
  }
}
