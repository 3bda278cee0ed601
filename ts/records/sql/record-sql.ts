import type { MediumRange } from '../record-medium.js'
import { keyBlob } from './key-blob.js'

/** SQL and what its `?` stand for, in their order. */
export interface SqlQuery {
  readonly sql: string
  readonly parameters: readonly (string | number | Uint8Array)[]
}

/** The statements of one collection. All of them are texts of `?` parameters, to be prepared once. */
export interface RecordSql {
  /** Does nothing where the table is there already. */
  readonly createTable: string
  /** Parameters: key. One row with `value` at most. */
  readonly get: string
  /** Parameters: key, key_json, value. Writes the record, or its new value. */
  readonly put: string
  /** Parameters: key. */
  readonly delete: string
}

/**
 * The SQL of a collection in any SQLite: a table of `key` (a blob in the order of keys, see {@link keyBlob}), and, for
 * people who ask with SQL of their own, `key_json` (the whole key as JSON, the collection first) and `value` (the form of
 * the value, which is JSON).
 *
 * It holds what is common to the media that speak SQL, and knows none of them. The tables have a rowid: without one,
 * large values stand between the keys and are moved with them, which made changing records of 150 bytes to 3 KB in groups
 * 2 to 4 times as slow, and writing single ones no faster.
 *
 * @param collection one that a checked key has: it is put into the text
 */
export function recordSql(collection: string): RecordSql {
  const table = tableOf(collection)
  return {
    createTable:
      `CREATE TABLE IF NOT EXISTS ${table} ` +
      '(key BLOB PRIMARY KEY NOT NULL, key_json TEXT NOT NULL, value TEXT NOT NULL)',
    get: `SELECT value FROM ${table} WHERE key = ?`,
    put:
      `INSERT INTO ${table} (key, key_json, value) VALUES (?, ?, ?) ` +
      'ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    delete: `DELETE FROM ${table} WHERE key = ?`,
  }
}

/** What gives the records of a range, in order, as rows of `key` and `value`. There are four texts for a collection. */
export function scanSql({ collection, from, to, limit, reverse }: MediumRange): SqlQuery {
  const until = to === undefined ? '' : ' AND key < ?'
  const order = reverse ? 'DESC' : 'ASC'
  return {
    sql: `SELECT key, value FROM ${tableOf(collection)} WHERE key >= ?${until} ORDER BY key ${order} LIMIT ?`,
    parameters: to === undefined ? [keyBlob(from), limit] : [keyBlob(from), keyBlob(to), limit],
  }
}

/** The name of a collection's table. SQLite keeps names that begin with `sqlite_` for itself; no collection begins with `_`. */
export function tableName(collection: string): string {
  return collection.startsWith('sqlite_') ? `_${collection}` : collection
}

/** The collection that has a table of this name. */
export function collectionOf(table: string): string {
  return table.startsWith('_sqlite_') ? table.slice(1) : table
}

/** Parameters: a table's name. A row where there is such a table. */
export const TABLE_EXISTS = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"

function tableOf(collection: string): string {
  // Quoted, because a collection may be called `order` or `values`.
  return `"${tableName(collection)}"`
}
