import { UnitflowError } from '../../errors/index.js'
import type { RecordKey, RecordTransaction, Value } from '../../records/index.js'
import type { HistoryEvent } from '../history/index.js'
import { nextDeadline } from '../process/index.js'
import type {
  ActivityType,
  OpenActivity,
  OpenChild,
  OpenTimer,
  OpenWork,
  ProcessState,
  StepResult,
  WorkflowType,
} from '../process/index.js'

/** How many records are read at once where all of a kind are. */
const PAGE = 1000

/** A process as it is stored. */
export interface StoredProcess {
  readonly state: ProcessState
  /** When it is looked at next: no later than something happens to it by itself. Infinity for never. */
  readonly due: number
}

/** What of a process a step needs: what is open under these ids, or all of it. */
export interface Needed {
  readonly activities?: readonly string[]
  readonly timers?: readonly string[]
  readonly children?: readonly string[]
}

/**
 * Reads and writes processes in one transaction. Nobody else knows the records:
 *
 * | collection | key | |
 * |---|---|---|
 * | `processes` | id | state |
 * | `process_events` | process, seq | an event |
 * | `open_activities`, `open_timers`, `open_children` | process, id | what is open |
 * | `decision_queue` | category, time, n, process | what waits for a worker that decides |
 * | `activity_queue` | category, -priority, time, n, process, id | what waits for a worker that does it |
 * | `timer_queue` | time, n, process, id | timers, by when they are due |
 * | `process_deadlines` | time, process | when a process is to be looked at |
 * | `process_list` | status, workflow or tag, time, process | for lists |
 * | `workflow_types`, `activity_types` | name | settings |
 */
export class ProcessRecords {
  readonly #transaction: RecordTransaction

  constructor(transaction: RecordTransaction) {
    this.#transaction = transaction
  }

  async find(id: string): Promise<StoredProcess | undefined> {
    const found = await this.#transaction.get(['processes', id])
    return found === undefined ? undefined : stored(found)
  }

  /** @throws `no-such-process` */
  async get(id: string): Promise<StoredProcess> {
    const found = await this.find(id)
    if (found !== undefined) return found
    throw new UnitflowError('no-such-process', `there is no process ${JSON.stringify(id)}`, { process: id })
  }

  async open(process: string, { activities = [], timers = [], children = [] }: Needed): Promise<OpenWork> {
    return {
      activities: await this.#some(READ.activity, 'open_activities', process, activities),
      timers: await this.#some(READ.timer, 'open_timers', process, timers),
      children: await this.#some(READ.child, 'open_children', process, children),
    }
  }

  async allOpen(process: string): Promise<OpenWork> {
    return {
      activities: await this.#all(READ.activity, 'open_activities', process),
      timers: await this.#all(READ.timer, 'open_timers', process),
      children: await this.#all(READ.child, 'open_children', process),
    }
  }

  async events(process: string, after: number, limit: number): Promise<readonly HistoryEvent[]> {
    const range = {
      from: ['process_events', process, after + 1] as const,
      to: ['process_events', process, ''] as const,
    }
    const found = await this.#transaction.scan({ ...range, limit })
    return found.map(({ value }) => READ.event(value))
  }

  async workflowType(name: string): Promise<WorkflowType | undefined> {
    const found = await this.#transaction.get(['workflow_types', name])
    return found === undefined ? undefined : READ.workflowType(found)
  }

  async activityType(name: string): Promise<ActivityType | undefined> {
    const found = await this.#transaction.get(['activity_types', name])
    return found === undefined ? undefined : READ.activityType(found)
  }

  setWorkflowType(type: WorkflowType): void {
    this.#transaction.set(['workflow_types', type.name], valueOf(type))
  }

  setActivityType(type: ActivityType): void {
    this.#transaction.set(['activity_types', type.name], valueOf(type))
  }

  /**
   * Writes what a step has come to.
   *
   * @param before what was stored; nothing for a new process
   * @param open what was open before, of what the step has changed at least
   * @param isAll whether `open` is all that was open: then the next deadline is known exactly
   */
  save(before: StoredProcess | undefined, open: OpenWork, result: StepResult, isAll = false): StoredProcess {
    const { state, events } = result
    for (const event of events) this.#transaction.set(['process_events', state.id, event.seq], valueOf(event))
    this.#saveActivities(state.id, open, result)
    this.#saveTimers(state.id, open, result)
    for (const [id, child] of result.children) this.#put(['open_children', state.id, id], child)
    this.#queueDecision(before?.state, state)
    if (before === undefined || (before.state.closed === undefined) !== (state.closed === undefined)) {
      this.#list(before?.state, state)
    }
    return this.#store(state, before?.due, dueAfter(before?.due, open, result, isAll))
  }

  /** Has a process looked at at another time. */
  setDue({ state, due }: StoredProcess, next: number): void {
    this.#store(state, due, next)
  }

  /** Whoever is to be looked at next, and when. */
  async nextDue(): Promise<{ readonly at: number; readonly process: string } | undefined> {
    const [first] = await this.#transaction.scan({ prefix: ['process_deadlines'], limit: 1 })
    return first === undefined ? undefined : { at: Number(first.key[1]), process: String(first.key[2]) }
  }

  async nextTimer(): Promise<
    { readonly at: number; readonly n: number; readonly process: string; readonly id: string } | undefined
  > {
    const [first] = await this.#transaction.scan({ prefix: ['timer_queue'], limit: 1 })
    if (first === undefined) return undefined
    const [, at, n, process, id] = first.key
    return { at: Number(at), n: Number(n), process: String(process), id: String(id) }
  }

  async decisionsWaiting(
    category: string,
    limit: number,
  ): Promise<readonly { readonly at: number; readonly n: number; readonly process: string }[]> {
    const found = await this.#transaction.scan({ prefix: ['decision_queue', category], limit })
    return found.map(({ key: [, , at, n, process] }) => ({
      at: Number(at),
      n: Number(n),
      process: String(process),
    }))
  }

  async activitiesWaiting(
    category: string,
    limit: number,
  ): Promise<readonly { readonly process: string; readonly id: string }[]> {
    const found = await this.#transaction.scan({ prefix: ['activity_queue', category], limit })
    return found.map(({ key: [, , , , , process, id] }) => ({ process: String(process), id: String(id) }))
  }

  /** Ids of processes in the order in which they were started; `after` is the key of the last one before. */
  async listed(
    list: readonly [string, ...string[]],
    after: readonly [number, string] | undefined,
    limit: number,
  ): Promise<readonly { readonly startedAt: number; readonly process: string }[]> {
    const prefix: RecordKey = ['process_list', ...list]
    const found = await this.#transaction.scan({
      from: after === undefined ? prefix : [...prefix, after[0], after[1], 0],
      // Behind every number, and what is below it.
      to: [...prefix, ''],
      limit,
    })
    return found.map(({ key }) => ({ startedAt: Number(key.at(-2)), process: String(key.at(-1)) }))
  }

  /** Takes a closed process away, and its history. */
  async remove({ state }: StoredProcess): Promise<void> {
    for (;;) {
      const events = await this.#transaction.scan({ prefix: ['process_events', state.id], limit: PAGE })
      for (const { key } of events) this.#transaction.delete(key)
      if (events.length < PAGE) break
    }
    for (const key of listKeys(state)) this.#transaction.delete(key)
    this.#transaction.delete(['processes', state.id])
  }

  async #some<T>(
    read: (value: Value) => T,
    collection: string,
    process: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, T>> {
    const found = new Map<string, T>()
    for (const id of ids) {
      const value = await this.#transaction.get([collection, process, id])
      if (value !== undefined) found.set(id, read(value))
    }
    return found
  }

  async #all<T>(
    read: (value: Value) => T,
    collection: string,
    process: string,
  ): Promise<ReadonlyMap<string, T>> {
    const found = new Map<string, T>()
    const prefix: RecordKey = [collection, process]
    for (let from: RecordKey | undefined; ;) {
      // From a key on there is no end, so it is looked for.
      const page: readonly { readonly key: RecordKey; readonly value: Value }[] =
        await this.#transaction.scan(
          from === undefined
            ? { prefix, limit: PAGE }
            : { from, to: [collection, `${process}\u0000`], limit: PAGE },
        )
      for (const { key, value } of page) found.set(String(key[2]), read(value))
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return found
      from = [collection, process, `${String(last.key[2])}\u0000`]
    }
  }

  #saveActivities(process: string, open: OpenWork, { activities }: StepResult): void {
    for (const [id, activity] of activities) {
      const before = queueKey(process, open.activities.get(id))
      const after = queueKey(process, activity)
      if (before !== undefined) this.#transaction.delete(before)
      if (after !== undefined) this.#transaction.set(after, 0)
      this.#put(['open_activities', process, id], activity)
    }
  }

  #saveTimers(process: string, open: OpenWork, { timers }: StepResult): void {
    for (const [id, timer] of timers) {
      const before = open.timers.get(id)
      if (before !== undefined) this.#transaction.delete(timerKey(process, before))
      if (timer !== undefined) this.#transaction.set(timerKey(process, timer), 0)
      this.#put(['open_timers', process, id], timer)
    }
  }

  #queueDecision(before: ProcessState | undefined, after: ProcessState): void {
    const [old, now] = [before === undefined ? undefined : decisionKey(before), decisionKey(after)]
    if (old !== undefined && old.join() === now?.join()) return
    if (old !== undefined) this.#transaction.delete(old)
    if (now !== undefined) this.#transaction.set(now, 0)
  }

  #list(before: ProcessState | undefined, after: ProcessState): void {
    if (before !== undefined) for (const key of listKeys(before)) this.#transaction.delete(key)
    for (const key of listKeys(after)) this.#transaction.set(key, 0)
  }

  #store(state: ProcessState, before: number | undefined, due: number): StoredProcess {
    const { id } = state
    if (due !== before) {
      if (before !== undefined && before !== Infinity) {
        this.#transaction.delete(['process_deadlines', before, id])
      }
      if (due !== Infinity) this.#transaction.set(['process_deadlines', due, id], 0)
    }
    this.#transaction.set(['processes', id], valueOf({ due: due === Infinity ? null : due, ...state }))
    return { state, due }
  }

  #put(key: RecordKey, value: object | undefined): void {
    if (value === undefined) this.#transaction.delete(key)
    else this.#transaction.set(key, valueOf(value))
  }
}

/**
 * When a process is to be looked at. Most steps only add deadlines that are later than one there is already, or take some
 * away: so it is left as it is until that time has come, and a step writes nothing for it.
 */
function dueAfter(
  before: number | undefined,
  open: OpenWork,
  { state, activities }: StepResult,
  isAll: boolean,
): number {
  if (state.closed !== undefined) return Infinity
  const changed = isAll ? new Map([...open.activities, ...activities]) : activities
  const known = [...changed.values()].filter((activity) => activity !== undefined)
  const next = nextDeadline(state, known)
  return isAll ? next : Math.min(before ?? Infinity, next)
}

function queueKey(process: string, activity: OpenActivity | undefined): RecordKey | undefined {
  if (activity?.state.status !== 'waiting') return undefined
  const { category, priority, id } = activity
  const { at, n } = activity.state.place
  return ['activity_queue', category, -priority, at, n, process, id]
}

function timerKey(process: string, { id, place }: OpenTimer): RecordKey {
  return ['timer_queue', place.at, place.n, process, id]
}

function decisionKey({ id, category, decision }: ProcessState): RecordKey | undefined {
  if (decision.status !== 'queued') return undefined
  return ['decision_queue', category, decision.place.at, decision.place.n, id]
}

function listKeys({ id, workflow, tags, startedAt, closed }: ProcessState): RecordKey[] {
  const status = closed === undefined ? 'open' : 'closed'
  return [
    ['process_list', status, 'all', startedAt, id],
    ['process_list', status, 'workflow', workflow, startedAt, id],
    ...[...new Set(tags)].map((tag): RecordKey => ['process_list', status, 'tag', tag, startedAt, id]),
  ]
}

function stored(value: Value): StoredProcess {
  const { due, ...state } = READ.process(value)
  return { state, due: due ?? Infinity }
}

/** Plain JSON, and the values of users, which a record takes as they are. */
function valueOf(thing: object): Value {
  return thing as Value
}

/** The other way round: these collections hold what `valueOf` was given, in the form that the schema's version says. */
const READ = {
  event: (value: Value) => value as unknown as HistoryEvent,
  process: (value: Value) => value as unknown as ProcessState & { readonly due: number | null },
  activity: (value: Value) => value as unknown as OpenActivity,
  timer: (value: Value) => value as unknown as OpenTimer,
  child: (value: Value) => value as unknown as OpenChild,
  workflowType: (value: Value) => value as unknown as WorkflowType,
  activityType: (value: Value) => value as unknown as ActivityType,
}
