import type { Execution, FlowStatus } from '../execution/index.js'

/** An execution as lists show it. Times are milliseconds since 1970. */
export interface ExecutionInfo {
  readonly id: string
  readonly flow: string
  /** Of the definition under which it goes on. */
  readonly fingerprint: string
  readonly status: FlowStatus
  /** The task that runs, is to run next, or was the last. */
  readonly task: string
  /** How many tasks have ended with outputs, of how many. */
  readonly done: number
  readonly tasks: number
  /** How often the task was begun, since the flow was scheduled last. */
  readonly attempt: number
  readonly createdAt: number
  /** The time of its last event. */
  readonly updatedAt: number
  /** When it may go on, while it waits. */
  readonly due?: number
  /** Who runs it, and by when its lease runs out. */
  readonly owner?: string
  readonly leasedUntil?: number
  /** What its runner is asked to do when it can. */
  readonly asked?: 'pause' | 'cancel'
  /** Why it is to be canceled, or was. */
  readonly reason?: string
  /** It waits until another one of its concurrency key has ended. */
  readonly waitsForKey?: true
  readonly key?: string
  readonly tags: readonly string[]
  /** The execution that this one does again. */
  readonly origin?: string
}

export function executionInfo(execution: Execution): ExecutionInfo {
  const { id, flow, fingerprint, status, task, next, tasks, attempt, createdAt, at, tags } = execution
  const { due, lease, asked, reason, key, origin, parked } = execution
  return {
    id,
    flow,
    fingerprint,
    status,
    task,
    done: next,
    tasks,
    attempt,
    createdAt,
    updatedAt: at,
    ...(due !== null && { due }),
    ...(lease !== null && { owner: lease.owner, leasedUntil: lease.until }),
    ...(asked !== null && { asked }),
    ...(reason !== null && { reason }),
    ...(parked && { waitsForKey: parked }),
    ...(key !== null && { key }),
    tags,
    ...(origin !== null && { origin }),
  }
}
