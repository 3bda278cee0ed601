import type { MediumOutcome, MediumReader } from '../record-medium.js'
import type { Connection } from './connection.js'
import { Patience } from './patience.js'
import { isBusy } from './sqlite-errors.js'
import type { WaitingLine } from './waiting-line.js'

/** What is done with works that wait, round by round. */
export interface WorkRounds {
  /** Comes before a round: who asks meanwhile is in it too. */
  wait(): Promise<void>
  /**
   * Begins a transaction of SQLite's.
   *
   * @throws what SQLite throws; while that is that others are busy, it is asked again
   */
  begin(): Connection
  /** Others are busy. */
  othersSeen(): void
  /** There is no way to begin; gives the error for those who wait. */
  failed(error: unknown): Error
  /** Runs works of the line in the transaction, and ends it; never rejects. */
  run(connection: Connection): Promise<void>
}

/** Goes on in rounds for as long as works wait. */
export class WorkLoop {
  readonly #line: WaitingLine
  readonly #rounds: WorkRounds
  #running = false

  constructor(line: WaitingLine, rounds: WorkRounds) {
    this.#line = line
    this.#rounds = rounds
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
      await this.#rounds.wait()
      const connection = await this.#begin()
      if (connection !== undefined) await this.#rounds.run(connection)
    }
    this.#running = false
  }

  /** Nothing where nobody waits for it any more. */
  async #begin(): Promise<Connection | undefined> {
    let patience: Patience | undefined
    while (!this.#line.isEmpty) {
      try {
        return this.#rounds.begin()
      } catch (error) {
        if (!isBusy(error)) {
          this.#line.rejectAll(this.#rounds.failed(error))
          return undefined
        }
        this.#rounds.othersSeen()
        patience ??= new Patience()
        this.#line.rejectOverdue(error)
        await patience.pause()
      }
    }
    return undefined
  }
}
