import type { RecordKey } from '../../records/index.js'
import type { Execution, FlowStatus } from '../execution/index.js'

/**
 * Where executions are listed by what they are at:
 *
 * | collection | key | |
 * |---|---|---|
 * | `flow_executions` | id | the execution; while it runs, as it was when it was taken or asked something last |
 * | `flow_history` | id, step of the last | some of its events |
 * | `flow_waiting` | flow, fingerprint, due, id | what waits for a runner; its status |
 * | `flow_parked` | flow, concurrency key, due, id | what waits until another one of its key has ended |
 * | `flow_leases` | until, id | what runs, by when its lease runs out |
 * | `flow_running` | flow, or flow and concurrency key | how many of it run, where that is limited |
 * | `flow_list` | flow, group of statuses, created at, id | for lists |
 * | `flow_tags` | tag, created at, id | |
 * | `flow_progress` | id | how far a task says that it is, and the details of its last heartbeat |
 * | `flow_definitions` | flow, fingerprint | the names of the tasks |
 * | `flow_schema` | | the version of all this |
 */
export const FLOW_COLLECTIONS = [
  'flow_executions',
  'flow_history',
  'flow_waiting',
  'flow_parked',
  'flow_leases',
  'flow_running',
  'flow_list',
  'flow_tags',
  'flow_progress',
  'flow_definitions',
  'flow_schema',
] as const

/** What lists tell apart; what runs is found by its leases. */
export type Group = Exclude<FlowStatus, 'scheduled' | 'running'> | 'open'

export const GROUPS: readonly Group[] = [
  'open',
  'rescheduled',
  'retrying',
  'paused',
  'completed',
  'failed',
  'canceled',
]

/** Most go from `scheduled` through `running` to their end: they change their group once. */
export function groupOf(status: FlowStatus): Group {
  return status === 'scheduled' || status === 'running' ? 'open' : status
}

export function executionKey(id: string): RecordKey {
  return ['flow_executions', id]
}

export function listKey({ flow, status, createdAt, id }: Execution): RecordKey {
  return ['flow_list', flow, groupOf(status), createdAt, id]
}

/** Where those look that go on with it: runners, and whoever finds what has lost its runner. */
export function placeKey(execution: Execution): RecordKey | undefined {
  const { id, flow, fingerprint, status, due, lease, parked, key } = execution
  if (status === 'running') return lease === null ? undefined : ['flow_leases', lease.until, id]
  if (due === null) return undefined
  return parked ? ['flow_parked', flow, key ?? '', due, id] : ['flow_waiting', flow, fingerprint, due, id]
}

/** Whether it is where it was. */
export function isSamePlace(a: Execution, b: Execution): boolean {
  return (
    a.status === b.status &&
    a.due === b.due &&
    a.parked === b.parked &&
    a.fingerprint === b.fingerprint &&
    a.lease?.until === b.lease?.until
  )
}

export function runningKey(flow: string, key?: string): RecordKey {
  return key === undefined ? ['flow_running', flow] : ['flow_running', flow, key]
}
