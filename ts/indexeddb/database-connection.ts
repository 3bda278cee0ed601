import { UnitflowError } from '../errors/index.js'
import { errorName } from './indexeddb-errors.js'

/**
 * What an opening or a transaction meets whose connection has gone, was lost under way, or is to a storage process that is
 * just clearing the site's data or has died: nothing has been written, and a new connection may well work.
 */
const LOST = new Set(['InvalidStateError', 'AbortError', 'UnknownError'])

/**
 * A database, opened when it is needed: by the first call, and again whenever the connection has gone, because the
 * database was deleted, site data cleared, or another tab raises the version.
 */
export class DatabaseConnection {
  readonly #name: string
  readonly #openTimeout: number
  readonly #request: (onGone: () => void) => Promise<IDBDatabase>
  #opening: Promise<IDBDatabase> | undefined
  #database: IDBDatabase | undefined

  /** @param request opens the database; what it is handed is to be called when the connection has been closed from outside */
  constructor(name: string, openTimeout: number, request: (onGone: () => void) => Promise<IDBDatabase>) {
    this.#name = name
    this.#openTimeout = openTimeout
    this.#request = request
  }

  /** @throws `store-blocked`, and what opening throws */
  async open(): Promise<IDBDatabase> {
    return this.#database ?? this.#inTime((this.#opening ??= this.#begin()))
  }

  /**
   * Looks at what a transaction failed with, and lets go of a connection that is lost.
   *
   * @returns whether the same may be tried on a new connection: nothing has been written
   */
  isLost(database: IDBDatabase, error: unknown): boolean {
    if (!isLoss(error)) return false
    if (this.#database === database) this.#forget()
    database.close()
    return true
  }

  /** Closes the connection; one that is still being opened closes as soon as it is there. */
  close(): void {
    this.#opening?.then(
      (database) => database.close(),
      () => undefined,
    )
    this.#forget()
  }

  #begin(): Promise<IDBDatabase> {
    const onGone = (): void => {
      if (this.#opening === opening) this.#forget()
    }
    const opening = this.#request(onGone).catch((error: unknown) => {
      if (!isLoss(error)) throw error
      return this.#request(onGone)
    })
    opening.then(
      (database) => {
        if (this.#opening === opening) this.#database = database
      },
      () => {
        if (this.#opening === opening) this.#forget()
      },
    )
    return opening
  }

  #forget(): void {
    this.#opening = undefined
    this.#database = undefined
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

function isLoss(error: unknown): boolean {
  return LOST.has(errorName(error) ?? '')
}
