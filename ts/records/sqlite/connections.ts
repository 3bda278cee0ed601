import type { Connection } from './connection.js'
import type { DatabaseFile } from './database-file.js'

/** The two connections of a store, opened when they are needed first, and again after a failure. */
export class Connections {
  readonly file: DatabaseFile
  #writer: Connection | undefined
  #reader: Connection | undefined
  #openings = 0

  constructor(file: DatabaseFile) {
    this.file = file
  }

  /** @throws what {@link DatabaseFile.openToWrite} throws */
  writer(): Connection {
    if (this.#writer === undefined) {
      this.#writer = this.file.openToWrite()
      this.#openings++
    }
    return this.#writer
  }

  /** Another text when anybody else has committed, as far as this connection knows, and when it was opened again. */
  dataVersion(): string {
    const version = this.writer().dataVersion()
    return `${this.#openings}:${String(version)}`
  }

  /** The connection that only reads: it waits for no writer. */
  reader(): Connection {
    // The other one makes the file, and makes sure that it is ours.
    this.writer()
    return (this.#reader ??= this.file.openToRead())
  }

  dropWriter(): void {
    close(this.#writer)
    this.#writer = undefined
  }

  dropReader(): void {
    close(this.#reader)
    this.#reader = undefined
  }

  /** Lets go of both. The one that writes goes last: closing the last one moves the log into the database. */
  close(): void {
    this.dropReader()
    this.dropWriter()
  }
}

function close(connection: Connection | undefined): void {
  try {
    connection?.close()
  } catch {
    // What has failed may fail to be closed, too, and is of no use any more.
  }
}
