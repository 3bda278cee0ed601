import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UnitflowError } from '../../errors/index.js'
import { checkedRecords } from '../checked-records.js'
import type { RecordStore } from '../record-store.js'
import { Connections } from './connections.js'
import { DatabaseFile } from './database-file.js'
import { Maintenance } from './maintenance.js'
import type { CollectionSize } from './maintenance.js'
import { nodeSqlite } from './node-sqlite.js'
import type { OpenSqlite } from './sqlite-database.js'
import { SqliteMedium } from './sqlite-medium.js'

/** How records are kept in an SQLite file. */
export interface SqliteRecordsOptions {
  /** The file, or its `file:` URL. It is made at the first use; its directory must be there. */
  readonly path: string | URL
  /**
   * Makes the file where there is none. Without it, that is `store-missing`, and an empty file is `foreign-store`.
   *
   * @default true
   */
  readonly create?: boolean
  /**
   * How long a transaction waits while other processes (or threads) hold the file, in ms; then it is `store-busy`.
   *
   * @default 10000
   */
  readonly busyTimeout?: number
  /**
   * Transactions that wait at the same time share one durable commit. Each is all or nothing as ever; without it, each
   * waits for the disk by itself.
   *
   * @default true
   */
  readonly groupCommit?: boolean
  /**
   * Opens connections with another SQLite than `node:sqlite`.
   *
   * @example
   * open: (path, { readonly }) => new BetterSqlite3(path, { readonly })
   */
  readonly open?: OpenSqlite
}

/** Records in an SQLite file, and what is to be done with such a file now and then. */
export interface SqliteRecords extends RecordStore {
  /** The collections that have ever had a record. */
  collections(): Promise<readonly string[]>
  /** The same with what is in them. Reads the whole file, which holds up this process. */
  sizes(): Promise<readonly CollectionSize[]>
  /**
   * Moves what SQLite keeps in its log (`<path>-wal`) into the file itself, and empties the log. SQLite does so by itself
   * as the log grows, and on closing.
   *
   * @throws `store-busy` where others read or write all the time
   */
  checkpoint(): Promise<void>
  /**
   * Reads the whole file: SQLite's own integrity check, which holds up this process, then whether all records are what
   * this package writes.
   *
   * @returns what is wrong, in words; nothing where nothing is
   */
  check(): Promise<readonly string[]>
  /**
   * Copies the records as they are at this moment into a new file, while others go on. It appears when it is whole and on
   * the disk.
   *
   * @throws `bad-argument` where there is such a file, `root-missing` (its directory), `store-full`, `store-failed`
   */
  backup(path: string | URL): Promise<void>
}

/**
 * Keeps records in an SQLite file: one table a collection, which plain SQL can ask (see `recordSql`).
 *
 * What has been resolved is on the disk (WAL, `synchronous = FULL`). Several processes may use one file, on one machine;
 * none is told that it was busy before `busyTimeout` is over. Transactions that write run one after the other; those that
 * only read see what is committed, and wait for nobody. SQLite works synchronously, so a large scan holds up this process.
 *
 * All calls but this one reject with: `foreign-store` (a file of another program: it is not touched), `newer-schema`,
 * `store-damaged`, `store-read-only`, `store-full`, `root-missing` (its directory), `store-missing` (with `create: false`),
 * `store-failed` (also where the file has been moved away or replaced under the store).
 *
 * @throws `sqlite-unavailable`, `bad-argument`
 * @example
 * const records = createSqliteRecords({ path: 'shop.db' })
 * await records.transact((transaction) => transaction.set(['orders', 4711], { total: 120 }))
 */
export function createSqliteRecords(options: SqliteRecordsOptions): SqliteRecords {
  const { create = true, busyTimeout = 10_000, groupCommit = true, open = nodeSqlite() } = options
  if (typeof busyTimeout !== 'number' || !(busyTimeout >= 0)) {
    throw badArgument('busyTimeout', 'a number of ms, 0 or more')
  }
  const path = pathOf(options.path)
  const connections = new Connections(new DatabaseFile(path, open, create))
  const maintenance = new Maintenance(connections, busyTimeout)
  const records = checkedRecords(new SqliteMedium(connections, maintenance, { busyTimeout, groupCommit }))
  let isClosed = false

  async function unlessClosed<T>(operation: string, work: () => Promise<T>): Promise<T> {
    if (!isClosed) return work()
    throw new UnitflowError('store-closed', `${operation}: the store has been closed`, { operation })
  }

  return {
    transact: (work, how) => records.transact(work, how),
    onCommit: (listener) => records.onCommit(listener),
    collections: () => unlessClosed('collections', () => maintenance.collections()),
    sizes: () => unlessClosed('sizes', () => maintenance.sizes()),
    checkpoint: () => unlessClosed('checkpoint', () => maintenance.checkpoint()),
    check: () => unlessClosed('check', () => maintenance.check()),
    backup: (target) => unlessClosed('backup', () => maintenance.backup(pathOf(target))),
    close() {
      isClosed = true
      return records.close()
    },
  }
}

/** Absolute at once: the working directory may change. */
function pathOf(path: string | URL): string {
  if (path instanceof URL) return fileURLToPath(path)
  // SQLite takes these for databases that no second connection sees.
  if (typeof path === 'string' && path !== '' && path !== ':memory:') return resolve(path)
  throw badArgument('path', 'the path of a file (createMemoryRecords keeps records in memory)')
}

function badArgument(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
