import type { UseStore } from 'idb-keyval'
import { DatabaseConnection } from '../../indexeddb/index.js'
import { openDatabase } from './open-database.js'

/** One object store of a database, opened when it is needed. */
export class ObjectStoreAccess {
  readonly #storeName: string
  readonly #connection: DatabaseConnection

  constructor(name: string, storeName: string, openTimeout: number) {
    this.#storeName = storeName
    this.#connection = new DatabaseConnection(name, openTimeout, (onGone) =>
      openDatabase(name, storeName, onGone),
    )
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
      const database = await this.#connection.open()
      try {
        return await inTransaction(database, this.#storeName, mode, callback)
      } catch (error) {
        if (!this.#connection.isLost(database, error) || attempt > 1) throw error
      }
    }
  }

  close(): void {
    this.#connection.close()
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
