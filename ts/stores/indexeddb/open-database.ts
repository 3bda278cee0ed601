import { errorName, requestDatabase } from '../../indexeddb/index.js'

/**
 * Opens a database at whatever version it has, and raises the version only where the object store is missing.
 *
 * The versions say nothing about the data: each object store that joins the database raises them by one, so a fixed
 * number would lock out whoever came before.
 */
export async function openDatabase(
  name: string,
  storeName: string,
  onGone: () => void,
): Promise<IDBDatabase> {
  const upgrade = (database: IDBDatabase): void => {
    if (!database.objectStoreNames.contains(storeName)) database.createObjectStore(storeName)
  }
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
    if (database.objectStoreNames.contains(storeName)) return database
    version = database.version + 1
    database.close()
  }
}
