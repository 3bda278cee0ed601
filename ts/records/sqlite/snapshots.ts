import type { MediumOutcome, MediumReader } from '../record-medium.js'
import { inNextTurn } from '../event-loop-turn.js'
import type { Connection } from './connection.js'
import type { Connections } from './connections.js'
import { Patience } from './patience.js'
import { isBusy, sqliteError } from './sqlite-errors.js'
import { WaitingLine } from './waiting-line.js'

/** Runs works that only read, on a connection of their own: they see what is committed, and wait for no writer. */
export class Snapshots {
  readonly #connections: Connections
  readonly #line: WaitingLine
  #running = false

  constructor(connections: Connections, busyTimeout: number) {
    this.#connections = connections
    this.#line = new WaitingLine(busyTimeout)
  }

  transact<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const settled = this.#line.add(work, signal)
    if (!this.#running) void this.#run()
    return settled
  }

  async #run(): Promise<void> {
    this.#running = true
    while (!this.#line.isEmpty) {
      // Who asks in the same turn shares the snapshot, and everything else in this process gets its turn.
      await new Promise<void>(inNextTurn)
      let connection: Connection | undefined
      try {
        connection = await this.#begin()
      } catch (error) {
        this.#connections.dropReader()
        this.#line.rejectAll(sqliteError(error, this.#connections.file.path, 'read'))
      }
      if (connection !== undefined) await this.#readAll(connection)
    }
    this.#running = false
  }

  /** A connection that has a snapshot; nothing where nobody waits for it any more. */
  async #begin(): Promise<Connection | undefined> {
    let patience: Patience | undefined
    while (!this.#line.isEmpty) {
      try {
        const connection = this.#connections.reader()
        this.#connections.file.assertInPlace()
        connection.beginSnapshot()
        return connection
      } catch (error) {
        // Seldom: when another connection recovers the log, or is the last to close.
        if (!isBusy(error)) throw error
        patience ??= new Patience()
        this.#line.rejectOverdue(error)
        await patience.pause()
      }
    }
    return undefined
  }

  async #readAll(connection: Connection): Promise<void> {
    let hasFailed = false
    const reader = readerOf(connection, this.#connections.file.path, () => (hasFailed = true))
    // Those who wait by now share the snapshot; for who comes later it may be too old.
    for (const job of this.#line.takeAll()) {
      const attempt = await job.attempt(reader)
      attempt.settle()
    }
    try {
      connection.commit()
    } catch {
      hasFailed = true
    }
    if (hasFailed) this.#connections.dropReader()
  }
}

/** What works read through; `onFailure` hears of what SQLite throws. */
export function readerOf(
  connection: Connection,
  path: string,
  onFailure: (error: unknown) => void,
): MediumReader {
  const asked = async <T>(read: () => T): Promise<T> => {
    try {
      return read()
    } catch (error) {
      onFailure(error)
      throw sqliteError(error, path, 'read')
    }
  }
  return {
    get: (key) => asked(() => connection.get(key)),
    scan: (range) => asked(() => connection.scan(range)),
  }
}
