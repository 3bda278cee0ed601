import type { ManualClock } from '../../../../ts/clock/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type {
  RecordChange,
  RecordStore,
  RecordTransaction,
  TransactOptions,
} from '../../../../ts/records/index.js'
import { createLargeValues, createStoreCache } from '../../../../ts/steps/caches.js'
import type { ResultCache, State } from '../../../../ts/steps/index.js'
import {
  createMemoryCache,
  createRecordCache,
  createRecordState,
  createState,
} from '../../../../ts/steps/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import { FaultyRecords } from '../../deciders/simulation/faulty-records.js'
import type { Turns } from '../../deciders/simulation/turns.js'
import type { Values } from './oracle.js'

/** Somebody who runs workflows: state and cache as it has them. */
export interface StepProcess {
  readonly state: State
  /** Missing where results are kept beside the state. */
  readonly cache: ResultCache | undefined
  isDead(): boolean
  /** All of it stops, wherever it is. */
  die(): void
}

/** Where the state of a run is kept, and its results. */
export interface StepMedia {
  readonly isMutable: boolean
  readonly isInRecords: boolean
  /** Whether results go that nobody has deleted. */
  readonly isLimited: boolean
  start(): StepProcess
  /** One to whom nothing happens, and who has looked at nothing before. */
  observe(): Pick<StepProcess, 'state' | 'cache'>
  /** Values as they are, whatever anybody thinks. */
  values(): Promise<Values>
  /** Whether commits fail, and run again. */
  setFaulty(isFaulty: boolean): void
  /** Tears, alters and loses results, as far as its store may. */
  shake(): Promise<void>
  faults(): { readonly commits: number; readonly failures: number }
}

type CacheKind = 'default' | 'memory' | 'small' | 'records' | 'other-records' | 'store'

export function randomMedia(random: SeededRandom, clock: ManualClock, turns: Turns): StepMedia {
  const isMutable = random.below(3) > 0
  const isInRecords = random.below(2) === 0
  const kind = random.pick<CacheKind>([
    ...(['default', 'default', 'memory', 'small', 'records', 'other-records', 'store'] as const),
  ])
  const inner = createMemoryRecords()
  const faulty = new FaultyRecords(inner, turns, random)
  faulty.isFaulty = false
  const large =
    random.below(2) === 0 ? { large: createLargeValues({ store: createMemoryStore(), from: 200 }) } : {}
  const memory = createState({}, { mutable: isMutable })
  const inMemory = kind === 'memory' ? createMemoryCache() : createMemoryCache({ maxBytes: 3000 })
  const other = createMemoryRecords()
  const store = createMemoryStore()
  const limit = random.below(3) === 0 ? { maxBytes: 8000 } : {}
  const stateIn = (records: RecordStore): State =>
    isInRecords ? createRecordState({ records, name: 'etl', mutable: isMutable, clock, ...large }) : memory
  const cacheIn = (records: RecordStore): ResultCache | undefined => {
    switch (kind) {
      case 'default':
        return undefined
      case 'memory':
      case 'small':
        return inMemory
      case 'records':
        return createRecordCache({ records, clock, ...large, ...limit })
      case 'other-records':
        return createRecordCache({ records: other, clock, ...limit })
      case 'store':
        return createStoreCache({ store, clock, ...limit })
    }
  }
  return {
    isMutable,
    isInRecords,
    isLimited: kind === 'small' || 'maxBytes' in limit,
    start: () => {
      const records = new DyingRecords(faulty)
      let isDead = false
      return {
        state: stateIn(records),
        cache: cacheIn(records),
        isDead: () => isDead,
        die: () => {
          isDead = true
          records.isDead = true
        },
      }
    },
    observe: () => ({ state: stateIn(inner), cache: cacheIn(inner) }),
    values: async () => {
      const found = await stateIn(inner).snapshot()
      return new Map(Object.entries(found))
    },
    setFaulty: (isFaulty) => (faulty.isFaulty = isFaulty),
    shake: async () => {
      for await (const key of store.keys()) {
        const bytes = await store.get(key)
        if (bytes === undefined) continue
        const at = random.below(bytes.length)
        switch (random.below(6)) {
          case 0:
            await store.delete(key)
            break
          case 1:
            await store.set(key, bytes.slice(0, at))
            break
          case 2:
            await store.set(key, bytes.with(at, bytes.at(at - 1) ?? 0))
            break
          case 3:
            // A digit somewhere in it, often in a value: still JSON.
            await store.set(key, altered(bytes, random))
            break
          default:
        }
      }
    },
    faults: () => ({ commits: faulty.commits, failures: faulty.failures }),
  }
}

function altered(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const text = new TextDecoder().decode(bytes)
  const digits = [...text.matchAll(/\d/g)].map(({ index }) => index)
  const at = digits[random.below(digits.length)] ?? 0
  return new TextEncoder().encode(text.slice(0, at) + String(random.below(10)) + text.slice(at + 1))
}

/** Nothing comes of anything once its process is dead, be it in the middle of a commit. */
class DyingRecords implements RecordStore {
  readonly #inner: RecordStore
  isDead = false

  constructor(inner: RecordStore) {
    this.#inner = inner
  }

  async transact<T>(
    work: (transaction: RecordTransaction) => Promise<T> | T,
    options?: TransactOptions,
  ): Promise<T> {
    if (this.isDead) return never()
    try {
      const answer = await this.#inner.transact(work, options)
      return await this.#orNever(answer)
    } catch (error) {
      await this.#orNever(undefined)
      throw error
    }
  }

  #orNever<T>(answer: T): T | Promise<T> {
    return this.isDead ? never() : answer
  }

  onCommit(listener: (change: RecordChange) => void): () => void {
    return this.#inner.onCommit(listener)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}

/** A promise of its own each time: one for all would keep all who wait. */
export function never(): Promise<never> {
  return new Promise<never>(() => undefined)
}
