import type { Value } from '../../values/index.js'

/** What state is known to hold, by name. */
export type StateValues = Readonly<Record<string, unknown>>

declare const types: unique symbol

/**
 * Values by name, that steps read and give (S6 to S9). Names may be dotted. What is handed in and out are copies: nobody
 * changes what is held but by these methods.
 *
 * Of immutable state a value is set once: it may be deleted, and then set again.
 */
export interface State<Known extends StateValues = StateValues> {
  readonly isMutable: boolean
  /** Never there; it tells the compiler. */
  readonly [types]?: Known
  /** @throws (by rejecting) `no-such-state`, `bad-argument` */
  get<Name extends keyof Known & string>(name: Name): Promise<Known[Name]>
  get(name: string): Promise<Value>
  /** Whether there is a value of this name (S7). */
  has(name: string): Promise<boolean>
  /** @throws (by rejecting) `state-is-immutable`, `unsupported-value`, `value-too-large`, `bad-argument` */
  set(name: string, value: unknown): Promise<void>
  /** Sets all of them, or none (S21). @throws (by rejecting) what `set` throws */
  setMany(values: StateValues): Promise<void>
  /** @throws (by rejecting) `no-such-state`, `bad-argument` */
  delete(name: string): Promise<void>
  /** In the order of their code units. */
  names(): Promise<readonly string[]>
  /** All values, as they are at one time. */
  snapshot(): Promise<Readonly<Record<string, Value>>>
  /** Calls when values were set or deleted, here or elsewhere: a wake-up, and never the truth. @returns ends it */
  onChange(listener: () => void): () => void
  /**
   * The value of a name, as soon as it has one, and then each that it is seen to have: of several in a row perhaps the last
   * alone. It goes on until it is left, or the signal is aborted.
   *
   * @throws (by rejecting) the signal's reason, `bad-argument`
   */
  watch<Name extends keyof Known & string>(
    name: Name,
    options?: WatchOptions,
  ): AsyncIterableIterator<Known[Name]>
  watch(name: string, options?: WatchOptions): AsyncIterableIterator<Value>
}

/** How a name is watched. */
export interface WatchOptions {
  /** Ends it: then it throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** How state is made. */
export interface StateOptions {
  /** Whether a name that has a value may be given another. @default false */
  readonly mutable?: boolean
}
