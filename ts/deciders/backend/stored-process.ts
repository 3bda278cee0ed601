import type { RecordKey, Value } from '../../records/index.js'
import type { HistoryEvent } from '../history/index.js'
import type {
  ActivityType,
  OpenActivity,
  OpenChild,
  OpenTimer,
  ProcessState,
  WorkflowType,
} from '../process/index.js'

/** A process as it is stored: one record, so that a step of a process that has little open writes no other for it. */
export interface StoredProcess {
  readonly state: ProcessState
  /** When it is looked at next: no later than something happens to it by itself. `null` for never. */
  readonly due: number | null
  /** What is open: the first of it, as long as it is small. */
  readonly activities?: readonly OpenActivity[]
  readonly timers?: readonly OpenTimer[]
  readonly children?: readonly OpenChild[]
  /** How much more is open, in records of its own. */
  readonly more?: number
}

/** What is open, by kind. */
export interface Open {
  readonly activities: OpenActivity
  readonly timers: OpenTimer
  readonly children: OpenChild
}

export type OpenKind = keyof Open

export const OPEN_KINDS: readonly OpenKind[] = ['activities', 'timers', 'children']

/** The collection of what is open and has a record of its own. */
export const COLLECTION: Readonly<Record<OpenKind, string>> = {
  activities: 'open_activities',
  timers: 'open_timers',
  children: 'open_children',
}

export function activityQueueKey(process: string, activity: OpenActivity | undefined): RecordKey | undefined {
  if (activity?.state.status !== 'waiting') return undefined
  const { category, priority, id, limits } = activity
  const { at, n } = activity.state.place
  return limits === undefined
    ? ['activity_queue', category, -priority, at, n, process, id]
    : ['limited_queue', category, activity.activity, laneOf(activity), -priority, at, n, process, id]
}

/** That an activity runs of which only so many may at once. */
export function limitedRunningKey(
  process: string,
  activity: OpenActivity | undefined,
): RecordKey | undefined {
  if (activity?.state.status !== 'running' || activity.limits === undefined) return undefined
  return ['limited_running', activity.activity, laneOf(activity), process, activity.id]
}

/** Those of one key wait in a lane of their own, where so many of a key may run. */
function laneOf({ limits, key = '' }: OpenActivity): string {
  return limits?.atOncePerKey === undefined ? '' : key
}

export function timerQueueKey(process: string, timer: OpenTimer | undefined): RecordKey | undefined {
  return timer && ['timer_queue', timer.place.at, timer.place.n, process, timer.id]
}

export function awaitedKey(process: string, activity: OpenActivity | undefined): RecordKey | undefined {
  if (activity?.manual !== true) return undefined
  const { activity: name, scheduledAt, scheduled, id } = activity
  return ['awaited_activities', name, scheduledAt, process, scheduled, id]
}

export function decisionQueueKey({ id, category, decision }: ProcessState): RecordKey | undefined {
  if (decision.status !== 'queued') return undefined
  return ['decision_queue', category, decision.place.at, decision.place.n, id]
}

export function listKeys({ id, workflow, tags, startedAt, closed }: ProcessState): RecordKey[] {
  const status = closed === undefined ? 'open' : 'closed'
  return [
    ['process_list', status, 'all', startedAt, id],
    ['process_list', status, 'workflow', workflow, startedAt, id],
    ...[...new Set(tags)].map((tag): RecordKey => ['process_list', status, 'tag', tag, startedAt, id]),
  ]
}

/** Characters that the values of what is open in the process's own record may have, roughly. */
const SMALL = 600

/** Whether what is open is small enough for the process's own record. */
export function isSmall(open: OpenActivity | OpenTimer | OpenChild): boolean {
  if ('data' in open) return roughSize(open.data) <= SMALL
  if ('input' in open) {
    const { input, details, last } = open
    return roughSize(input) + roughSize(details) + roughSize(last) <= SMALL
  }
  return roughSize(open.tags) <= SMALL
}

/** About how many characters a value takes, at least; what is far larger than anybody asks for is not counted out. */
export function roughSize(value: unknown, most = 65_536): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (value instanceof Map) return roughSize([...(value as ReadonlyMap<unknown, unknown>)].flat(), most)
  if (value instanceof Set) return roughSize([...(value as ReadonlySet<unknown>)], most)
  let size = 2
  for (const key in value) {
    size += key.length + roughSize(Reflect.get(value, key), most)
    if (size > most) break
  }
  return size
}

/** Plain JSON, and the values of users, which a record takes as they are. */
export function valueOf(thing: object): Value {
  return thing as Value
}

/** The other way round: these collections hold what `valueOf` was given, in the form that the schema's version says. */
export const READ = {
  events: (value: Value) => value as unknown as readonly HistoryEvent[],
  process: (value: Value) => value as unknown as StoredProcess,
  activities: (value: Value) => value as unknown as OpenActivity,
  timers: (value: Value) => value as unknown as OpenTimer,
  children: (value: Value) => value as unknown as OpenChild,
  workflowType: (value: Value) => value as unknown as WorkflowType,
  activityType: (value: Value) => value as unknown as ActivityType,
}
