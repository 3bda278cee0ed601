import type { FlowEvent } from './flow-event.js'

/**
 * Where an execution is (F12):
 *
 * | status | | goes on to |
 * |---|---|---|
 * | `scheduled` | waits for a runner | `running`, `paused`, `canceled` |
 * | `running` | a runner has it | all but `rescheduled` |
 * | `retrying` | a task has failed, and is tried again later | `running`, `paused`, `canceled` |
 * | `paused` | waits for somebody to resume it | `scheduled`, `canceled` |
 * | `failed` | | `rescheduled` |
 * | `canceled` | | `rescheduled` |
 * | `rescheduled` | waits for a runner again | `running`, `paused`, `canceled` |
 * | `completed` | | nothing |
 */
export type FlowStatus =
  'scheduled' | 'rescheduled' | 'running' | 'retrying' | 'paused' | 'completed' | 'failed' | 'canceled'

export const FLOW_STATUSES: readonly FlowStatus[] = [
  'scheduled',
  'rescheduled',
  'running',
  'retrying',
  'paused',
  'completed',
  'failed',
  'canceled',
]

/** Where one waits for a runner. */
export const WAITING: readonly FlowStatus[] = ['scheduled', 'rescheduled', 'retrying']

const ENDED: readonly FlowStatus[] = ['completed', 'failed', 'canceled']

/** An execution of a flow as it is stored: all but its values, which are in its history. */
export interface Execution {
  readonly id: string
  readonly flow: string
  /** Of the definition under which it goes on. */
  readonly fingerprint: string
  readonly status: FlowStatus
  /** Of its last event. */
  readonly step: number
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number
  /** The time of its last event. */
  readonly at: number
  /** The task that runs, is to run next, or was the last. */
  readonly task: string
  /** Its place among them, from 0; how many there are when all have ended. */
  readonly next: number
  /** How many tasks the flow has. */
  readonly tasks: number
  /** How often the task was begun, since the flow was scheduled last. */
  readonly attempt: number
  /** How often it was found without its runner meanwhile. */
  readonly lost: number
  /** How often a runner was given the execution. */
  readonly token: number
  /**
   * The steps at which its values came: first what it was started with (or migrated to), then the outputs of each task
   * from `base` on.
   */
  readonly values: readonly number[]
  readonly base: number
  /** When it may go on, while it waits. */
  readonly due: number | null
  /** Who has it, while it runs. */
  readonly lease: { readonly owner: string; readonly until: number } | null
  /** When the task that runs has begun. */
  readonly begun: number | null
  /** What its runner is asked to do when it can. */
  readonly asked: 'pause' | 'cancel' | null
  /** Why it is to be canceled, or was. */
  readonly reason: string | null
  readonly key: string | null
  readonly tags: readonly string[]
  /** The execution that this one does again. */
  readonly origin: string | null
  /** It counts for the limits of its flow. */
  readonly counted: boolean
  /** It waits until another one of its key has ended. */
  readonly parked: boolean
  /** Its last events, until there is a record for them. */
  readonly pending: readonly FlowEvent[]
}

export function isEnded({ status }: Pick<Execution, 'status'>): boolean {
  return ENDED.includes(status)
}
