import { checkedRecords, type MediumOutcome, type MediumReader, type MediumRecord, type RecordMedium } from '../../../ts/records/index.js' // prettier-ignore
import { MemoryMedium } from '../../../ts/records/memory/memory-medium.js'
import { checkSerializable, recordHistory } from '../../../ts/testing/index.js'
import { seededRandom, type SeededRandom } from '../../../ts/testing/record-store/seeded-random.js'

/** What happened in a run, so that a test can tell that something did. */
export interface SimulatedRun {
  readonly transactions: number
  readonly conflicts: number
  readonly failures: number
  readonly wakeUps: number
  /** What was read and written, in order: the same seed gives the same. */
  readonly trace: string
}

class InjectedFailure extends Error {}

/** Who waits for a virtual turn; one of them has the next, as the seed says. */
class Scheduler {
  readonly #random: SeededRandom
  readonly #waiting: (() => void)[] = []

  constructor(random: SeededRandom) {
    this.#random = random
  }

  turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Gives turns until the work has ended. Between two of them everything runs that can. */
  async run<T>(work: Promise<T>): Promise<T> {
    const ended: true[] = []
    const end = (): unknown => ended.push(true)
    work.then(end, end)
    for (let idle = 0; ended.length === 0;) {
      await new Promise((resolve) => setImmediate(resolve))
      const [next] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1)
      next?.()
      idle = next === undefined ? idle + 1 : 0
      if (idle > 100) throw new Error('everybody waits, and nobody for a turn: a lost wake-up or a dead end')
    }
    return work
  }
}

/** What a run has read, and how to read it again. */
type Seen = (reader: MediumReader) => Promise<boolean>

/**
 * Memory, in which transactions run beside one another: each on a snapshot, one virtual turn a read, and committed if all
 * that it has read is still so; else it runs again. Some commits fail.
 */
class OptimisticMedium implements RecordMedium {
  readonly #inner = new MemoryMedium()
  readonly #scheduler: Scheduler
  readonly #random: SeededRandom
  readonly trace: string[] = []
  conflicts = 0
  failures = 0
  readonly #watchers = new Set<(collections?: readonly string[]) => void>()

  constructor(scheduler: Scheduler, random: SeededRandom) {
    this.#scheduler = scheduler
    this.#random = random
  }

  async transact<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    options: { readonly readonly: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<T> {
    for (;;) {
      await this.#scheduler.turn()
      options.signal?.throwIfAborted()
      const seen: Seen[] = []
      const run = (reader: MediumReader): Promise<MediumOutcome<T>> => work(this.#observed(reader, seen))
      if (options.readonly) return this.#inner.transact(run, options)
      const outcome = await this.#inner.transact(async (reader) => ({ result: await run(reader), writes: [] }), { ...options, readonly: true }) // prettier-ignore
      await this.#scheduler.turn()
      const chance = this.#random.below(20)
      if (chance === 0) {
        this.failures++
        throw new InjectedFailure('before the commit')
      }
      // As if somebody else had been there.
      if (chance > 2 && (await this.#commit(outcome, seen))) {
        for (const notify of this.#watchers) notify(outcome.writes.map(({ collection }) => collection))
        return outcome.result
      }
      this.conflicts++
    }
  }

  /** Of another store object on this medium. */
  watchedBy(store: RecordMedium): RecordMedium {
    return {
      transact: store.transact.bind(store),
      close: async () => undefined,
      watch: (notify) => {
        this.#watchers.add(notify)
        return () => void this.#watchers.delete(notify)
      },
    }
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  async #commit(outcome: MediumOutcome<unknown>, seen: readonly Seen[]): Promise<boolean> {
    const options = { readonly: false, signal: undefined }
    return this.#inner.transact(async (reader) => {
      for (const isStill of seen) if (!(await isStill(reader))) return { result: false, writes: [] }
      this.trace.push(JSON.stringify(outcome.writes))
      return { result: true, writes: outcome.writes }
    }, options)
  }

  #observed(reader: MediumReader, seen: Seen[]): MediumReader {
    return {
      get: async (key) => {
        await this.#scheduler.turn()
        const found = await reader.get(key)
        this.trace.push(`${key.collection} ${found ?? ''}`)
        seen.push(async (later) => (await later.get(key)) === found)
        return found
      },
      scan: async (range) => {
        await this.#scheduler.turn()
        const found = await reader.scan(range)
        this.trace.push(`${range.collection} ${shown(found)}`)
        seen.push(async (later) => shown(await later.scan(range)) === shown(found))
        return found
      },
    }
  }
}

function shown(records: readonly MediumRecord[]): string {
  return records.map(({ sort, text }) => `${sort}=${text}`).join()
}

/**
 * One run of the simulation: four callers make random transactions over a medium on which everything takes turns as the
 * seed says, with conflicts and failures, while a fifth waits for wake-ups. Everything it does follows from the seed.
 *
 * @throws where what happened is not serializable, where a wake-up is lost, and where something is stuck
 */
export async function simulatedRun(seed: number): Promise<SimulatedRun> {
  const random = seededRandom(seed)
  const scheduler = new Scheduler(random)
  const medium = new OptimisticMedium(scheduler, random)
  const store = checkedRecords(medium)
  const other = checkedRecords(medium.watchedBy(medium))
  const pause = async (): Promise<void> => {
    for (let turns = random.below(3); turns > 0; turns--) await scheduler.turn()
  }
  let wakeUps = 0
  const last = 1 + random.below(4)
  const count = async (): Promise<void> => {
    for (let number = 1; number <= last;) {
      await pause()
      const counted = await store
        .transact((transaction) => {
          transaction.set(['count'], number)
        })
        .then(() => true, isInjected)
      if (counted) number++
    }
  }
  /** Registers, reads, and waits where there is nothing new. */
  const follow = async (): Promise<void> => {
    for (;;) {
      let wake: () => void = () => undefined
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const end = other.onCommit(({ collections }) => {
        if (collections?.includes('count') !== false) wake()
      })
      await pause()
      const seen = await other.transact((transaction) => transaction.get(['count']), { readonly: true })
      if (seen !== last) {
        await pause()
        await woken
        wakeUps++
      }
      end()
      if (seen === last) return
    }
  }
  const recording = recordHistory([store, other], {
    seed,
    callers: 4,
    each: 4,
    isFailure: (error) => error instanceof InjectedFailure,
    pause,
  })
  const [history] = await scheduler.run(Promise.all([recording, count(), follow()]))
  const anomalies = checkSerializable(history)
  if (anomalies.length > 0) {
    throw new Error(anomalies.map(({ type, message }) => `${type}: ${message}`).join('\n'))
  }
  await scheduler.run(Promise.all([store.close(), other.close()]))
  const { conflicts, failures, trace } = medium
  return { transactions: history.length, conflicts, failures, wakeUps, trace: trace.join('\n') }
}

function isInjected(error: unknown): false {
  if (error instanceof InjectedFailure) return false
  throw error
}
