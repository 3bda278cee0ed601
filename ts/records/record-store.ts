import type { Value } from '../values/index.js'

/**
 * What names a record: a flat tuple of 1 to 16 strings and finite numbers. The first is the collection, which matches
 * `[a-z][a-z0-9_]{0,40}`.
 *
 * Order is IndexedDB's: numbers before strings, strings by UTF-16 code units (lone surrogates included), a tuple before
 * the longer ones that begin with it. `-0` is `0`. Encoded, a key has at most 900 bytes: two for each code unit of a
 * string (four for U+0000 and U+0001) and three around it, nine for a number.
 */
export type RecordKey = readonly [collection: string, ...rest: readonly (string | number)[]]

/** A record as a scan gives it. Both are copies, which nobody else holds, unless the value is to be shared. */
export interface RecordEntry {
  readonly key: RecordKey
  readonly value: Value
}

/** Which records of one collection a scan gives. */
export type RecordRange = RecordPrefix | RecordSpan

/** The records whose keys begin with these elements, the one of exactly this key first. */
export interface RecordPrefix extends ScanOptions {
  readonly prefix: RecordKey
  readonly from?: never
  readonly to?: never
}

/** The records from one key up to another; without `to` (or `from`) to the end (or from the beginning) of the collection. */
export interface RecordSpan extends ScanOptions {
  /** The first key. */
  readonly from?: RecordKey
  /** The first key that is not meant any more. */
  readonly to?: RecordKey
  readonly prefix?: never
}

/** How a value is read or written. */
export interface ValueOptions {
  /**
   * It may be an object that others hold, too, and nobody changes it from now on: a value that is read again and again, or
   * read after it was written, is not made anew each time.
   *
   * @default false
   */
  readonly shared?: boolean
}

interface ScanOptions extends ValueOptions {
  /**
   * How many records at most, a whole number from 1.
   *
   * @default 1000
   */
  readonly limit?: number
  /**
   * From the last to the first.
   *
   * @default false
   */
  readonly reverse?: boolean
}

/**
 * What a transaction offers. Reads see what the transaction itself has written. It is over when the work has settled;
 * then every method throws `transaction-over`.
 */
export interface RecordTransaction {
  /**
   * The value of a record, a copy unless it is to be shared; `undefined` where there is none.
   *
   * @throws `bad-key` (at once), and what the medium throws (by rejecting)
   */
  get(key: RecordKey, options?: ValueOptions): Promise<Value | undefined>
  /**
   * Writes a record: what the value is at this moment.
   *
   * @throws `bad-key`, `unsupported-value` (also for `undefined`, which is what a miss is), `value-too-large`,
   * `read-only-transaction`
   */
  set(key: RecordKey, value: Value, options?: ValueOptions): void
  /**
   * Takes a record away, if there is one.
   *
   * @throws `bad-key`, `read-only-transaction`
   */
  delete(key: RecordKey): void
  /**
   * Records of one collection, in the order of their keys.
   *
   * @throws `bad-key`, `bad-argument` (at once), and what the medium throws (by rejecting)
   */
  scan(range: RecordRange): Promise<RecordEntry[]>
}

/** How a transaction is run. */
export interface TransactOptions {
  /**
   * It only reads: a snapshot of what is committed. `set` and `delete` throw `read-only-transaction`.
   *
   * @default false
   */
  readonly readonly?: boolean
  /** Gives up while the transaction waits for its turn, or between runs. What has begun to commit is not taken back. */
  readonly signal?: AbortSignal
  /** Who writes: listeners in this process are told. */
  readonly by?: object
}

/** What a commit has changed, as far as is known: without `collections` it may be anything. */
export interface RecordChange {
  readonly collections?: readonly string[]
  /** Who has written, where that was said and is known. */
  readonly by?: object
}

/**
 * Records in some medium, read and written in transactions: what deciders, flows and steps are written over.
 *
 * Anybody may implement it; `recordStoreSuite` of `unitflow/testing` says whether an implementation is one, and
 * {@link RecordMedium} is the smaller thing to write.
 */
export interface RecordStore {
  /**
   * Runs work as one transaction: serializable, all or nothing, durable when the promise resolves to what the work gave.
   *
   * - The work may run again after a conflict, so it touches nothing but its transaction.
   * - It awaits nothing but the transaction's own promises: it is aborted with `foreign-await` when none of them is
   *   pending and it has not settled after one macrotask. (What is resolved already does no harm.)
   * - Where the work throws, nothing of it is written, and the error is the caller's.
   *
   * @throws (by rejecting) what the work throws, `foreign-await`, `store-closed`, `store-busy`, what the medium throws,
   * and the signal's reason
   */
  transact<T>(work: (transaction: RecordTransaction) => Promise<T> | T, options?: TransactOptions): Promise<T>
  /**
   * Calls a listener after commits that may have changed something, in this process or outside. It is a wake-up and never
   * the truth: several commits may give one call, and a call may come for nothing. A commit whose `transact` resolves
   * after the listener was registered is never missed.
   *
   * @returns ends it
   * @throws `store-closed`
   */
  onCommit(listener: (change: RecordChange) => void): () => void
  /** Waits for what is under way, and lets go of the medium. Everything after it is `store-closed`. Closing again is fine. */
  close(): Promise<void>
}
