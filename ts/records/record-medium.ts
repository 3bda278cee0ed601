/** A key as media take it. */
export interface MediumKey {
  readonly collection: string
  /**
   * The elements after the collection, encoded: a string of characters up to U+00FF, one a byte, whose order (of code
   * units, as of bytes) is the order of keys. `''` where there are none.
   */
  readonly sort: string
}

/** Which records of a collection: `from` is the first that is meant, `to` the first that is not, and after it; both encoded. */
export interface MediumRange {
  readonly collection: string
  readonly from: string
  readonly to: string | undefined
  /** From 1 to 2^31 - 1. */
  readonly limit: number
  readonly reverse: boolean
}

/** A record as a medium holds it: `text` is the value's form, see `ts/values`. */
export interface MediumRecord {
  readonly sort: string
  readonly text: string
}

/** What a medium offers to a transaction: a consistent state, without what the transaction itself has written. */
export interface MediumReader {
  /** Answers without a promise where there is nothing to wait for, which is faster. */
  get(key: MediumKey): Promise<string | undefined> | string | undefined
  /** At most `limit` records, in the order that is asked for. */
  scan(range: MediumRange): Promise<readonly MediumRecord[]> | readonly MediumRecord[]
}

/** A write that is to be made: `undefined` takes the record away. */
export interface MediumWrite extends MediumKey {
  readonly text: string | undefined
}

/** What work came to: nothing is written before it has. */
export interface MediumOutcome<T> {
  readonly result: T
  /** Each key once, in no order. */
  readonly writes: readonly MediumWrite[]
}

/**
 * What a record store stands on. All that every store does alike (keys, values, ranges, what a transaction reads of its
 * own writes, foreign awaits, closing, listeners in this process) is done over it, once, by `checkedRecords`.
 *
 * It may rely on: nothing is called after `close`, which is called once, when everything under way has settled.
 */
export interface RecordMedium {
  /**
   * Runs the work in a serializable transaction of its own, makes the writes that it asks for in the same, and resolves
   * when they are durable. Where the work rejects, nothing is written and it rejects with that. It may run the work again
   * after a conflict. `readonly` work has no writes and sees a snapshot of what is committed.
   *
   * The work awaits promises of its reader only (it rejects before long if it does otherwise), and goes on in the turn in
   * which they resolve.
   */
  transact<T>(
    work: (reader: MediumReader) => Promise<MediumOutcome<T>>,
    options: { readonly readonly: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<T>
  /**
   * Tells of commits that others have made: other tabs, threads, processes. Not of those through this object. Whatever a
   * transaction that begins after this has returned does not see is told of, so a medium that polls looks for the first
   * time before it returns.
   */
  watch?(notify: (collections?: readonly string[]) => void): () => void
  close(): Promise<void>
}
