import type { MediumOutcome, MediumReader, RecordMedium } from '../record-medium.js'
import { Commits } from './commits.js'
import type { Connections } from './connections.js'
import { DataVersionPoll } from './data-version-poll.js'
import type { Maintenance } from './maintenance.js'
import { Snapshots } from './snapshots.js'

/** Records in an SQLite file: what writes on one connection, what only reads on another. */
export class SqliteMedium implements RecordMedium {
  readonly #connections: Connections
  readonly #commits: Commits
  readonly #snapshots: Snapshots
  readonly #maintenance: Maintenance
  #poll: DataVersionPoll | undefined

  constructor(
    connections: Connections,
    maintenance: Maintenance,
    options: { readonly busyTimeout: number; readonly groupCommit: boolean },
  ) {
    this.#connections = connections
    this.#maintenance = maintenance
    this.#commits = new Commits(connections, { ...options, onCommit: () => this.#poll?.hurry() })
    this.#snapshots = new Snapshots(connections, options.busyTimeout)
  }

  transact<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    { readonly, signal }: { readonly readonly: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<T> {
    return (readonly ? this.#snapshots : this.#commits).transact(work, signal)
  }

  watch(notify: () => void): () => void {
    const poll = new DataVersionPoll(() => this.#connections.dataVersion(), notify)
    this.#poll = poll
    return () => poll.stop()
  }

  async close(): Promise<void> {
    await this.#maintenance.close()
    this.#connections.close()
  }
}
