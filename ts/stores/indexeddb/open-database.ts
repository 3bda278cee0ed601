import { openAtAnyVersion } from '../../indexeddb/index.js'

/**
 * Opens a database with an object store in it.
 *
 * The versions say nothing about the data: each object store that joins the database raises them by one, so a fixed
 * number would lock out whoever came before.
 */
export function openDatabase(name: string, storeName: string, onGone: () => void): Promise<IDBDatabase> {
  const isReady = (database: IDBDatabase): boolean => database.objectStoreNames.contains(storeName)
  const upgrade = (database: IDBDatabase): void => {
    if (!isReady(database)) database.createObjectStore(storeName)
  }
  return openAtAnyVersion({ name, upgrade, isReady, onGone })
}
