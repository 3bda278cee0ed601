import { UnitflowError } from '../../errors/index.js'
import type { MediumKey, MediumRange, MediumRecord, MediumWrite } from '../record-medium.js'
import { keyBlob, keyJson, recordSql, scanSql, sortOfBlob, TABLE_EXISTS, tableName } from '../sql/index.js'
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.js'

/** The statements of a collection whose table is there. */
interface Table {
  readonly get: SqliteStatement
  readonly put: SqliteStatement
  readonly delete: SqliteStatement
}

/** Reads and writes records over one connection. Everything is synchronous and throws SQLite's own errors. */
export class Connection {
  readonly #database: SqliteDatabase
  readonly #statements = new Map<string, SqliteStatement>()
  readonly #tables = new Map<string, Table>()

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** Begins a transaction that writes: fails as busy where another connection is in one. */
  begin(): void {
    this.#prepared('BEGIN IMMEDIATE').run()
  }

  /** Begins a transaction that sees what is committed now, and goes on seeing it. */
  beginSnapshot(): void {
    this.#prepared('BEGIN').run()
    try {
      // A transaction has its snapshot from its first read.
      this.#prepared('SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)').get()
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  commit(): void {
    this.#prepared('COMMIT').run()
  }

  /** Ends a transaction, if SQLite has not done so already. */
  rollback(): void {
    // The tables that it has made are gone with it.
    this.#tables.clear()
    this.#statements.clear()
    try {
      this.#database.exec('ROLLBACK')
    } catch {
      // There was none any more.
    }
  }

  /** A number that changes when another connection has committed. */
  dataVersion(): unknown {
    const row = this.#prepared('PRAGMA data_version').get()
    return typeof row === 'object' && row !== null && 'data_version' in row ? row.data_version : undefined
  }

  get({ collection, sort }: MediumKey): string | undefined {
    const row = this.#table(collection)?.get.get(keyBlob(sort))
    return row === undefined || row === null ? undefined : valueOf(row, collection)
  }

  scan(range: MediumRange): MediumRecord[] {
    const { collection } = range
    if (this.#table(collection) === undefined) return []
    const { sql, parameters } = scanSql(range)
    const rows = this.#prepared(sql).all(...parameters)
    return rows.map((row) => ({ sort: sortOf(row, collection), text: valueOf(row, collection) }))
  }

  write(writes: readonly MediumWrite[]): void {
    for (const { collection, sort, text } of writes) {
      if (text === undefined) this.#table(collection)?.delete.run(keyBlob(sort))
      else this.#madeTable(collection).put.run(keyBlob(sort), keyJson(collection, sort), text)
    }
  }

  close(): void {
    this.#database.close()
  }

  #table(collection: string): Table | undefined {
    const known = this.#tables.get(collection)
    if (known !== undefined) return known
    const row = this.#prepared(TABLE_EXISTS).get(tableName(collection))
    if (row === undefined || row === null) return undefined
    const sql = recordSql(collection)
    const table = {
      get: this.#prepared(sql.get),
      put: this.#prepared(sql.put),
      delete: this.#prepared(sql.delete),
    }
    this.#tables.set(collection, table)
    return table
  }

  #madeTable(collection: string): Table {
    const existing = this.#table(collection)
    if (existing !== undefined) return existing
    this.#database.exec(recordSql(collection).createTable)
    const made = this.#table(collection)
    if (made === undefined) throw damaged(collection)
    return made
  }

  #prepared(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)))
    return statement
  }
}

function valueOf(row: unknown, collection: string): string {
  if (typeof row === 'object' && row !== null && 'value' in row && typeof row.value === 'string')
    return row.value
  throw damaged(collection)
}

function sortOf(row: unknown, collection: string): string {
  if (typeof row === 'object' && row !== null && 'key' in row && row.key instanceof Uint8Array)
    return sortOfBlob(row.key)
  throw damaged(collection)
}

/** Somebody has written into the table with SQL of their own, and not what belongs there. */
function damaged(collection: string): UnitflowError<'store-damaged'> {
  const problem = `the table of "${collection}" holds something else than records`
  return new UnitflowError('store-damaged', problem, { problem })
}
