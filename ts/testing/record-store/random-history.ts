import type { RecordStore, RecordTransaction } from '../../records/index.js'
import { nextTurn } from './case.js'
import type { HistoryOperation, HistoryTransaction } from './check-serializable.js'
import { seededRandom, type SeededRandom } from './seeded-random.js'

/** How {@link recordHistory} fills a store. */
export interface RecordHistoryOptions {
  /** The same seed gives the same transactions; how they meet is the store's. */
  readonly seed: number
  /**
   * How many callers go on at the same time, each through one of the stores.
   *
   * @default 6
   */
  readonly callers?: number
  /**
   * How many transactions each of them makes, one after the other.
   *
   * @default 12
   */
  readonly each?: number
  /**
   * Whether what a transaction has thrown, besides what is thrown here on purpose, means that it has left nothing. Other
   * errors are thrown on.
   *
   * @default () => false
   */
  readonly isFailure?: (error: unknown) => boolean
  /**
   * Comes between two transactions of a caller.
   *
   * @default sometimes a macrotask
   */
  readonly pause?: () => Promise<void>
}

const LISTS = ['one', 'two', 'three', 'four'] as const

/**
 * Makes random transactions over four lists through one store, or several on one medium, and tells what each has seen, for
 * `checkSerializable`. Two of the lists are one record each, two are one record an element, so scans are tried as well.
 */
export async function recordHistory(
  stores: readonly [RecordStore, ...RecordStore[]],
  { seed, callers = 6, each = 12, isFailure = () => false, pause }: RecordHistoryOptions,
): Promise<HistoryTransaction[]> {
  const history: HistoryTransaction[] = []
  let now = 0
  let elements = 0
  const call = async (caller: number): Promise<void> => {
    const random = seededRandom(seed * 1000 + caller)
    const store = stores[caller % stores.length] ?? stores[0]
    for (let turn = 0; turn < each; turn++) {
      const plan = planOf(random, () => ++elements)
      const began = now++
      let operations: readonly HistoryOperation[] = []
      let outcome: HistoryTransaction['outcome'] = 'committed'
      const fails = !plan.readonly && random.below(8) === 0
      try {
        operations = await store.transact(
          async (transaction) => {
            const done: HistoryOperation[] = []
            operations = done
            for (const step of plan.steps) done.push(await carryOut(transaction, step))
            if (fails) throw new PlannedFailure()
            return done
          },
          { readonly: plan.readonly },
        )
      } catch (error) {
        if (!(error instanceof PlannedFailure || isFailure(error))) throw error
        outcome = 'failed'
      }
      history.push({ id: `${caller}.${turn}`, operations, outcome, began, ended: now++ })
      if (pause !== undefined) await pause()
      else if (random.below(3) === 0) await nextTurn()
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  return history
}

class PlannedFailure extends Error {}

interface Step {
  readonly list: string
  /** What to append; without it the list is read. */
  readonly element?: number
}

function planOf(
  random: SeededRandom,
  element: () => number,
): { readonly readonly: boolean; readonly steps: Step[] } {
  const readonly = random.below(4) === 0
  const steps = Array.from({ length: 1 + random.below(4) }, (): Step => {
    const list = random.pick(LISTS)
    return readonly || random.below(2) === 0 ? { list } : { list, element: element() }
  })
  return { readonly, steps }
}

async function carryOut(transaction: RecordTransaction, { list, element }: Step): Promise<HistoryOperation> {
  const scanned = list === 'three' || list === 'four'
  if (element === undefined) {
    const elements = scanned ? await scannedList(transaction, list) : await wholeList(transaction, list)
    return { type: 'read', list, elements }
  }
  if (scanned) {
    const [last] = await transaction.scan({ prefix: ['elements', list], reverse: true, limit: 1 })
    transaction.set(['elements', list, Number(last?.key[2] ?? 0) + 1], element)
  } else {
    transaction.set(['lists', list], [...(await wholeList(transaction, list)), element])
  }
  return { type: 'append', list, element }
}

async function wholeList(transaction: RecordTransaction, list: string): Promise<readonly number[]> {
  const value = await transaction.get(['lists', list])
  return Array.isArray(value) ? value.map(Number) : []
}

async function scannedList(transaction: RecordTransaction, list: string): Promise<readonly number[]> {
  const found = await transaction.scan({ prefix: ['elements', list], limit: 100_000 })
  return found.map(({ value }) => Number(value))
}
