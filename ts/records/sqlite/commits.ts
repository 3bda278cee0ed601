import { inNextTurn } from '../event-loop-turn.js'
import type { Connection } from './connection.js'
import type { Connections } from './connections.js'
import { GivingWay } from './giving-way.js'
import { pause } from './patience.js'
import { readerOf } from './snapshots.js'
import { sqliteError } from './sqlite-errors.js'
import type { Attempt, Job } from './waiting-line.js'
import { WaitingLine } from './waiting-line.js'
import { WorkLoop } from './work-loop.js'
import type { WorkRounds } from './work-loop.js'

/** A commit is shared by so many works at most, and takes no more of them in after so many ms. */
const LARGEST_GROUP = 256
const LONGEST_GROUP = 10

/** How long commits of single works may keep the event loop for themselves, in ms. */
const LONGEST_WITHOUT_TURN = 4

/** How the store commits. */
export interface CommitOptions {
  /** In ms. */
  readonly busyTimeout: number
  readonly groupCommit: boolean
  /** Called after every commit. */
  readonly onCommit: () => void
}

/** A work of a group, and what it came to. */
interface Member {
  readonly job: Job
  readonly attempt: Attempt
}

/**
 * Runs works that write, one after the other. Those that wait at the same time share one transaction of SQLite's, and so
 * one wait for the disk, and are told when that is durable.
 *
 * What a work writes is written when it has settled, so one that throws leaves nothing to take back. Where SQLite itself
 * fails (a full disk, a failing commit), the whole transaction is taken back and its works run again, each in a
 * transaction of its own: the failure is then that of the work that meets it. So does a work that threw after others had
 * written, because it may have thrown at what it read of them; one that threw before is told at once.
 */
export class Commits implements WorkRounds {
  readonly #connections: Connections
  readonly #line: WaitingLine
  readonly #options: CommitOptions
  readonly #givingWay = new GivingWay()
  readonly transact: WorkLoop['transact']
  /** So many works from the front of the line run alone. */
  #alone = 0
  #dataVersion: string | undefined
  /** Works of the last group. */
  #lastGroup = 0
  #turnedAt = -Infinity

  constructor(connections: Connections, options: CommitOptions) {
    this.#connections = connections
    this.#options = options
    this.#line = new WaitingLine(options.busyTimeout)
    const loop = new WorkLoop(this.#line, this)
    this.transact = (work, signal) => loop.transact(work, signal)
  }

  async wait(): Promise<void> {
    const ms = this.#givingWay.pause
    if (ms > 0) await pause(ms)
    else if (this.#needsTurn()) await new Promise<void>(inNextTurn)
  }

  /**
   * All that is asked for in a turn of the event loop, by whomever, shares the commit. Where nobody else asked lately, a
   * turn for each would cost one writer a twentieth; then the event loop has its turn every few ms.
   */
  #needsTurn(): boolean {
    const now = performance.now()
    if (this.#lastGroup === 1 && now - this.#turnedAt < LONGEST_WITHOUT_TURN) return false
    this.#turnedAt = now
    return true
  }

  /** @returns a connection that has the write lock */
  begin(): Connection {
    const connection = this.#connections.writer()
    connection.begin()
    return connection
  }

  othersSeen(): void {
    this.#givingWay.othersSeen()
  }

  failed(error: unknown): Error {
    this.#connections.dropWriter()
    return sqliteError(error, this.#connections.file.path, 'begin')
  }

  async run(connection: Connection): Promise<void> {
    const members: Member[] = []
    const begun = performance.now()
    this.#givingWay.begun(begun)
    try {
      if (this.#givingWay.wantsToKnow(begun)) this.#lookForOthers()
      await this.#runGroup(connection, members, begun + LONGEST_GROUP)
      connection.commit()
      this.#connections.file.assertInPlace()
    } catch (error) {
      connection.rollback()
      this.#givingWay.ended()
      this.#rolledBack(members, error)
      return
    }
    this.#givingWay.ended()
    this.#lastGroup = members.length
    for (const { attempt } of members) attempt.settle()
    this.#options.onCommit()
  }

  #lookForOthers(): void {
    const version = this.#connections.dataVersion()
    if (this.#dataVersion !== undefined && this.#dataVersion !== version) this.#givingWay.othersSeen()
    this.#dataVersion = version
  }

  /** @throws what SQLite throws */
  async #runGroup(connection: Connection, members: Member[], end: number): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    const reader = readerOf(connection, this.#connections.file.path, (error) => (failure ??= { error }))
    const largest = this.#options.groupCommit && this.#alone === 0 ? LARGEST_GROUP : 1
    if (this.#alone > 0) this.#alone--
    let hasWritten = false
    while (members.length < largest) {
      const job = this.#line.next()
      if (job === undefined) break
      const attempt = await job.attempt(reader)
      if (attempt.failed && failure === undefined && !hasWritten) {
        attempt.settle()
        continue
      }
      members.push({ job, attempt })
      // SQLite may have ended the transaction; what came now would be written without one.
      if (failure !== undefined) throw failure.error
      connection.write(attempt.writes)
      hasWritten ||= attempt.writes.length > 0
      if (!this.#line.isEmpty && performance.now() >= end) break
    }
  }

  #rolledBack(members: readonly Member[], error: unknown): void {
    const { file } = this.#connections
    // A connection that has failed for other reasons than room may go on failing.
    const failure = sqliteError(error, file.path, 'commit')
    if (!('code' in failure && failure.code === 'store-full')) this.#connections.dropWriter()
    const [first] = members
    if (first === undefined) return
    if (members.length === 1) {
      if (first.attempt.failed) first.attempt.settle()
      else first.job.reject(failure)
      return
    }
    this.#line.putBack(members.map(({ job }) => job))
    this.#alone += members.length
  }
}
