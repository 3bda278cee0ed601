import { isName } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { RecordTransaction, Value } from '../../records/index.js'
import type { Execution, FlowEvent, Transition } from '../execution/index.js'
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
    // There is none, and some are no keys.
    if (!isName(id)) return undefined
    const found = await this.transaction.get(executionKey(id), SHARED)
    return found === undefined ? undefined : READ.execution(found)
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
    this.transaction.set(['flow_all', createdAt, id], NOTHING)
    for (const tag of tags) this.transaction.set(['flow_tags', tag, createdAt, id], NOTHING)
    this.transaction.set(listKey(execution), NOTHING)
    this.#setPlace(execution)
    this.#write(execution, events)
  }

  /** Writes what a transition has made of an execution. */
  async change(before: Execution, { execution, events }: Transition): Promise<Execution> {
    if (before === execution) return execution
    const stopsCounting = before.counted && execution.status !== 'running'
    const after = stopsCounting ? { ...execution, counted: false } : execution
    if (!isSamePlace(before, after)) this.#move(before, after)
    const written = this.#write(after, events)
    if (stopsCounting) await this.#free(after)
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
    this.transaction.delete(['flow_all', createdAt, id])
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

  async #free({ flow, key }: Execution): Promise<void> {
    this.hasFreed = true
    this.#setRunning(flow, undefined, (await this.running(flow)) - 1)
    if (key === null) return
    this.#setRunning(flow, key, (await this.running(flow, key)) - 1)
    const [first] = await this.transaction.scan({ prefix: ['flow_parked', flow, key], limit: 1 })
    const next = first === undefined ? undefined : await this.find(String(first.key[4]))
    if (next === undefined) return
    const execution = { ...next, parked: false }
    this.#move(next, execution)
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

function hasPayload(event: FlowEvent): boolean {
  return event.type !== 'task-started' && event.type !== 'flow-started'
}
