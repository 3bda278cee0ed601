import type {
  RecordChange,
  RecordStore,
  RecordTransaction,
  TransactOptions,
} from '../../../../ts/records/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import type { Turns } from './turns.js'

export class InjectedFailure extends Error {}
class Conflict extends Error {}

/** A store whose transactions take turns, run again after conflicts, and fail now and then. */
export class FaultyRecords implements RecordStore {
  readonly #inner: RecordStore
  readonly #turns: Turns
  readonly #random: SeededRandom
  readonly #changes = new WeakMap<object, RecordChange>()
  readonly #listeners = new Set<(change: RecordChange) => void>()
  isFaulty = true
  commits = 0
  conflicts = 0
  failures = 0
  /** Commits that nobody knows of yet. */
  underWay = 0

  constructor(inner: RecordStore, turns: Turns, random: SeededRandom) {
    this.#inner = inner
    this.#turns = turns
    this.#random = random
    inner.onCommit((change) => {
      if (change.by !== undefined) this.#changes.set(change.by, change)
    })
  }

  async transact<T>(
    work: (transaction: RecordTransaction) => Promise<T> | T,
    options: TransactOptions = {},
  ): Promise<T> {
    await this.#turns.turn()
    options.signal?.throwIfAborted()
    const readonly = options.readonly === true
    while (!readonly && this.isFaulty && this.#random.below(8) === 0) {
      await this.#undone(work, options, new Conflict('run again'))
      this.conflicts++
      await this.#turns.turn()
    }
    if (this.isFaulty && this.#random.below(30) === 0) {
      const failure = new InjectedFailure('the commit failed')
      await this.#undone(work, options, failure)
      this.failures++
      throw failure
    }
    const by = {}
    this.underWay++
    const result = await this.#inner.transact(work, { ...options, by }).catch((error: unknown) => {
      this.underWay--
      throw error
    })
    // It is durable; others come before the caller knows.
    if (this.#random.below(3) === 0) await this.#turns.turn()
    this.underWay--
    const change = this.#changes.get(by)
    if (change !== undefined) this.#tell(change, options.by)
    return result
  }

  onCommit(listener: (change: RecordChange) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  /** Runs it, and nothing of it is written. */
  async #undone(
    work: (transaction: RecordTransaction) => unknown,
    options: TransactOptions,
    reason: Error,
  ): Promise<void> {
    try {
      await this.#inner.transact(async (transaction) => {
        await work(transaction)
        throw reason
      }, options)
    } catch (error) {
      if (error !== reason) throw error
    }
  }

  #tell({ collections }: RecordChange, by: object | undefined): void {
    this.commits++
    const change = { ...(collections !== undefined && { collections }), ...(by !== undefined && { by }) }
    for (const listener of [...this.#listeners]) listener(change)
  }
}
