import { assertName } from '../../checks/index.js'
import type { Clock } from '../../clock/index.js'
import type { RecordStore } from '../../records/index.js'
import type { Value } from '../../values/index.js'
import { define } from '../../values/index.js'
import type { CacheLimit } from '../cache/index.js'
import type { LargeValueOptions } from '../values/index.js'
import { HeldValue } from '../values/index.js'
import { RecordMedium } from './record-medium.js'
import { MEDIUM } from './state-medium.js'
import type { State, StateOptions, StateValues, WatchOptions } from './state.js'
import { noSuchState } from './state-errors.js'
import { watchName } from './watch-name.js'

/** Where state is kept. */
export interface RecordStateOptions extends StateOptions, LargeValueOptions, CacheLimit {
  /** It stays open when the state is not used any more. */
  readonly records: RecordStore
  /** Several states share one store, each under its own name. */
  readonly name: string
  /** @default the system's */
  readonly clock?: Clock
}

/**
 * State in records (S8, S9): it outlasts the program, and tabs, threads and OS processes share it. Results of steps are kept
 * beside it, in the same transactions.
 *
 * @example
 * const state = createRecordState({ records: createSqliteRecords({ path: 'etl.db' }), name: 'etl', mutable: true })
 * @throws `bad-argument`
 */
export function createRecordState<Known extends StateValues = StateValues>(
  options: RecordStateOptions,
): State<Known> {
  return new RecordState(options)
}

class RecordState<Known extends StateValues> implements State<Known> {
  readonly isMutable: boolean
  readonly [MEDIUM]: RecordMedium

  constructor({ mutable = false, ...options }: RecordStateOptions) {
    assertName(options.name, 'name')
    this.isMutable = mutable
    this[MEDIUM] = new RecordMedium(mutable, options)
  }

  get<Name extends keyof Known & string>(name: Name): Promise<Known[Name]>
  get(name: string): Promise<Value>
  async get(name: string): Promise<unknown> {
    assertName(name, 'name of the state')
    const held = await this[MEDIUM].get(name)
    if (held === undefined) throw noSuchState(name)
    return held.value
  }

  async has(name: string): Promise<boolean> {
    assertName(name, 'name of the state')
    return this[MEDIUM].has(name)
  }

  set(name: string, value: unknown): Promise<void> {
    return this.setMany({ [name]: value })
  }

  async setMany(values: StateValues): Promise<void> {
    // As they are now, whenever the store comes to it.
    const given = Object.entries(values).map(([name, value]) => {
      assertName(name, 'name of the state')
      return [name, HeldValue.of(value)] as const
    })
    await this[MEDIUM].setAll(given)
  }

  async delete(name: string): Promise<void> {
    assertName(name, 'name of the state')
    await this[MEDIUM].delete(name)
  }

  names(): Promise<readonly string[]> {
    return this[MEDIUM].names()
  }

  async snapshot(): Promise<Readonly<Record<string, Value>>> {
    const values: Record<string, Value> = {}
    for (const [name, { value }] of await this[MEDIUM].all()) define(values, name, value)
    return values
  }

  onChange(listener: () => void): () => void {
    return this[MEDIUM].onChange(listener)
  }

  watch<Name extends keyof Known & string>(
    name: Name,
    options?: WatchOptions,
  ): AsyncIterableIterator<Known[Name]>
  watch(name: string, options?: WatchOptions): AsyncIterableIterator<Value>
  watch(name: string, { signal }: WatchOptions = {}): AsyncIterableIterator<unknown> {
    return watchName(this, name, signal)
  }
}
