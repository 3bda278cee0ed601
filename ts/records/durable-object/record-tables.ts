import { UnitflowError } from '../../errors/index.js'
import type { MediumKey, MediumRange, MediumRecord, MediumWrite } from '../record-medium.js'
import { keyBlob, keyJson, recordSql, scanSql, sortOfBlob, tableName } from '../sql/index.js'
import type { DurableObjectColumn, DurableObjectStorage } from './durable-object-storage.js'

/** The version of the tables that this package writes. */
const VERSION = 1
/** Holds the version, in one row: Durable Objects have no `user_version`. No collection begins with `_`. */
const VERSION_TABLE = '_unitflow_records'
/** The columns of a collection's table: name, type, place in the primary key. */
const COLUMNS = 'key BLOB 1, key_json TEXT 0, value TEXT 0'

/** The records of a Durable Object in its tables, one for each collection, beside whatever tables its class has. */
export class RecordTables {
  readonly #storage: DurableObjectStorage
  /** The collections whose tables are there, and ours. */
  readonly #known = new Set<string>()
  #versionIsKnown = false

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** @throws `newer-schema`, `foreign-store`, `store-damaged` */
  assertVersion(): void {
    if (this.#versionIsKnown || this.#columns(VERSION_TABLE) === '') return
    const [row] = this.#rows(`SELECT * FROM ${VERSION_TABLE}`)
    const found = row?.['version']
    if (typeof found !== 'number') {
      const problem = `the table ${VERSION_TABLE} tells no version`
      throw new UnitflowError('store-damaged', problem, { problem })
    }
    if (found > VERSION) {
      const message = `the records were written by a later version of this package: ${found}, known are ${VERSION}`
      throw new UnitflowError('newer-schema', message, { found, known: VERSION })
    }
    this.#versionIsKnown = true
  }

  get({ collection, sort }: MediumKey): string | undefined {
    const [row] = this.#read(collection, recordSql(collection).get, [keyBlob(sort)])
    return row === undefined ? undefined : textOf(row)
  }

  scan(range: MediumRange): readonly MediumRecord[] {
    const { sql, parameters } = scanSql(range)
    return this.#read(range.collection, sql, parameters).map((row) => ({
      sort: sortOf(row),
      text: textOf(row),
    }))
  }

  /** Makes all the writes, or none. */
  write(writes: readonly MediumWrite[]): void {
    const collections = new Set(writes.map(({ collection }) => collection))
    try {
      this.#storage.transactionSync(() => this.#writeAll(collections, writes))
    } catch (error) {
      if (!isTableGone(error)) throw error
      this.#forget()
      this.#storage.transactionSync(() => this.#writeAll(collections, writes))
    }
    // Not before: a table that was made in a transaction goes with it.
    for (const collection of collections) this.#known.add(collection)
  }

  #writeAll(collections: ReadonlySet<string>, writes: readonly MediumWrite[]): void {
    for (const collection of collections) if (!this.#isThere(collection)) this.#create(collection)
    for (const { collection, sort, text } of writes) {
      const statements = recordSql(collection)
      if (text === undefined) this.#rows(statements.delete, [keyBlob(sort)])
      else this.#rows(statements.put, [keyBlob(sort), keyJson(collection, sort), text])
    }
  }

  #create(collection: string): void {
    if (this.#columns(VERSION_TABLE) === '') {
      this.#rows(`CREATE TABLE ${VERSION_TABLE} (version INTEGER NOT NULL)`)
      this.#rows(`INSERT INTO ${VERSION_TABLE} (version) VALUES (?)`, [VERSION])
    }
    this.#rows(recordSql(collection).createTable)
  }

  #read(
    collection: string,
    sql: string,
    parameters: readonly (string | number | Uint8Array)[],
  ): readonly Record<string, DurableObjectColumn>[] {
    if (!this.#isThere(collection)) return []
    this.#known.add(collection)
    try {
      return this.#rows(sql, parameters)
    } catch (error) {
      if (!isTableGone(error)) throw error
      this.#forget()
      return []
    }
  }

  /** @throws `foreign-store` where the class has a table of that name for something else */
  #isThere(collection: string): boolean {
    if (this.#known.has(collection)) return true
    const columns = this.#columns(tableName(collection))
    if (columns === '' || columns === COLUMNS) return columns !== ''
    const found = `a table ${JSON.stringify(collection)} of the columns ${columns}`.slice(0, 300)
    throw new UnitflowError('foreign-store', `the records of ${collection} need a table: found ${found}`, {
      found,
    })
  }

  #columns(table: string): string {
    const sql = "SELECT name || ' ' || type || ' ' || pk AS told FROM pragma_table_info(?)"
    const rows = this.#rows(sql, [table])
    return rows.flatMap(({ told }) => (typeof told === 'string' ? told : [])).join(', ')
  }

  /** The object has called `deleteAll`, which takes all tables away. */
  #forget(): void {
    this.#known.clear()
    this.#versionIsKnown = false
  }

  #rows(
    sql: string,
    parameters: readonly (string | number | Uint8Array)[] = [],
  ): Record<string, DurableObjectColumn>[] {
    return this.#storage.sql.exec(sql, ...parameters).toArray()
  }
}

function isTableGone(error: unknown): boolean {
  return error instanceof Error && error.message.includes('no such table')
}

function textOf({ value }: Readonly<Record<string, DurableObjectColumn>>): string {
  if (typeof value === 'string') return value
  throw damaged('a value that is no text')
}

function sortOf({ key }: Readonly<Record<string, DurableObjectColumn>>): string {
  if (typeof key === 'object' && key !== null) return sortOfBlob(key)
  throw damaged('a key that is no blob')
}

function damaged(problem: string): UnitflowError<'store-damaged'> {
  return new UnitflowError('store-damaged', `the records hold ${problem}`, { problem })
}
