import { closeSync, fsyncSync, linkSync, lstatSync, openSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UnitflowError } from '../../errors/index.js'
import { decodeValue } from '../../values/index.js'
import { collectionOf, keyJson, sortOfBlob, tableName } from '../sql/index.js'
import { inNextTurn } from '../event-loop-turn.js'
import type { Connections } from './connections.js'
import { Patience } from './patience.js'
import type { SqliteDatabase } from './sqlite-database.js'
import { isBusy, sqliteError } from './sqlite-errors.js'
import { storeBusy } from './waiting-line.js'

/** Records that are looked at before everything else in this process gets its turn. */
const PAGE = 1000

/** How much there is in a collection. */
export interface CollectionSize {
  readonly collection: string
  /** 0 where all that were there have been taken away. */
  readonly records: number
  /** What the forms of their values take in UTF-8, without keys. */
  readonly bytes: number
}

/** What is done to a database now and then, each over a connection of its own. */
export class Maintenance {
  readonly #connections: Connections
  readonly #busyTimeout: number
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(connections: Connections, busyTimeout: number) {
    this.#connections = connections
    this.#busyTimeout = busyTimeout
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  async checkpoint(): Promise<void> {
    const patience = new Patience()
    for (;;) {
      const isDone = await this.#on('checkpoint', false, (database) => {
        const row = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
        return typeof row === 'object' && row !== null && 'busy' in row && row.busy === 0
      })
      if (isDone) return
      const waited = performance.now() - patience.since
      if (waited >= this.#busyTimeout) throw storeBusy(waited)
      await patience.pause()
    }
  }

  async check(): Promise<readonly string[]> {
    return this.#on('check', true, async (database) => {
      const problems = texts(database.prepare('PRAGMA integrity_check').all(), 'integrity_check')
      if (problems.length !== 1 || problems[0] !== 'ok') return problems
      database.exec('BEGIN')
      const found: string[] = []
      for (const collection of collectionsIn(database))
        found.push(...(await wrongRecords(database, collection)))
      return found
    })
  }

  async collections(): Promise<readonly string[]> {
    return this.#on('collections', true, collectionsIn)
  }

  async sizes(): Promise<readonly CollectionSize[]> {
    return this.#on('sizes', true, (database) => {
      // One snapshot for all of them.
      database.exec('BEGIN')
      return collectionsIn(database).map((collection) => sizeOf(database, collection))
    })
  }

  async backup(target: string): Promise<void> {
    const root = dirname(target)
    if (!isDirectory(root)) {
      throw new UnitflowError('root-missing', `there is no directory "${root}"`, { root })
    }
    // A link that leads nowhere is something, too.
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) {
      const expected = 'a path at which there is nothing yet'
      throw new UnitflowError('bad-argument', `backup to "${target}": expected ${expected}`, {
        argument: 'path',
        expected,
      })
    }
    // Under its name only when it is whole.
    const partial = join(root, `.${basename(target)}~${crypto.randomUUID()}`)
    try {
      await this.#on('backup', true, async (database) => {
        // A snapshot: else it would begin anew with every commit of others.
        database.exec('BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1')
        if (database.backup !== undefined) await database.backup(partial)
        else {
          database.exec('COMMIT')
          database.prepare('VACUUM INTO ?').run(partial)
        }
      })
      sync(partial)
      // Unlike a rename, it fails where somebody has made a file of that name meanwhile.
      linkSync(partial, target)
      syncDirectory(root)
    } catch (error) {
      throw sqliteError(error, target, 'backup')
    } finally {
      for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(partial + suffix, { force: true })
    }
  }

  async #on<T>(
    operation: string,
    readonly: boolean,
    work: (database: SqliteDatabase) => Promise<T> | T,
  ): Promise<T> {
    const done = this.#patiently(operation, readonly, work)
    this.#underWay.add(done)
    try {
      return await done
    } finally {
      this.#underWay.delete(done)
    }
  }

  /** Runs something on a connection that is opened for it, again while others are in the way. */
  async #patiently<T>(
    operation: string,
    readonly: boolean,
    work: (database: SqliteDatabase) => Promise<T> | T,
  ): Promise<T> {
    const { file } = this.#connections
    const patience = new Patience()
    for (;;) {
      let database: SqliteDatabase | undefined
      try {
        // Makes the file where there is none, and makes sure that it is ours.
        this.#connections.writer()
        file.assertInPlace()
        database = file.openToMaintain(readonly)
        return await work(database)
      } catch (error) {
        if (!isBusy(error)) throw sqliteError(error, file.path, operation)
        const waited = performance.now() - patience.since
        if (waited >= this.#busyTimeout) throw storeBusy(waited, error)
      } finally {
        database?.close()
      }
      await patience.pause()
    }
  }
}

/** Tables that have other columns are not ours, whatever they are called. */
function collectionsIn(database: SqliteDatabase): readonly string[] {
  const rows = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND " +
        "(SELECT group_concat(name) FROM pragma_table_info(sqlite_schema.name)) = 'key,key_json,value' ORDER BY name",
    )
    .all()
  return texts(rows, 'name')
    .map(collectionOf)
    .filter((name) => /^[a-z][a-z0-9_]{0,40}$/.test(name))
}

function sizeOf(database: SqliteDatabase, collection: string): CollectionSize {
  const rows = database
    .prepare(
      'SELECT count(*) AS records, coalesce(sum(length(CAST(value AS BLOB))), 0) AS bytes ' +
        `FROM "${tableName(collection)}"`,
    )
    .all()
  const [records, bytes] = ['records', 'bytes'].map((column) => Number(texts(rows, column)[0]))
  return { collection, records: records ?? 0, bytes: bytes ?? 0 }
}

/** Says which records are not what this package writes: somebody has changed them with SQL. */
async function wrongRecords(database: SqliteDatabase, collection: string): Promise<readonly string[]> {
  const problems: string[] = []
  const page = database.prepare(
    `SELECT key, key_json, value FROM "${tableName(collection)}" WHERE key > ? OR ? ORDER BY key LIMIT ${PAGE}`,
  )
  let after = new Uint8Array()
  for (let isFirst = 1; ; isFirst = 0) {
    const rows = page.all(after, isFirst)
    for (const row of rows) {
      const problem = problemOf(row, collection)
      if (problem !== undefined) problems.push(problem)
      if (typeof row === 'object' && row !== null && 'key' in row && row.key instanceof Uint8Array)
        after = new Uint8Array(row.key)
    }
    if (rows.length < PAGE) return problems
    await new Promise<void>(inNextTurn)
  }
}

function problemOf(row: unknown, collection: string): string | undefined {
  if (typeof row !== 'object' || row === null) return undefined
  const { key, key_json, value }: { key?: unknown; key_json?: unknown; value?: unknown } = row
  const shown = `${collection}: the record ${String(key_json).slice(0, 300)}`
  if (!(key instanceof Uint8Array)) return `${shown} has a key that is no blob`
  try {
    if (keyJson(collection, sortOfBlob(key)) !== key_json)
      return `${shown} has another key than key_json says`
    decodeValue(String(value))
    return undefined
  } catch {
    return `${shown} has a value that is no form of one`
  }
}

function texts(rows: readonly unknown[], column: string): string[] {
  return rows.flatMap((row) => {
    if (typeof row !== 'object' || row === null) return []
    return Object.entries(row).flatMap(([name, value]) => (name === column ? [String(value)] : []))
  })
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function syncDirectory(path: string): void {
  // Windows opens no directories, and needs no such thing.
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
