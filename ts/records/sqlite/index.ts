/**
 * Records in an SQLite file.
 *
 * @module
 */
export { createSqliteRecords } from './sqlite-records.js'
export type { CollectionSize } from './maintenance.js'
export type { SqliteRecords, SqliteRecordsOptions } from './sqlite-records.js'
export type { OpenSqlite, SqliteDatabase, SqliteParameter, SqliteStatement } from './sqlite-database.js'
