import { isName } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { RecordKey, RecordTransaction, Value } from '../../records/index.js'
import type { Execution, FlowEvent, Transition } from '../execution/index.js'
import { advanced } from '../execution/index.js'
import { executionKey, isSamePlace, listKey, placeKey, runningKey } from './execution-keys.js'
import type { StoredProgress } from './stored-form.js'
import { READ, valueOf } from './stored-form.js'

/** So many events of no weight wait for a record. */
const MAX_PENDING = 8
const SHARED = { shared: true }
/** A record that only its key says something by. */
const NOTHING = 0

/** What was written of an execution. */
export interface WrittenExecution {
  readonly execution: Execution
  readonly events: readonly FlowEvent[]
}

/** Reads and writes executions in one transaction: nobody else knows how they are stored. */
export class FlowRecords {
  readonly transaction: RecordTransaction
  /** What was written, in the order in which it was. */
  readonly written: WrittenExecution[] = []
  /** One that a limit is counted for runs no more: another one may start. */
  hasFreed = false

  constructor(transaction: RecordTransaction) {
    this.transaction = transaction
  }

  async find(id: string): Promise<Execution | undefined> {
    const head = await this.head(id)
    return head && this.sinceHead(head)
  }

  /** The record of an execution. While it runs, what has happened since is in its history alone. */
  async head(id: string): Promise<Execution | undefined> {
    // There is none, and some are no keys.
    if (!isName(id)) return undefined
    const found = await this.transaction.get(executionKey(id), SHARED)
    return found === undefined ? undefined : READ.execution(found)
  }

  /** What an execution is now, by its record. */
  async sinceHead(head: Execution): Promise<Execution> {
    if (head.status !== 'running') return head
    const { id, step } = head
    const to: RecordKey = ['flow_history', id, '']
    let execution = head
    for (let from: RecordKey = ['flow_history', id, step + 1]; ;) {
      const later = await this.transaction.scan({ from, to })
      for (const { value } of later) execution = advanced(execution, READ.events(value))
      if (later.length === 0) return execution
      from = ['flow_history', id, execution.step + 1]
    }
  }

  /** @throws `no-such-execution` */
  async get(id: string): Promise<Execution> {
    const found = await this.find(id)
    if (found !== undefined) return found
    const message = `there is no execution ${JSON.stringify(id)}`
    throw new UnitflowError('no-such-execution', message, { execution: id })
  }

  /** Writes a new one. */
  add({ execution, events }: Transition): void {
    const { id, createdAt, tags } = execution
    for (const tag of tags) this.transaction.set(['flow_tags', tag, createdAt, id], NOTHING)
    this.transaction.set(listKey(execution), NOTHING)
    this.#setPlace(execution)
    this.#write(execution, events)
  }

  /** Writes what a transition has made of an execution. */
  async change(before: Execution, { execution, events }: Transition): Promise<Execution> {
    if (before === execution) return execution
    const isOut = execution.status !== 'running'
    const after = isOut && before.counted ? { ...execution, counted: false } : execution
    if (!isSamePlace(before, after)) this.#move(before, after)
    // Of a task after the other the history tells; then whoever asks for one that runs looks there.
    if (isNextTask(before, after) && events.length > 0) return this.#addEvents(after, events)
    const written = this.#write(after, events)
    if (isOut && before.counted) await this.#uncount(before)
    // Whether it has run or only had its turn to: the next one of its key has it now.
    if (isOut && before.key !== null && !before.parked) await this.#unpark(before.flow, before.key)
    return written
  }

  /** What its task says; whoever watches is woken. */
  setProgress(execution: Execution, progress: Value): void {
    this.transaction.set(['flow_progress', execution.id], progress)
    this.written.push({ execution, events: NONE })
  }

  /** What the task that is next has said last. */
  async progress({ id, task }: Execution): Promise<StoredProgress | undefined> {
    const found = await this.transaction.get(['flow_progress', id])
    const progress = found === undefined ? undefined : READ.progress(found)
    return progress?.task === task ? progress : undefined
  }

  clearProgress({ id }: Execution): void {
    this.transaction.delete(['flow_progress', id])
  }

  /** Takes all of an execution away. */
  async delete(execution: Execution): Promise<void> {
    const { id, createdAt, tags } = execution
    const place = placeKey(execution)
    if (place !== undefined) this.transaction.delete(place)
    this.transaction.delete(listKey(execution))
    for (const tag of tags) this.transaction.delete(['flow_tags', tag, createdAt, id])
    this.clearProgress(execution)
    for (;;) {
      const events = await this.transaction.scan({ prefix: ['flow_history', id] })
      for (const { key } of events) this.transaction.delete(key)
      if (events.length === 0) break
    }
    this.transaction.delete(executionKey(id))
  }

  /** How many run of a flow whose number is limited, or of one key of it. */
  async running(flow: string, key?: string): Promise<number> {
    return Number((await this.transaction.get(runningKey(flow, key))) ?? 0)
  }

  /** One that a limit is counted for begins. */
  async count({ flow, key }: Execution): Promise<void> {
    this.#setRunning(flow, undefined, (await this.running(flow)) + 1)
    if (key !== null) this.#setRunning(flow, key, (await this.running(flow, key)) + 1)
  }

  /** One that waits is put aside until another one of its key has ended. */
  park(execution: Execution): void {
    const parked = { ...execution, parked: true }
    this.#move(execution, parked)
    this.#write(parked, [])
  }

  async #uncount({ flow, key }: Execution): Promise<void> {
    this.hasFreed = true
    this.#setRunning(flow, undefined, (await this.running(flow)) - 1)
    if (key !== null) this.#setRunning(flow, key, (await this.running(flow, key)) - 1)
  }

  /** The first that waits for its key may run, or waits again when a runner sees that it may not. */
  async #unpark(flow: string, key: string): Promise<void> {
    const [first] = await this.transaction.scan({ prefix: ['flow_parked', flow, key], limit: 1 })
    const parked = first === undefined ? undefined : await this.head(String(first.key[4]))
    if (parked === undefined) return
    const execution = { ...parked, parked: false }
    this.#move(parked, execution)
    this.#write(execution, [])
  }

  #setRunning(flow: string, key: string | undefined, count: number): void {
    if (count > 0) this.transaction.set(runningKey(flow, key), count)
    else this.transaction.delete(runningKey(flow, key))
  }

  #move(before: Execution, after: Execution): void {
    const place = placeKey(before)
    if (place !== undefined) this.transaction.delete(place)
    this.#setPlace(after)
    const [from, to] = [listKey(before), listKey(after)]
    if (from[2] === to[2]) return
    this.transaction.delete(from)
    this.transaction.set(to, NOTHING)
  }

  #setPlace(execution: Execution): void {
    const place = placeKey(execution)
    if (place !== undefined) this.transaction.set(place, execution.status === 'rescheduled' ? 1 : NOTHING)
  }

  #addEvents(execution: Execution, events: readonly FlowEvent[]): Execution {
    const { id, step, pending } = execution
    const all = pending.length === 0 ? events : [...pending, ...events]
    this.transaction.set(['flow_history', id, step], valueOf(all))
    const after = { ...execution, pending: NONE }
    this.written.push({ execution: after, events })
    return after
  }

  #write(execution: Execution, events: readonly FlowEvent[]): Execution {
    const { id, status, step } = execution
    const all = execution.pending.length === 0 ? events : [...execution.pending, ...events]
    const isToKeep =
      all.length > 0 && (status !== 'running' || all.length > MAX_PENDING || events.some(hasPayload))
    if (isToKeep) this.transaction.set(['flow_history', id, step], valueOf(all))
    const written = { ...execution, pending: isToKeep ? NONE : all }
    this.transaction.set(executionKey(id), valueOf(written), SHARED)
    this.written.push({ execution: written, events })
    return written
  }
}

const NONE: readonly FlowEvent[] = []

/** Whether nothing has changed but what the events say. */
function isNextTask(before: Execution, after: Execution): boolean {
  return (
    before.status === 'running' &&
    after.status === 'running' &&
    before.lease === after.lease &&
    before.asked === after.asked
  )
}

function hasPayload(event: FlowEvent): boolean {
  return event.type !== 'task-started' && event.type !== 'flow-started'
}
