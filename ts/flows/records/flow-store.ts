import { EventListeners } from '../../events/index.js'
import type { RecordChange, RecordKey, RecordStore } from '../../records/index.js'
// Not from the index: what it loads, and a program that brings its records need not.
import { SchemaVersion } from '../../records/schema-version.js'
import type { AnyFlow } from '../definitions/index.js'
import type { FlowEvent } from '../execution/index.js'
import type { ExecutionInfo } from './execution-info.js'
import { executionInfo } from './execution-info.js'
import { FlowRecords } from './flow-records.js'
import { READ, valueOf } from './stored-form.js'

const SCHEMA = new SchemaVersion(['flow_schema'], 1, 'the flows')
const READ_ONLY = { readonly: true }

/** What was committed of one execution. */
export interface CommittedFlowEvents {
  readonly execution: ExecutionInfo
  readonly events: readonly FlowEvent[]
}

/** The transactions of flows over a record store, and who is woken after them. */
export class FlowStore {
  readonly listeners: EventListeners<CommittedFlowEvents> = new EventListeners<CommittedFlowEvents>()
  /** After commits of others, and those that make something wait for a runner. */
  readonly #wakes = new EventListeners<RecordChange>()
  readonly #records: RecordStore
  readonly #waiters = new Map<string, Set<() => void>>()
  readonly #options = { by: this }
  readonly #defined = new Set<string>()
  #checked = false
  #stop: (() => void) | undefined

  constructor(records: RecordStore) {
    this.#records = records
  }

  /** @throws (by rejecting) `newer-schema`, what the work throws, what the store throws */
  read<T>(work: (records: FlowRecords) => Promise<T>): Promise<T> {
    return this.#records.transact(async (transaction) => {
      const records = new FlowRecords(transaction)
      if (!this.#checked) await SCHEMA.check(transaction)
      return work(records)
    }, READ_ONLY)
  }

  /** The same, for work that writes; then those who wait for what it has written are told. */
  async write<T>(work: (records: FlowRecords) => Promise<T>): Promise<T> {
    let written: FlowRecords | undefined
    const result = await this.#records.transact(async (transaction) => {
      written = new FlowRecords(transaction)
      if (!this.#checked) await SCHEMA.claim(transaction)
      return work(written)
    }, this.#options)
    this.#checked = true
    if (written !== undefined) this.#tell(written)
    return result
  }

  /** Says what the tasks of a flow are, and what it was made from, for whoever has no definition of it. */
  async define(records: FlowRecords, flow: AnyFlow): Promise<() => void> {
    const { name, fingerprint, version, tasks, source } = flow
    const known = `${name} ${fingerprint}`
    if (this.#defined.has(known)) return () => undefined
    const key: RecordKey = ['flow_definitions', name, fingerprint]
    const found = await records.transaction.get(key)
    const before = found === undefined ? undefined : READ.definition(found).sources
    const sources = source === undefined ? before : withSource(before, source)
    if (found === undefined || sources !== before) {
      const names = tasks.map((task) => task.name)
      const definition = { version, tasks: names, ...(sources !== undefined && { sources }) }
      records.transaction.set(key, valueOf(definition))
    }
    return () => void this.#defined.add(known)
  }

  /** Calls when something of an execution was committed, here or elsewhere. @returns ends it */
  onChange(id: string, call: () => void): () => void {
    this.#listen()
    const waiters = this.#waiters.get(id) ?? new Set()
    this.#waiters.set(id, waiters)
    // An entry of its own, so that a function that is added twice is ended one by one.
    const waiter = (): void => call()
    waiters.add(waiter)
    return () => {
      waiters.delete(waiter)
      if (waiters.size === 0) this.#waiters.delete(id)
      this.#rest()
    }
  }

  onWake(call: (change: RecordChange) => void): () => void {
    this.#listen()
    const end = this.#wakes.add(call)
    return () => {
      end()
      this.#rest()
    }
  }

  /** Listens to what others commit, for as long as anybody here waits. */
  #listen(): void {
    this.#stop ??= this.#records.onCommit((change) => {
      if (change.by === this || !isOurs(change)) return
      for (const waiters of [...this.#waiters.values()]) for (const waiter of [...waiters]) waiter()
      this.#wakes.tell(change)
    })
  }

  /** Nobody waits any more: whoever polls a medium for commits may stop. */
  #rest(): void {
    if (this.#waiters.size > 0 || !this.#wakes.isEmpty) return
    this.#stop?.()
    this.#stop = undefined
  }

  #tell({ written, hasFreed }: FlowRecords): void {
    let mayRun = hasFreed
    for (const { execution, events } of written) {
      if (this.#waiters.size > 0) for (const waiter of [...(this.#waiters.get(execution.id) ?? [])]) waiter()
      if (execution.due !== null) mayRun = true
      if (events.length > 0 && !this.listeners.isEmpty) {
        this.listeners.tell({ execution: executionInfo(execution), events })
      }
    }
    if (mayRun && !this.#wakes.isEmpty) this.#wakes.tell({ collections: ['flow_waiting'], by: this })
  }
}

/** The names of the tasks of a definition. */
export async function taskNames(
  { transaction }: FlowRecords,
  flow: string,
  fingerprint: string,
): Promise<readonly string[]> {
  const found = await transaction.get(['flow_definitions', flow, fingerprint])
  return found === undefined ? [] : READ.definition(found).tasks
}

/** So many versions of a workflow are known of one definition: programs that run at once have few. */
const MAX_SOURCES = 8

function withSource(before: readonly string[] | undefined, source: string): readonly string[] {
  if (before?.includes(source) === true) return before
  return [...(before ?? []), source].slice(-MAX_SOURCES)
}

function isOurs({ collections }: RecordChange): boolean {
  return collections === undefined || collections.some((name) => name.startsWith('flow_'))
}
