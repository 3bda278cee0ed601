import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UnitflowError } from '../../errors/index.js'
import { Connection } from './connection.js'
import type { OpenSqlite, SqliteDatabase } from './sqlite-database.js'
import { foreignStore, isCannotOpen } from './sqlite-errors.js'

/** Marks a file as ours, `'unfl'`. https://sqlite.org/pragma.html#pragma_application_id */
export const APPLICATION_ID = 0x756e666c
/** The version of the schema that this package writes, in `user_version`. */
export const SCHEMA_VERSION = 1

interface FileIdentity {
  readonly dev: number
  readonly ino: number
  /** In bytes. */
  readonly size: number
  isDirectory(): boolean
}

/** One database file: opens connections to it, and makes sure that it is ours and stays the one that was opened. */
export class DatabaseFile {
  readonly path: string
  readonly #open: OpenSqlite
  readonly #create: boolean
  /** Which file it was when it was opened first. */
  #identity: FileIdentity | undefined

  /** @param create makes the file where there is none */
  constructor(path: string, open: OpenSqlite, create: boolean) {
    this.path = path
    this.#open = open
    this.#create = create
  }

  /**
   * A connection that writes; makes the file where there is none, if it may.
   *
   * @throws `foreign-store`, `newer-schema`, `root-missing`, `store-missing`, `store-failed`, and SQLite's own errors
   */
  openToWrite(): Connection {
    const found = this.#identityNow()
    // A new file in the place of one that had records would look as if there had never been any.
    if (found === undefined && this.#identity !== undefined) throw this.#gone()
    if (found === undefined && !this.#create) {
      throw new UnitflowError('store-missing', `there is no file "${this.path}"`, { path: this.path })
    }
    if (found?.isDirectory() === true) throw foreignStore(this.path, 'a directory')
    // Looked at without writing first, so that a file of another program stays as it is.
    if (found !== undefined) this.#lookAt(found.size)
    const database = this.#opened(false)
    try {
      prepare(database, this.path, this.#create)
      this.#identity = this.#identityNow()
      return new Connection(database)
    } catch (error) {
      database.close()
      throw error
    }
  }

  /** A connection that only reads. The file must have been opened to write before. */
  openToRead(): Connection {
    return new Connection(this.openToMaintain(true))
  }

  /** A bare connection to a file that has been opened before. */
  openToMaintain(readonly: boolean): SqliteDatabase {
    return this.#opened(readonly)
  }

  /**
   * Makes sure that connections still lead to what has this path: after a removal, the system lets them write to a file
   * that nobody will ever see again.
   *
   * @throws `root-missing`, `store-failed`
   */
  assertInPlace(): void {
    const now = this.#identityNow()
    if (now?.ino !== this.#identity?.ino || now?.dev !== this.#identity?.dev) throw this.#gone()
  }

  #identityNow(): FileIdentity | undefined {
    return statSync(this.path, { throwIfNoEntry: false })
  }

  #opened(readonly: boolean): SqliteDatabase {
    let database: SqliteDatabase
    try {
      database = this.#open(this.path, { readonly })
    } catch (error) {
      throw isCannotOpen(error) ? (this.#noDirectory(error) ?? error) : error
    }
    // Its own waiting would hold up everything else in this process. At most 16 MiB keep the inner pages of a million
    // records at hand; with the 2 MiB of default, reads among so many took up to three times as long.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA cache_size = -16384')
    return database
  }

  #lookAt(size: number): void {
    // SQLite takes one byte for none, and would begin there.
    if (size === 1) throw foreignStore(this.path, 'a file of one byte')
    let database: SqliteDatabase | undefined
    try {
      database = this.#opened(true)
      inspect(database, this.path)
      this.#assertWhole(database, size)
    } catch (error) {
      // What a crash has left behind can be put in order only by a connection that writes.
      if (!isCannotOpen(error)) throw error
    } finally {
      database?.close()
    }
  }

  /** SQLite itself finds out that whole pages are missing at the end, not that a part of the last one is. */
  #assertWhole(database: SqliteDatabase, size: number): void {
    const pageSize = column(database.prepare('PRAGMA page_size').get(), 'page_size')
    if (size % Number(pageSize) === 0) return
    // A crash may leave a torn page behind while the log still has it.
    if ((statSync(`${this.path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return
    const problem = 'its last page is not whole: it was copied in part?'
    throw new UnitflowError('store-damaged', `"${this.path}" is damaged: ${problem}`, { problem })
  }

  #gone(): UnitflowError {
    const message = `"${this.path}" is not the file any more that was opened: it was removed, moved or replaced`
    return this.#noDirectory() ?? new UnitflowError('store-failed', message, { operation: 'commit', key: '' })
  }

  #noDirectory(cause?: unknown): UnitflowError<'root-missing'> | undefined {
    const root = dirname(this.path)
    if (statSync(root, { throwIfNoEntry: false }) !== undefined) return undefined
    return new UnitflowError('root-missing', `the directory "${root}" does not exist`, { root }, { cause })
  }
}

/** Makes a database of ours of an empty one, if it may, and sets up the connection. */
function prepare(database: SqliteDatabase, path: string, create: boolean): void {
  if (inspect(database, path) === 'empty') {
    if (!create) throw foreignStore(path, 'empty')
    database.exec('BEGIN IMMEDIATE')
    try {
      // Another process may have been faster.
      if (inspect(database, path) === 'empty') {
        database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
      }
      database.exec('COMMIT')
    } catch (error) {
      try {
        database.exec('ROLLBACK')
      } catch {
        // SQLite has ended it.
      }
      throw error
    }
  }
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()
  if (column(mode, 'journal_mode') !== 'wal') {
    throw new UnitflowError(
      'store-failed',
      `"${path}": SQLite cannot keep a write-ahead log here (a network file system?)`,
      { operation: 'open', key: '' },
    )
  }
  // Then a commit is on the disk when it returns, and the log does not stay at its largest for ever.
  database.exec(
    'PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF',
  )
}

/** @throws `foreign-store`, `newer-schema` */
function inspect(database: SqliteDatabase, path: string): 'empty' | 'ours' {
  const row = database
    .prepare(
      'SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) AS things ' +
        'FROM pragma_application_id, pragma_user_version',
    )
    .get()
  const application = column(row, 'application_id')
  const version = Number(column(row, 'user_version'))
  if (application !== APPLICATION_ID) {
    if (application === 0 && version === 0 && column(row, 'things') === 0) return 'empty'
    throw foreignStore(path, `an SQLite database of another program (application_id ${String(application)})`)
  }
  if (version > SCHEMA_VERSION) {
    throw new UnitflowError(
      'newer-schema',
      `"${path}" has the schema ${version} of a later version of unitflow; this one knows ${SCHEMA_VERSION}`,
      { found: version, known: SCHEMA_VERSION },
    )
  }
  return 'ours'
}

function column(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null
    ? Object.entries(row).find(([it]) => it === name)?.[1]
    : undefined
}
