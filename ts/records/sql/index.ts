/**
 * The SQL that media which speak SQLite's share.
 *
 * @module
 */
export { keyBlob, keyJson, sortOfBlob } from './key-blob.js'
export { collectionOf, recordSql, scanSql, TABLE_EXISTS, tableName } from './record-sql.js'
export type { RecordSql, SqlQuery } from './record-sql.js'
