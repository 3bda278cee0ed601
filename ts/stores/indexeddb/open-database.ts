import { errorName } from './indexeddb-errors.js'

/**
 * Opens a database at whatever version it has, and raises the version only where the object store is missing.
 *
 * The versions say nothing about the data: each object store that joins the database raises them by one, so a fixed
 * number would lock out whoever came before. `onGone` is called when the connection has been closed from outside, also
 * because it gave way to another that deletes the database or raises its version.
 */
export async function openDatabase(
  name: string,
  storeName: string,
  onGone: () => void,
): Promise<IDBDatabase> {
  for (let version: number | undefined; ;) {
    let database: IDBDatabase
    try {
      database = await requestDatabase(name, version, storeName, onGone)
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

function requestDatabase(
  name: string,
  version: number | undefined,
  storeName: string,
  onGone: () => void,
): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory().open(name, version)
    let upgrade: IDBTransaction | null = null
    request.onupgradeneeded = () => {
      upgrade = request.transaction
      const { objectStoreNames } = request.result
      if (!objectStoreNames.contains(storeName)) request.result.createObjectStore(storeName)
    }
    request.onerror = (event) => {
      // Some browsers report to the page what nobody prevented.
      event.preventDefault()
      // The request itself knows only that the upgrade was aborted, not why.
      reject(upgrade?.error ?? request.error ?? new Error('opening failed without an error'))
    }
    request.onsuccess = () => {
      const database = request.result
      // Listening at once: whoever is told to wait for this connection is told so only once.
      database.onversionchange = () => {
        database.close()
        onGone()
      }
      database.onclose = onGone
      resolve(database)
    }
  })
}

function factory(): IDBFactory {
  // Looked up late, so that a module that is loaded on a server, for rendering, does no harm there.
  const found: { readonly indexedDB?: IDBFactory | null } = globalThis
  if (found.indexedDB === undefined || found.indexedDB === null) {
    throw new Error('this runtime has no IndexedDB; in private mode or a sandboxed frame it may be missing')
  }
  return found.indexedDB
}
