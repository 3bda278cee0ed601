import type { MediumReader } from '../record-medium.js'
import { inNextTurn } from '../event-loop-turn.js'
import type { Connection } from './connection.js'
import type { Connections } from './connections.js'
import { sqliteError } from './sqlite-errors.js'
import { WaitingLine } from './waiting-line.js'
import { WorkLoop } from './work-loop.js'
import type { WorkRounds } from './work-loop.js'

/** Runs works that only read, on a connection of their own: they see what is committed, and wait for no writer. */
export class Snapshots implements WorkRounds {
  readonly #connections: Connections
  readonly #line: WaitingLine
  readonly transact: WorkLoop['transact']

  constructor(connections: Connections, busyTimeout: number) {
    this.#connections = connections
    this.#line = new WaitingLine(busyTimeout)
    const loop = new WorkLoop(this.#line, this)
    this.transact = (work, signal) => loop.transact(work, signal)
  }

  /** Who asks in the same turn shares the snapshot, and everything else in this process gets its turn. */
  wait(): Promise<void> {
    return new Promise<void>(inNextTurn)
  }

  begin(): Connection {
    const connection = this.#connections.reader()
    this.#connections.file.assertInPlace()
    connection.beginSnapshot()
    return connection
  }

  /** Seldom: when another connection recovers the log, or is the last to close. */
  othersSeen(): void {
    // There is nobody to give way to.
  }

  failed(error: unknown): Error {
    this.#connections.dropReader()
    return sqliteError(error, this.#connections.file.path, 'read')
  }

  async run(connection: Connection): Promise<void> {
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
