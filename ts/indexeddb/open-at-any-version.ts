import { errorName } from './indexeddb-errors.js'
import { requestDatabase } from './request-database.js'

/** What a database is opened for. */
export interface DatabaseWish {
  readonly name: string
  /** Makes what is missing; runs where there was no database, or where its version is raised. */
  readonly upgrade: (database: IDBDatabase) => void
  /** Whether nothing is missing. */
  readonly isReady: (database: IDBDatabase) => boolean
  /** Called when the connection has been closed from outside, also because it gave way to another. */
  readonly onGone: () => void
}

/**
 * Opens a database at whatever version it has, and raises the version by one only where something is missing: so nobody is
 * locked out by a number.
 *
 * @throws what IndexedDB throws
 */
export async function openAtAnyVersion({
  name,
  upgrade,
  isReady,
  onGone,
}: DatabaseWish): Promise<IDBDatabase> {
  for (let version: number | undefined; ;) {
    let database: IDBDatabase
    try {
      database = await requestDatabase({ name, version, upgrade, onGone })
    } catch (error) {
      // Somebody else has raised the version in between: theirs is the one to start from.
      if (version === undefined || errorName(error) !== 'VersionError') throw error
      version = undefined
      continue
    }
    if (isReady(database)) return database
    version = database.version + 1
    database.close()
  }
}
