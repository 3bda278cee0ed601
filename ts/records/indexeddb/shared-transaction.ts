import { UnitflowError } from '../../errors/index.js'
import { errorName } from '../../indexeddb/index.js'
import type { MediumKey, MediumRange, MediumReader, MediumRecord, MediumWrite } from '../record-medium.js'
import { databaseKey, keyRange, sortOf } from './database-key.js'
import { RECORDS } from './open-records-database.js'
import { answer, requestRecords } from './request-records.js'

interface Begun {
  readonly transaction: IDBTransaction
  readonly store: IDBObjectStore
  readonly completed: Promise<void>
}

/**
 * One transaction of IndexedDB, for one work or several, one after the other. It begins with the first read or write.
 *
 * IndexedDB commits a transaction by itself as soon as it is left without requests, and takes requests only in the turn
 * in which one has been answered. Promises that are resolved in that turn run in it, in every browser of today, so what
 * awaits nothing but these reads finds the transaction open; what has awaited something else finds it closed, and that
 * is `foreign-await`. Writes are put all at once after their work has settled, so what IndexedDB commits by itself holds
 * whole works only.
 */
export class SharedTransaction implements MediumReader {
  readonly #database: IDBDatabase
  readonly #mode: 'readonly' | 'readwrite'
  #begun: Begun | undefined
  #failure: { readonly error: unknown } | undefined
  #hasWritten = false

  constructor(database: IDBDatabase, mode: 'readonly' | 'readwrite') {
    this.#database = database
    this.#mode = mode
  }

  async get(key: MediumKey): Promise<string | undefined> {
    const found = await this.#read((store) => answer<unknown>(store.get(databaseKey(key))))
    return found === undefined ? undefined : textOf(found)
  }

  async scan(asked: MediumRange): Promise<readonly MediumRecord[]> {
    const range = keyRange(asked)
    if (range === undefined) return []
    const found = await this.#read((store) => requestRecords(store, range, asked.limit, asked.reverse))
    return found.map(({ key, value }) => ({ sort: sortOf(asked.collection, key), text: textOf(value) }))
  }

  /** Writes all of it; false where it is too late, and nothing of it is written. */
  write(writes: readonly MediumWrite[]): boolean {
    if (writes.length === 0 || this.hasFailed) return true
    try {
      const { store } = this.#begin()
      for (const write of writes) {
        const key = databaseKey(write)
        if (write.text === undefined) store.delete(key)
        else store.put(write.text, key)
        this.#hasWritten = true
      }
    } catch (error) {
      if (errorName(error) === 'TransactionInactiveError') return false
      this.#failure ??= { error }
    }
    return true
  }

  /** IndexedDB has refused something: `commit` will throw it, whatever works have made of it. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** Whether another work may use it, in this turn. */
  get isOpen(): boolean {
    if (this.hasFailed) return false
    if (this.#begun === undefined) return true
    try {
      // Refused in any case; before the key is looked at, because the transaction is not open.
      this.#begun.store.getKey(NaN)
      return true
    } catch (error) {
      return errorName(error) === 'DataError'
    }
  }

  /**
   * Resolves when what was written is on the disk; at once, where nothing was.
   *
   * @throws what IndexedDB throws: then nothing of any work has been written
   */
  async commit(): Promise<void> {
    if (this.#begun === undefined) {
      if (this.#failure !== undefined) throw this.#failure.error
      return
    }
    const { transaction, completed } = this.#begun
    // One that has only read ends by itself, without another message to IndexedDB.
    if (this.#failure === undefined && !this.#hasWritten) return
    try {
      if (this.#failure === undefined) transaction.commit()
      else transaction.abort()
    } catch (error) {
      // IndexedDB has begun to commit or to abort by itself.
      if (errorName(error) !== 'InvalidStateError') throw error
    }
    if (this.#failure !== undefined) {
      await completed.catch(() => undefined)
      throw transaction.error ?? this.#failure.error
    }
    await completed
  }

  async #read<T>(ask: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#begin().store)
    } catch (error) {
      if (errorName(error) === 'TransactionInactiveError') throw foreignAwait(error)
      this.#failure ??= { error }
      throw error
    }
  }

  #begin(): Begun {
    if (this.#begun !== undefined) return this.#begun
    const transaction = this.#database.transaction(RECORDS, this.#mode, { durability: 'strict' })
    // Nobody waits for the end of one that reads: what was read stays true, and what failed has said so.
    const completed = this.#mode === 'readonly' ? Promise.resolve() : completionOf(transaction)
    return (this.#begun = { transaction, store: transaction.objectStore(RECORDS), completed })
  }
}

function completionOf(transaction: IDBTransaction): Promise<void> {
  const completed = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    // An error of a request ends here too, and only here the transaction knows the reason.
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError'))
  })
  // Where nothing was written, nobody waits for it.
  completed.catch(() => undefined)
  return completed
}

/** What was stored, if it is what is written here; others may write into the object store too. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const problem = `a record that is no text but ${value === null ? 'null' : `of type ${typeof value}`}`
  throw new UnitflowError('store-damaged', `the object store "${RECORDS}" has ${problem}`, { problem })
}

/** @param cause of IndexedDB, where a read has met it: it shows the line of the work */
export function foreignAwait(cause?: unknown): UnitflowError<'foreign-await'> {
  const message =
    "the work of a transaction has awaited something that is not the transaction's, and IndexedDB has ended it meanwhile"
  return new UnitflowError(
    'foreign-await',
    message,
    { operation: 'transact' },
    cause === undefined ? {} : { cause },
  )
}
