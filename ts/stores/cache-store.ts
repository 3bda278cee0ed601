/**
 * Where cached workflows are kept: plain bytes by key, without transactions, so that any key-value medium can be one.
 *
 * What every store keeps:
 * - A key is of the safe form that {@link assertStoreKey} checks; every method refuses others with `bad-key`.
 * - A miss is `undefined`; a medium that fails is an exception, never a miss (U29).
 * - A write of one key is atomic and durable in the medium's strongest ordinary sense when it resolves; a reader never
 *   sees half a value, also when the writer is killed; of several writers of one key one value stays whole (U30).
 * - Values are bytes of the caller's: neither what was handed in nor what was handed out is shared with the store.
 * - After `close` every method rejects with `store-closed`; `close` itself may be called again.
 */
export interface CacheStore {
  /** The value of a key, or `undefined`. */
  get(key: string): Promise<Uint8Array | undefined>
  /** The values of several keys, in their order, fetched in as few rounds as the medium allows. */
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>
  /** Writes a value. */
  set(key: string, value: Uint8Array): Promise<void>
  /** Writes several values. Each is atomic; all of them together need not be. */
  setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void>
  /** Removes a key; one that is not there is no error. */
  delete(key: string): Promise<void>
  /**
   * The keys in the store, in no order; with `prefix` only that key itself and those below it, by whole segments:
   * `doc1` gives `doc1` and `doc1/a`, never `doc12`.
   */
  keys(prefix?: string): AsyncIterable<string>
  /** Lets go of the medium. */
  close(): Promise<void>
  /** Which of the keys are there. A store without it is asked with `getMany`, which costs the values. */
  has?(keys: readonly string[]): Promise<boolean[]>
  /**
   * Writes `value` only if the key's value is `expected` (`undefined`: absent), and says whether it did. Atomic against
   * every other `replace` of that key on the same medium. A store whose medium cannot tell leaves it out.
   */
  replace?(key: string, expected: Uint8Array | undefined, value: Uint8Array): Promise<boolean>
}
