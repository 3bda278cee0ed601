import type { Clock } from '../../clock/index.js'
import type { ProcessTransactions } from './process-transactions.js'
import type { TaskWaiters } from './task-waiters.js'
import type { Poll } from './workflow-backend.js'

/** Who polls, with what is meant where nothing is said. */
export type FullPoll = Omit<Poll, 'category'> & {
  readonly categories: readonly string[]
  readonly limit: number
}

/** Polls, and waits where there is nothing; nobody looks into a queue that is known to be empty. */
export async function pollTasks<T>(
  transactions: ProcessTransactions,
  waiters: TaskWaiters<T>,
  { categories, limit, identity, wait = 0, signal }: FullPoll,
  clock: Clock,
  take: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  if (!(wait > 0)) return take()
  const until = clock.now() + wait
  // From now on: what changes while the queue is looked into is not missed.
  const end = transactions.begin()
  try {
    while (signal?.aborted !== true) {
      if (!waiters.areEmpty(categories) || transactions.alarm.isDue) {
        const tasks = await waiters.taken(categories, limit, take)
        if (tasks.length > 0) return tasks
        continue
      }
      if (clock.now() >= until) {
        // A tab that ended between its commit and the telling has told nobody.
        return await take()
      }
      const tasks = await waiters.wait(categories, { limit, identity, until, signal })
      if (tasks.length > 0) return tasks
    }
    return []
  } finally {
    end()
  }
}
