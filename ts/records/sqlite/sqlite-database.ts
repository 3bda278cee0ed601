/** What a statement's `?` stand for. */
export type SqliteParameter = string | number | Uint8Array

/** A statement that has been prepared. */
export interface SqliteStatement {
  /** The first row as an object by column; nothing (`undefined`, `null`) where there is none. */
  get(...parameters: SqliteParameter[]): unknown
  /** All rows, an object by column each. */
  all(...parameters: SqliteParameter[]): unknown[]
  /** Runs what gives no rows. */
  run(...parameters: SqliteParameter[]): unknown
}

/**
 * What the store needs of a connection to an SQLite database: of `node:sqlite`, `better-sqlite3`, `bun:sqlite`, or any
 * other that is synchronous. Blobs come as `Uint8Array`.
 *
 * An error has SQLite's result code as a number (`errcode` or `errno`, extended or not) or by its name (`code`, as
 * `'SQLITE_BUSY'`).
 */
export interface SqliteDatabase {
  /** Runs statements without parameters. */
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): unknown
  /** Copies what the connection sees to a new file, a piece at a time. Where there is none, `VACUUM INTO` does it at once. */
  backup?(path: string): Promise<unknown>
}

/**
 * Opens a connection.
 *
 * @param path absolute. Where there is no file it makes one, unless it only reads
 */
export type OpenSqlite = (path: string, options: { readonly readonly: boolean }) => SqliteDatabase
