import { UnitflowError } from '../../errors/index.js'
import type { RecordKey, RecordTransaction } from '../../records/index.js'
import { isName } from '../../checks/index.js'
import type { HistoryEvent } from '../history/index.js'
import type { ActivityType, ProcessState, StepResult, WorkflowType } from '../process/index.js'
import { frozen } from './frozen.js'
import type { Waiting } from './limited-activities.js'
import { LimitedActivities } from './limited-activities.js'
import { LoadedProcess } from './loaded-process.js'
import { READ, valueOf } from './stored-process.js'

/** How many records are read at once where all of a kind are. */
const PAGE = 1000
/** Records with events that are read at once: most have several. */
const EVENT_RECORDS = 250
const SHARED = { shared: true }

/** A page of a list. */
export interface Listing {
  readonly after: readonly [number, string] | undefined
  readonly limit: number
  readonly reverse: boolean
}

/** What was written of a process. */
export interface Written {
  readonly state: ProcessState
  readonly events: readonly HistoryEvent[]
  /** It waits for a worker that decides, since then. */
  readonly isQueued: boolean
  /** A limited activity runs no more: another one may start. */
  readonly hasFreed: boolean
  /** The categories of activities that wait for a worker, since then. */
  readonly waiting: readonly string[]
}

/**
 * Reads and writes processes in one transaction: what the steps of it come to is written once, by {@link ProcessRecords.write}.
 * Nobody else knows the records:
 *
 * | collection | key | |
 * |---|---|---|
 * | `processes` | id | state, and what is open of it, as long as that is little |
 * | `process_events` | process, seq of the first | the events of a step |
 * | `open_activities`, `open_timers`, `open_children` | process, id | what else is open |
 * | `decision_queue` | category, time, n, process | what waits for a worker that decides |
 * | `activity_queue` | category, -priority, time, n, process, id | what waits for a worker that does it |
 * | `limited_queue`, `limited_running`, `activity_rates` | | see `LimitedActivities` |
 * | `timer_queue` | time, n, process, id | timers, by when they are due |
 * | `awaited_activities` | activity, time, process, seq, id | what somebody outside is to end |
 * | `process_deadlines` | time, process | when a process is to be looked at |
 * | `process_list` | status, workflow or tag, time, process | for lists |
 * | `workflow_types`, `activity_types` | name | settings |
 */
export class ProcessRecords {
  readonly #transaction: RecordTransaction
  readonly #loaded = new Map<string, LoadedProcess>()
  #earliest = Infinity
  #isDueKnown = false
  /** What was written, in the order in which it was. */
  readonly written: Written[] = []

  readonly limited: LimitedActivities

  /** @param turns which lanes were served last: see `LimitedActivities` */
  constructor(
    transaction: RecordTransaction,
    now: number,
    turns: Map<string, string> = new Map<string, string>(),
  ) {
    this.#transaction = transaction
    const due = (at: number): void => void (this.#earliest = Math.min(this.#earliest, at))
    this.limited = new LimitedActivities(transaction, { turns, now, due })
  }

  async find(id: string): Promise<LoadedProcess | undefined> {
    const loaded = this.#loaded.get(id)
    if (loaded !== undefined) return loaded
    // There is none, and some are no keys.
    if (!isName(id)) return undefined
    const found = await this.#transaction.get(['processes', id], SHARED)
    if (found === undefined) return undefined
    const stored = READ.process(found)
    return this.#keep(new LoadedProcess(this.#transaction, stored, stored.state))
  }

  /** @throws `no-such-process` */
  async get(id: string): Promise<LoadedProcess> {
    const found = await this.find(id)
    if (found !== undefined) return found
    throw new UnitflowError('no-such-process', `there is no process ${JSON.stringify(id)}`, { process: id })
  }

  /** A new process. */
  add(step: StepResult): void {
    this.#keep(new LoadedProcess(this.#transaction, undefined, step.state)).apply(step)
  }

  /** Those that a step was made of since the last `write`. */
  changed(): LoadedProcess[] {
    return [...this.#loaded.values()].filter(({ isChanged }) => isChanged)
  }

  /** Writes what the steps have come to. */
  write(): void {
    for (const process of this.changed()) {
      const { state, events, isQueuedNow: isQueued, hasFreed } = process
      this.written.push({
        state,
        events,
        isQueued,
        hasFreed,
        waiting: process.waitingNow().map(({ category }) => category),
      })
      this.#keep(process.write())
      this.#earliest = Math.min(this.#earliest, process.earliest)
    }
  }

  /** When the first of what was written is due, or of all that there is once `readDue` was called. */
  get earliest(): number {
    return this.#earliest
  }

  get isDueKnown(): boolean {
    return this.#isDueKnown
  }

  async readDue(): Promise<void> {
    const [due, timer] = [await this.nextDue(), await this.nextTimer()]
    this.#earliest = Math.min(due?.at ?? Infinity, timer ?? Infinity, await this.limited.nextStart())
    this.#isDueKnown = true
  }

  /** Events after `after`, in order; frozen, because others may hold them as well. */
  async events(process: string, after: number, limit: number): Promise<readonly HistoryEvent[]> {
    const events: HistoryEvent[] = []
    for (let from = after + 1; ;) {
      const page = await this.#transaction.scan({
        from: ['process_events', process, from],
        to: ['process_events', process, ''],
        limit: Math.min(limit - events.length, EVENT_RECORDS),
        ...SHARED,
      })
      const [first] = page
      if (from === after + 1 && first?.key[2] !== from) events.push(...(await this.#restOf(process, after)))
      for (const { value } of page) events.push(...frozen(READ.events(value)))
      const last = page.at(-1)
      if (last === undefined || events.length >= limit || page.length < EVENT_RECORDS) {
        return events.slice(0, limit)
      }
      from = Number(last.key[2]) + 1
    }
  }

  async workflowType(name: string): Promise<WorkflowType | undefined> {
    const found = await this.#transaction.get(['workflow_types', name], SHARED)
    return found === undefined ? undefined : READ.workflowType(found)
  }

  async activityType(name: string): Promise<ActivityType | undefined> {
    const found = await this.#transaction.get(['activity_types', name], SHARED)
    return found === undefined ? undefined : READ.activityType(found)
  }

  setWorkflowType(type: WorkflowType): void {
    this.#transaction.set(['workflow_types', type.name], valueOf(type))
  }

  setActivityType(type: ActivityType): void {
    this.#transaction.set(['activity_types', type.name], valueOf(type))
  }

  /** Whoever is to be looked at next, and when. */
  async nextDue(): Promise<{ readonly at: number; readonly process: string } | undefined> {
    const [first] = await this.#transaction.scan({ prefix: ['process_deadlines'], limit: 1 })
    return first === undefined ? undefined : { at: Number(first.key[1]), process: String(first.key[2]) }
  }

  async nextTimer(): Promise<number | undefined> {
    const [first] = await this.#transaction.scan({ prefix: ['timer_queue'], limit: 1 })
    return first === undefined ? undefined : Number(first.key[1])
  }

  /** Processes that are to be looked at, the most urgent first. */
  async due(now: number, limit: number): Promise<readonly string[]> {
    const to: RecordKey = ['process_deadlines', Math.floor(now) + 1]
    const found = await this.#transaction.scan({ from: ['process_deadlines'], to, limit })
    return found.filter(({ key }) => Number(key[1]) <= now).map(({ key }) => String(key[2]))
  }

  async dueTimers(
    now: number,
    limit: number,
  ): Promise<readonly { readonly process: string; readonly timer: string }[]> {
    // Behind every number, and so behind every timer of that time.
    const to: RecordKey = ['timer_queue', now, '']
    const found = await this.#transaction.scan({ from: ['timer_queue'], to, limit })
    return found.map(({ key: [, , , process, timer] }) => ({
      process: String(process),
      timer: String(timer),
    }))
  }

  /** Processes that wait for a worker that decides. */
  async decisionsWaiting(category: string, limit: number): Promise<readonly string[]> {
    const found = await this.#transaction.scan({ prefix: ['decision_queue', category], limit })
    return found.map(({ key }) => String(key[4]))
  }

  /** Activities that may start, those that come first in the order in which they are to. */
  async activitiesWaiting(category: string, limit: number): Promise<readonly Waiting[]> {
    const found = await this.#transaction.scan({ prefix: ['activity_queue', category], limit })
    const free = found.map(({ key: [, , priority, at, n, process, id] }): Waiting => ({
      process: String(process),
      id: String(id),
      place: [Number(priority), Number(at), Number(n)],
    }))
    const limited = await this.limited.startable(category, limit)
    if (limited.length === 0) return free
    return [...free, ...limited].sort((a, b) => byPlace(a.place, b.place)).slice(0, limit)
  }

  /** Ids of processes in the order in which they were started, or the other way round; `after` is the last one before. */
  async listed(
    list: readonly [string, ...string[]],
    { after, limit, reverse }: Listing,
  ): Promise<readonly { readonly startedAt: number; readonly process: string }[]> {
    const all: RecordKey = ['process_list', ...list]
    const at: RecordKey | undefined = after && [...all, after[0], after[1]]
    const found = await this.#transaction.scan({
      from: at === undefined || reverse ? all : [...at, 0],
      // Behind every number, and what is below it.
      to: at !== undefined && reverse ? at : [...all, ''],
      limit,
      reverse,
    })
    return found.map(({ key }) => ({ startedAt: Number(key.at(-2)), process: String(key.at(-1)) }))
  }

  /** Activities that somebody outside is to end, of one kind or of all; `after` is the key of the last one before. */
  async awaited(
    activity: string | undefined,
    after: readonly (string | number)[] | undefined,
    limit: number,
  ): Promise<
    readonly { readonly key: readonly (string | number)[]; readonly process: string; readonly id: string }[]
  > {
    const all: RecordKey = ['awaited_activities', ...(activity === undefined ? [] : [activity])]
    const found = await this.#transaction.scan({
      from: after === undefined ? all : ['awaited_activities', ...after, 0],
      ...(activity !== undefined && { to: [...all, ''] }),
      limit,
    })
    return found.map(({ key: [, ...key] }) => ({ key, process: String(key[2]), id: String(key[4]) }))
  }

  /** Takes a closed process away, and its history. */
  async remove(process: LoadedProcess): Promise<void> {
    for (;;) {
      const events = await this.#transaction.scan({ prefix: ['process_events', process.id], limit: PAGE })
      for (const { key } of events) this.#transaction.delete(key)
      if (events.length < PAGE) break
    }
    process.remove()
    this.#loaded.delete(process.id)
  }

  #keep(process: LoadedProcess): LoadedProcess {
    this.#loaded.set(process.id, process)
    return process
  }

  /** Events after `after` that are in a record with some that are not asked for. */
  async #restOf(process: string, after: number): Promise<readonly HistoryEvent[]> {
    const [record] = await this.#transaction.scan({
      from: ['process_events', process],
      to: ['process_events', process, after + 1],
      limit: 1,
      reverse: true,
      ...SHARED,
    })
    return record === undefined ? [] : frozen(READ.events(record.value)).filter(({ seq }) => seq > after)
  }
}

function byPlace(a: Waiting['place'], b: Waiting['place']): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}
