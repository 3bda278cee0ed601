import { DatabaseConnection, storeError } from '../../indexeddb/index.js'
import type { MediumOutcome, MediumReader, RecordMedium } from '../record-medium.js'
import { CommitChannel } from './commit-channel.js'
import { openRecordsDatabase } from './open-records-database.js'
import { foreignAwait, SharedTransaction } from './shared-transaction.js'
import { WaitingWork } from './waiting-work.js'

/** How much a group takes: others, also of other tabs, wait until it is committed. */
const GROUP_WORKS = 512
const GROUP_MILLISECONDS = 20
const GROUP_CHARACTERS = 4 * 2 ** 20

/** A work whose connection is lost runs once more on a new one. */
const RERUNS = 1

/** Records in a database of IndexedDB. */
export class IndexedDbMedium implements RecordMedium {
  readonly #connection: DatabaseConnection
  readonly #channel: CommitChannel
  readonly #maximum: number
  /** What writes and waits for its turn. */
  #queue: WaitingWork<unknown>[] = []
  #isDraining = false

  constructor({
    name,
    openTimeout,
    groupCommit,
  }: {
    name: string
    openTimeout: number
    groupCommit: boolean
  }) {
    this.#connection = new DatabaseConnection(name, openTimeout, (onGone) =>
      openRecordsDatabase(name, onGone),
    )
    this.#channel = new CommitChannel(name)
    this.#maximum = groupCommit ? GROUP_WORKS : 1
  }

  transact<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    { readonly, signal }: { readonly readonly: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<T> {
    const waiting = new WaitingWork(work, signal)
    if (readonly) {
      void this.#drain([waiting], 'readonly')
    } else {
      this.#queue.push(waiting)
      void this.#drainQueue()
    }
    return waiting.promise
  }

  watch(notify: (collections?: readonly string[]) => void): () => void {
    return this.#channel.watch(notify)
  }

  async close(): Promise<void> {
    this.#connection.close()
    this.#channel.close()
  }

  async #drainQueue(): Promise<void> {
    if (this.#isDraining) return
    this.#isDraining = true
    // Looked at again in the turn that lets go, so that nothing which has come meanwhile is left lying.
    while (this.#queue.length > 0) await this.#drain(this.#queue, 'readwrite')
    this.#isDraining = false
  }

  /** Runs what is in a queue, group after group, also what comes meanwhile. Never rejects. */
  async #drain(queue: WaitingWork<unknown>[], mode: 'readonly' | 'readwrite'): Promise<void> {
    while (queue.length > 0) {
      let database: IDBDatabase
      const waiting = queue.length
      try {
        database = await this.#connection.open()
      } catch (error) {
        // Those that have come meanwhile have not yet waited as long as they may.
        for (const work of queue.splice(0, waiting))
          work.fail(storeError(error, { operation: 'transact', key: '' }))
        continue
      }
      const group: WaitingWork<unknown>[] = []
      try {
        const changed = await runGroup(queue, group, new SharedTransaction(database, mode), this.#maximum)
        if (changed.size > 0) this.#channel.tell(changed)
        for (const work of group) work.deliver()
      } catch (error) {
        queue.unshift(...this.#again(group, error, this.#connection.isLost(database, error)))
      }
    }
  }

  /** Of works whose transaction has failed, those that are to run again. The others fail. */
  #again(group: readonly WaitingWork<unknown>[], error: unknown, isLost: boolean): WaitingWork<unknown>[] {
    const again: WaitingWork<unknown>[] = []
    for (const work of group) {
      const shared = group.length > 1
      if (isLost ? work.lost++ < RERUNS : shared) {
        work.isAlone ||= !isLost
        work.wait()
        again.push(work)
      } else {
        work.fail(storeError(error, { operation: 'transact', key: '' }))
      }
    }
    return again
  }
}

/**
 * Runs works of a queue in one transaction, one after the other, also those that come meanwhile, and commits it.
 *
 * @param group is filled with those that were taken
 * @returns the collections that were written to
 * @throws what IndexedDB throws: then nothing has been written
 */
async function runGroup(
  queue: WaitingWork<unknown>[],
  group: WaitingWork<unknown>[],
  transaction: SharedTransaction,
  maximum: number,
): Promise<Set<string>> {
  const changed = new Set<string>()
  const end = performance.now() + GROUP_MILLISECONDS
  let characters = 0
  while (group.length < maximum && characters < GROUP_CHARACTERS) {
    const work = queue[0]
    if (work === undefined || (work.isAlone && group.length > 0)) break
    if (group.length > 0 && (performance.now() > end || !transaction.isOpen)) break
    queue.shift()
    if (!work.begin()) continue
    group.push(work)
    const writes = await work.run(transaction)
    if (!transaction.write(writes)) {
      work.refuse(foreignAwait())
      break
    }
    for (const { collection, text } of writes) {
      changed.add(collection)
      characters += text?.length ?? 0
    }
    if (work.isAlone) break
  }
  await transaction.commit()
  return changed
}
