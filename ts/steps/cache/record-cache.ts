import type { Clock } from '../../clock/index.js'
import { systemClock } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { RecordKey, RecordStore, RecordTransaction, Value } from '../../records/index.js'
import { sha256Hex } from '../../sha256/index.js'
import type { LargeValues } from '../values/index.js'
import {
  assertHas,
  assertObject,
  bytesInRecord,
  digestOfMark,
  fieldsOf,
  HeldValue,
  isPlainMark,
  markOf,
  MOST_IN_RECORD,
  plainValue,
} from '../values/index.js'
import { assertBytes } from './assert-bytes.js'
import type { CachedResult, CacheLimit, CachePruneReport, ResultCache, ResultKey } from './result-cache.js'
import { DEFAULT_MAX_BYTES, PRUNED_TO, textOf } from './result-cache.js'
import { STEP_SCHEMA } from './step-schema.js'

/** Where results are kept. */
export interface RecordCacheOptions extends CacheLimit {
  /** It stays open when the cache is not used any more. */
  readonly records: RecordStore
  /** Where values go that are large: those of the state, where it is over the same records. */
  readonly large?: LargeValues
  /** @default the system's */
  readonly clock?: Clock
}

/** What an entry takes beside its values, about. */
const ENTRY_BYTES = 300
/** When a result was asked for last is written once in so many ms. */
const USED_EVERY = 60_000
const PAGE = 1000
const READ_ONLY = { readonly: true }

/** An entry as it is stored; its values have records of their own. */
interface StoredResult {
  readonly version: 1
  readonly step: string
  readonly at: number
  /** When it was asked for last, about. */
  readonly used: number
  readonly bytes: number
  readonly marks: readonly string[]
  /** Over the marks, and what the entry is of. */
  readonly check: string
}

/**
 * Results in records: beside state in records they are kept in the transaction that keeps the state, and tabs, threads and
 * OS processes share them. A result that is larger than a record may be, and has no `large` to go to, is not kept.
 *
 * @example
 * const cache = createRecordCache({ records, maxBytes: 1024 * 1024 * 1024 })
 * @throws `bad-argument`
 */
export function createRecordCache(options: RecordCacheOptions): ResultCache {
  assertObject('createRecordCache', options)
  assertHas('records', 'a store of records', options.records, 'transact')
  return new RecordCache(options)
}

export class RecordCache implements ResultCache {
  readonly type = 'result-cache'
  readonly records: RecordStore
  readonly #large: LargeValues | undefined
  readonly #clock: Clock
  readonly #maxBytes: number
  /** As of the last entry that was written here. */
  #bytes = 0
  /** That the store is of a version that is known. */
  #isChecked = false
  readonly #reading = { readonly: true, by: this }
  #pruning: Promise<CachePruneReport> | undefined

  constructor({ records, maxBytes = DEFAULT_MAX_BYTES, clock = systemClock, large }: RecordCacheOptions) {
    assertBytes('maxBytes', maxBytes)
    if (large !== undefined) assertHas('large', 'what createLargeValues makes', large, 'isLarge')
    this.records = records
    this.#maxBytes = maxBytes
    this.#clock = clock
    this.#large = large
  }

  async get(key: ResultKey): Promise<CachedResult | undefined> {
    const hash = hashOf(textOf(key))
    const found = await this.records
      .transact(async (transaction) => {
        if (!this.#isChecked) await STEP_SCHEMA.check(transaction)
        const stored = storedOf(hash, await transaction.get(entryKey(hash)))
        if (stored === undefined) return undefined
        const values: (Value | undefined)[] = []
        for (const [at, mark] of stored.marks.entries()) {
          values.push(isPlainMark(mark) ? undefined : await transaction.get(valueKey(hash, at)))
        }
        return { stored, values }
      }, this.#reading)
      .catch(missWhereTorn)
    this.#isChecked = true
    if (found === undefined) return undefined
    const { step, at, used, marks } = found.stored
    const outputs: HeldValue[] = []
    for (const [place, mark] of marks.entries()) {
      const held = await this.#held(mark, found.values[place])
      if (held?.digest !== digestOfMark(mark)) return undefined
      outputs.push(held)
    }
    if (this.#clock.now() - used > USED_EVERY) await this.#use(hash)
    return { step, at, outputs }
  }

  async set(key: ResultKey, result: CachedResult): Promise<void> {
    await this.#large?.put(result.outputs)
    await this.records.transact(async (transaction) => {
      await STEP_SCHEMA.claim(transaction)
      await this.write(transaction, [{ key, result }])
    })
    await this.pruneIfFull()
  }

  /** Writes entries in a transaction of somebody else's. Those of their values that are large are there. */
  async write(
    transaction: RecordTransaction,
    entries: readonly { readonly key: ResultKey; readonly result: CachedResult }[],
  ): Promise<void> {
    let more = 0
    for (const { key, result } of entries) more += this.#write(transaction, hashOf(textOf(key)), result)
    // Of one that is written again too much is counted: pruning counts anew.
    const bytes = await transaction.get(TOTAL)
    this.#bytes = (typeof bytes === 'number' ? bytes : 0) + more
    transaction.set(TOTAL, this.#bytes)
  }

  /** To be called when something was written. */
  async pruneIfFull(): Promise<void> {
    if (this.#bytes > this.#maxBytes) await this.prune()
  }

  prune(): Promise<CachePruneReport> {
    this.#pruning ??= this.#prune(this.#maxBytes).finally(() => (this.#pruning = undefined))
    return this.#pruning
  }

  async clear(): Promise<void> {
    await this.#pruning
    await this.#prune(-1)
  }

  #write(transaction: RecordTransaction, hash: string, { step, outputs, at }: CachedResult): number {
    if (outputs.some((held) => this.#large?.isLarge(held) !== true && bytesInRecord(held) > MOST_IN_RECORD)) {
      // It is computed anew when it is wanted; what was there before is not its result any more.
      transaction.delete(entryKey(hash))
      for (const place of outputs.keys()) transaction.delete(valueKey(hash, place))
      return 0
    }
    let bytes = ENTRY_BYTES
    const marks = outputs.map((held, place) => {
      const mark = markOf(held)
      bytes += mark.length
      if (isPlainMark(mark)) return mark
      bytes += held.size
      const isLarge = this.#large?.isLarge(held) === true
      transaction.set(valueKey(hash, place), isLarge ? { large: held.size } : { value: held.value })
      return mark
    })
    const used = this.#clock.now()
    const stored: StoredResult = { version: 1, step, at, used, bytes, marks, check: checkOf(hash, at, marks) }
    transaction.set(entryKey(hash), { ...stored })
    return bytes
  }

  /** Nothing where it is not what was written. */
  async #held(mark: string, stored: Value | undefined): Promise<HeldValue | undefined> {
    if (isPlainMark(mark)) return readable(() => plainValue(mark))
    if (typeof stored !== 'object' || stored === null) return undefined
    if ('value' in stored) return readable(() => HeldValue.of(stored['value']))
    // It may have been taken away, or torn: then it is computed anew.
    return this.#large?.get(digestOfMark(mark)).catch(() => undefined)
  }

  async #use(hash: string): Promise<void> {
    await this.records.transact(async (transaction) => {
      const stored = storedOf(hash, await transaction.get(entryKey(hash)))
      if (stored !== undefined) transaction.set(entryKey(hash), { ...stored, used: this.#clock.now() })
    })
  }

  async #prune(maxBytes: number): Promise<CachePruneReport> {
    const all: {
      readonly hash: string
      readonly used: number
      readonly bytes: number
      readonly values: number
    }[] = []
    for (let from: RecordKey = ['step_results']; ;) {
      const page = await this.records.transact(
        (transaction) => transaction.scan({ from, limit: PAGE }),
        READ_ONLY,
      )
      for (const { key, value } of page) {
        const hash = String(key[1])
        const stored = storedOf(hash, value)
        all.push({
          hash,
          used: stored?.used ?? 0,
          bytes: stored?.bytes ?? ENTRY_BYTES,
          values: stored?.marks.length ?? 0,
        })
      }
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) break
      from = [...last.key, '']
    }
    let bytes = all.reduce((sum, one) => sum + one.bytes, 0)
    const gone: typeof all = []
    if (bytes > maxBytes) {
      for (const one of all.sort((a, b) => a.used - b.used)) {
        if (bytes <= maxBytes * PRUNED_TO && maxBytes >= 0) break
        bytes -= one.bytes
        gone.push(one)
      }
    }
    for (let at = 0; at === 0 || at < gone.length; at += PAGE) {
      const some = gone.slice(at, at + PAGE)
      await this.records.transact((transaction) => {
        for (const { hash, values } of some) {
          transaction.delete(entryKey(hash))
          for (let place = 0; place < values; place++) transaction.delete(valueKey(hash, place))
        }
        transaction.set(TOTAL, bytes)
      })
    }
    this.#bytes = bytes
    return { deleted: gone.length, kept: all.length - gone.length, bytes }
  }
}

const TOTAL: RecordKey = ['step_result_bytes']

function entryKey(hash: string): RecordKey {
  return ['step_results', hash]
}

function valueKey(hash: string, place: number): RecordKey {
  return ['step_result_values', hash, place]
}

function hashOf(key: string): string {
  return sha256Hex(key)
}

function checkOf(hash: string, at: number, marks: readonly string[]): string {
  return hashOf([hash, at, ...marks].join('\n'))
}

/** What is no entry, one of a later version, or not what was written is a miss. */
function storedOf(hash: string, value: Value | undefined): StoredResult | undefined {
  const { version, step, at, used, bytes, marks, check } = fieldsOf(value)
  if (version !== 1 || typeof step !== 'string' || typeof at !== 'number' || typeof used !== 'number')
    return undefined
  if (typeof bytes !== 'number' || !Array.isArray(marks) || !marks.every(isText)) return undefined
  if (typeof check !== 'string' || check !== checkOf(hash, at, marks)) return undefined
  return { version, step, at, used, bytes, marks, check }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function missWhereTorn(error: unknown): undefined {
  if (error instanceof UnitflowError && error.code === 'bad-value-form') return undefined
  throw error
}

function readable(read: () => HeldValue): HeldValue | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
