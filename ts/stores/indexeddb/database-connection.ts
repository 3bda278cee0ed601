import type { UseStore } from 'idb-keyval'
import { UnitflowError } from '../../errors/index.js'
import { errorName } from './indexeddb-errors.js'
import { openDatabase } from './open-database.js'

/** What a transaction meets that began on a connection that has gone, or lost it under way: nothing has been written. */
const GONE = new Set(['InvalidStateError', 'AbortError'])
/** A connection to a storage process that has died stays broken, so the next call should not meet it again. */
const BROKEN = 'UnknownError'

/**
 * One object store of a database, opened when it is needed: by the first call, and again whenever the connection has
 * gone, because the database was deleted, site data cleared, or another tab raises the version.
 */
export class DatabaseConnection {
  readonly #name: string
  readonly #storeName: string
  readonly #openTimeout: number
  #opening: Promise<IDBDatabase> | undefined

  constructor(name: string, storeName: string, openTimeout: number) {
    this.#name = name
    this.#storeName = storeName
    this.#openTimeout = openTimeout
  }

  /**
   * Runs a callback in a transaction of its own and resolves when that is complete, on the disk for writes. idb-keyval's
   * own functions resolve too early (a read) or reject with `null` (a write whose request failed), and its `createStore`
   * can neither add a second object store nor ask for durability.
   *
   * @throws `store-blocked`, and what IndexedDB throws
   */
  readonly use: UseStore = async (mode, callback) => {
    for (let attempt = 1; ; attempt++) {
      const opening = this.#open()
      const database = await this.#inTime(opening)
      try {
        return await inTransaction(database, this.#storeName, mode, callback)
      } catch (error) {
        const name = errorName(error) ?? ''
        if (GONE.has(name) || name === BROKEN) {
          this.#forget(opening)
          database.close()
        }
        if (attempt > 1 || !GONE.has(name)) throw error
      }
    }
  }

  /** Closes the connection; one that is still being opened closes as soon as it is there. */
  close(): void {
    this.#opening?.then(
      (database) => database.close(),
      () => undefined,
    )
    this.#opening = undefined
  }

  #open(): Promise<IDBDatabase> {
    if (this.#opening !== undefined) return this.#opening
    const opening = openDatabase(this.#name, this.#storeName, () => this.#forget(opening))
    this.#opening = opening
    opening.catch(() => this.#forget(opening))
    return opening
  }

  #forget(opening: Promise<IDBDatabase>): void {
    if (this.#opening === opening) this.#opening = undefined
  }

  /** A request to open cannot be taken back, so the next call goes on waiting for the same one. */
  async #inTime(opening: Promise<IDBDatabase>): Promise<IDBDatabase> {
    const database = this.#name
    const waited = this.#openTimeout
    let timer: ReturnType<typeof setTimeout> | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const message =
          `the database "${database}" did not open within ${waited} ms: ` +
          'another connection to it, perhaps of another tab, does not give way'
        reject(new UnitflowError('store-blocked', message, { database, waited }))
      }, waited)
    })
    try {
      return await Promise.race([opening, tooLate])
    } finally {
      clearTimeout(timer)
    }
  }
}

async function inTransaction<T>(
  database: IDBDatabase,
  storeName: string,
  mode: IDBTransactionMode,
  callback: (store: IDBObjectStore) => T | PromiseLike<T>,
): Promise<T> {
  const transaction = database.transaction(storeName, mode, { durability: 'strict' })
  const completed = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve())
    // An error of a request ends here too, and only here the transaction knows the reason.
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError')),
    )
  })
  let result: Promise<T>
  try {
    result = Promise.resolve(callback(transaction.objectStore(storeName)))
  } catch (error) {
    transaction.abort()
    await Promise.allSettled([completed])
    throw error
  }
  const [end, outcome] = await Promise.allSettled([completed, result])
  if (end.status === 'rejected') throw end.reason
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
