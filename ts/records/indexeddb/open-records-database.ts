import { UnitflowError } from '../../errors/index.js'
import { openAtAnyVersion } from '../../indexeddb/index.js'

/** The object store of all records. */
export const RECORDS = 'unitflow-records'
/** Says what the object store is. A number, so that it sorts before the records, whose keys are strings. */
const ABOUT = 0
const FORMAT = 'unitflow-records'
/** The form in which records are kept; whoever changes it raises the version of the database too, so that all others let go. */
const SCHEMA = 1

/**
 * Opens a database of records, makes it where there is none, and looks whether it is one.
 *
 * @throws `foreign-store`, `newer-schema`, and what IndexedDB throws
 */
export async function openRecordsDatabase(name: string, onGone: () => void): Promise<IDBDatabase> {
  return assertOurs(await openAtAnyVersion({ name, upgrade, isReady, onGone }))
}

/** Nothing is in it where somebody has opened a database of this name and left it so. */
function isReady(database: IDBDatabase): boolean {
  return database.objectStoreNames.length > 0
}

function upgrade(database: IDBDatabase): void {
  if (isReady(database)) return
  database.createObjectStore(RECORDS).put({ format: FORMAT, schema: SCHEMA }, ABOUT)
}

async function assertOurs(database: IDBDatabase): Promise<IDBDatabase> {
  try {
    if (!database.objectStoreNames.contains(RECORDS)) {
      const names = [...database.objectStoreNames].slice(0, 5).map((store) => JSON.stringify(store))
      throw foreign(database, `the object stores ${names.join(', ')}`)
    }
    const schema = schemaOf(await readAbout(database))
    if (schema === undefined) throw foreign(database, `"${RECORDS}" of another form`)
    if (schema > SCHEMA) {
      const message = `the database "${database.name}" is of a later version of unitflow: its schema is ${schema}, known is ${SCHEMA}`
      throw new UnitflowError('newer-schema', message, { found: schema, known: SCHEMA })
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function readAbout(database: IDBDatabase): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(RECORDS, 'readonly')
    const request: IDBRequest<unknown> = transaction.objectStore(RECORDS).get(ABOUT)
    request.onsuccess = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error ?? new DOMException('cut off', 'AbortError'))
  })
}

function schemaOf(about: unknown): number | undefined {
  if (typeof about !== 'object' || about === null || !('format' in about) || !('schema' in about)) return
  return about.format === FORMAT && typeof about.schema === 'number' ? about.schema : undefined
}

function foreign(database: IDBDatabase, found: string): UnitflowError<'foreign-store'> {
  const message = `the database "${database.name}" holds no records of unitflow, but ${found}: give records a name of their own`
  return new UnitflowError('foreign-store', message, { found })
}
