/** How a database is asked for. */
export interface DatabaseRequest {
  readonly name: string
  /** `undefined`: whatever version it has; 1 where there is none yet. */
  readonly version: number | undefined
  /** Makes what is missing, where the version is raised or the database is new. */
  readonly upgrade: (database: IDBDatabase) => void
  /**
   * Called when the connection has been closed from outside, also because it gave way to another that deletes the database
   * or raises its version.
   */
  readonly onGone: () => void
}

/**
 * Opens a database once.
 *
 * @throws what IndexedDB throws
 */
export function requestDatabase({ name, version, upgrade, onGone }: DatabaseRequest): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory().open(name, version)
    let upgrading: IDBTransaction | null = null
    request.onupgradeneeded = () => {
      upgrading = request.transaction
      upgrade(request.result)
    }
    request.onerror = (event) => {
      // Some browsers report to the page what nobody prevented.
      event.preventDefault()
      // The request itself knows only that the upgrade was aborted, not why.
      reject(upgrading?.error ?? request.error ?? new Error('opening failed without an error'))
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
