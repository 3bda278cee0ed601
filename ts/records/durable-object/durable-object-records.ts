import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import { checkedRecords } from '../checked-records.js'
import type { MediumOutcome, MediumReader, MediumWrite, RecordMedium } from '../record-medium.js'
import type { RecordStore } from '../record-store.js'
import type { DurableObjectStorage } from './durable-object-storage.js'
import { RecordTables } from './record-tables.js'

/**
 * Keeps records in the storage of a Durable Object whose class is SQLite-backed (`new_sqlite_classes`), in a table for each
 * collection; the class may have tables of its own beside them. Whatever is created over the same `ctx.storage` is the
 * same store, and its transactions are run one after the other.
 *
 * What `transact` has resolved to is confirmed: it waits for `storage.sync()`, so also code that answers nobody, say an
 * alarm, may rely on it. Transactions that wait at the same time are confirmed together. Where the platform cannot confirm
 * a write it resets the object, and with it everything that has seen the write.
 *
 * Do not call `transact` inside `storage.transaction()`: it would be part of that one, and be taken back with it.
 *
 * @param storage `ctx.storage`
 * @returns its transactions reject with `foreign-store` where the class has a table with the name of a collection and other
 * columns, `newer-schema`, `store-damaged`, `store-full`, `store-failed`
 * @example
 * export class Orders extends DurableObject {
 *   records = createDurableObjectRecords(this.ctx.storage)
 * }
 */
export function createDurableObjectRecords(storage: DurableObjectStorage): RecordStore {
  let object = objects.get(storage)
  if (object === undefined) objects.set(storage, (object = new DurableObjectRecords(storage)))
  return checkedRecords(new DurableObjectMedium(object))
}

const objects = new WeakMap<DurableObjectStorage, DurableObjectRecords>()

/** Calls when one of the stores over the same storage has committed. */
interface Watcher {
  readonly medium: DurableObjectMedium
  readonly notify: (collections: readonly string[]) => void
}

/** The records of one object, however many stores were created over them. */
class DurableObjectRecords {
  readonly watchers: Set<Watcher> = new Set<Watcher>()
  readonly #storage: DurableObjectStorage
  readonly #tables: RecordTables
  /** Works run one after the other: reads are of the tables themselves, so nothing may be written between them. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#tables = new RecordTables(storage)
  }

  async inTurn<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    signal: AbortSignal | undefined,
  ): Promise<MediumOutcome<T>> {
    const run = this.#turn.then(async () => {
      signal?.throwIfAborted()
      typed('open', () => this.#tables.assertVersion())
      const outcome = await work(this.#reader)
      if (outcome.writes.length > 0) typed('write', () => this.#tables.write(outcome.writes))
      return outcome
    })
    this.#turn = run.catch(() => undefined)
    const outcome = await run
    // The next one need not wait for this. Work that only reads does too: it may have seen what is not yet confirmed.
    try {
      await this.#storage.sync()
    } catch (cause) {
      throw failure('sync', cause)
    }
    return outcome
  }

  readonly #reader: MediumReader = {
    get: (key) => typed('get', () => this.#tables.get(key)),
    scan: (range) => typed('scan', () => this.#tables.scan(range)),
  }
}

class DurableObjectMedium implements RecordMedium {
  readonly #object: DurableObjectRecords

  constructor(object: DurableObjectRecords) {
    this.#object = object
  }

  async transact<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    { signal }: { readonly signal: AbortSignal | undefined },
  ): Promise<T> {
    const { result, writes } = await this.#object.inTurn(work, signal)
    if (writes.length > 0) this.#tellOthers(writes)
    return result
  }

  watch(notify: (collections?: readonly string[]) => void): () => void {
    const watcher = { medium: this, notify }
    this.#object.watchers.add(watcher)
    return () => this.#object.watchers.delete(watcher)
  }

  async close(): Promise<void> {
    // The storage is the object's.
  }

  #tellOthers(writes: readonly MediumWrite[]): void {
    const collections = [...new Set(writes.map(({ collection }) => collection))]
    for (const { medium, notify } of this.#object.watchers) if (medium !== this) notify(collections)
  }
}

function typed<T>(operation: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw failure(operation, error)
  }
}

function failure(operation: string, cause: unknown): unknown {
  if (isUnitflowError(cause)) return cause
  const told = cause instanceof Error ? cause.message : String(cause)
  const isFull = told.includes('SQLITE_FULL')
  const message = `${operation}: the storage of the Durable Object ${isFull ? 'is full' : 'failed'}: ${told}`
  return isFull
    ? new UnitflowError('store-full', message, { key: '' }, { cause })
    : new UnitflowError('store-failed', message, { operation, key: '' }, { cause })
}
