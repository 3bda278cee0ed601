import type { ErrorCode } from '../../../../ts/errors/index.js'
import { UnitflowError } from '../../../../ts/errors/index.js'
import type {
  RecordChange,
  RecordStore,
  RecordTransaction,
  TransactOptions,
} from '../../../../ts/records/index.js'
import { InjectedFailure } from '../../deciders/simulation/faulty-records.js'
import type { Surroundings } from './surroundings.js'

/** What may go wrong with a store that a runner waits out. */
export const TROUBLES: readonly ErrorCode[] = ['store-busy', 'store-failed']

/**
 * A store as one runner has it: it is busy now and then, says that a commit has failed that has not, and nothing comes of
 * anything once the runner is dead, be it in the middle of a commit.
 */
export class RunnerStore implements RecordStore {
  readonly #inner: RecordStore
  readonly #around: Surroundings
  #isDead = false

  constructor(inner: RecordStore, around: Surroundings) {
    this.#inner = inner
    this.#around = around
  }

  isDead(): boolean {
    return this.#isDead
  }

  die(): void {
    this.#isDead = true
    this.#around.deaths++
  }

  async transact<T>(
    work: (transaction: RecordTransaction) => Promise<T> | T,
    options: TransactOptions = {},
  ): Promise<T> {
    const { random } = this.#around
    if (this.isDead()) return never()
    if (this.#isTroubled(50)) throw busy()
    let answer: T
    try {
      answer = await this.#inner.transact(work, options)
    } catch (error) {
      if (this.isDead()) return never()
      if (error instanceof InjectedFailure && random.below(2) === 0) throw failed()
      throw error
    }
    if (this.isDead()) return never()
    if (options.readonly !== true && this.#isTroubled(60)) {
      this.#around.lostAnswers++
      throw failed()
    }
    return answer
  }

  onCommit(listener: (change: RecordChange) => void): () => void {
    return this.#inner.onCommit((change) => {
      if (!this.isDead()) listener(change)
    })
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  #isTroubled(times: number): boolean {
    return this.#around.isFaulty && this.#around.random.below(times) === 0
  }
}

function busy(): UnitflowError<'store-busy'> {
  return new UnitflowError('store-busy', 'planned', { waited: 0 })
}

function failed(): UnitflowError<'store-failed'> {
  return new UnitflowError('store-failed', 'planned', { operation: 'commit', key: '' })
}

/** A promise of its own each time: one for all would keep all who wait. */
export function never(): Promise<never> {
  return new Promise<never>(() => undefined)
}
