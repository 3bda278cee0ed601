import type { WorkflowBackend } from '../backend/index.js'
import type { ActivityWorker } from './activity-worker.js'
import type { DecisionWorker } from './decision-worker.js'

/**
 * Works until there is nothing to do now: for hosts that are woken and sleep again, as a Durable Object or a cron job is.
 *
 * @returns when there is something to do again by itself (ms since 1970), which is when to be woken; nothing where there
 * never is
 * @example
 * const next = await workUntilIdle(manager, [decisions, activities])
 * if (next !== undefined) await storage.setAlarm(next)
 */
export async function workUntilIdle(
  { backend }: { readonly backend: WorkflowBackend },
  workers: readonly (DecisionWorker | ActivityWorker)[],
): Promise<number | undefined> {
  for (let isIdle = false; !isIdle;) {
    isIdle = (await backend.tick()) === 0
    for (const worker of workers) if (await worker.step()) isIdle = false
  }
  return backend.nextDeadline()
}
