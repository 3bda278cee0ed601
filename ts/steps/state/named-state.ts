import { assertName } from '../../checks/index.js'
import type { Value } from '../../values/index.js'
import { define } from '../../values/index.js'
import { assertObject, HeldValue } from '../values/index.js'
import type { StateMedium } from './state-medium.js'
import { MEDIUM } from './state-medium.js'
import type { State, StateValues, WatchOptions } from './state.js'
import { noSuchState } from './state-errors.js'
import { watchName } from './watch-name.js'

type NamedValues = readonly (readonly [name: string, held: HeldValue])[]

/** What state needs of a medium: names have been looked at, values are nobody else's. */
export interface NamedMedium extends StateMedium {
  get(name: string): HeldValue | undefined | Promise<HeldValue | undefined>
  has(name: string): boolean | Promise<boolean>
  /** In the order of their code units. */
  names(): readonly string[] | Promise<readonly string[]>
  /** In the order of their names. */
  all(): NamedValues | Promise<NamedValues>
  /** All of them, or none. @throws (or rejects with) `state-is-immutable`, `value-too-large`, what the medium throws */
  setAll(values: NamedValues): void | Promise<void>
  /** @throws (or rejects with) `no-such-state`, what the medium throws */
  delete(name: string): void | Promise<void>
  onChange(listener: () => void): () => void
}

/** State over some medium. */
export function stateOver<Known extends StateValues>(medium: NamedMedium): State<Known> {
  return new NamedState<Known>(medium)
}

class NamedState<Known extends StateValues> implements State<Known> {
  readonly [MEDIUM]: NamedMedium

  constructor(medium: NamedMedium) {
    this[MEDIUM] = medium
  }

  get isMutable(): boolean {
    return this[MEDIUM].isMutable
  }

  get<Name extends keyof Known & string>(name: Name): Promise<Known[Name]>
  get(name: string): Promise<Value>
  async get(name: string): Promise<unknown> {
    assertName(name, NAME)
    const held = await this[MEDIUM].get(name)
    if (held === undefined) throw noSuchState(name)
    return held.value
  }

  async has(name: string): Promise<boolean> {
    assertName(name, NAME)
    return this[MEDIUM].has(name)
  }

  async set(name: string, value: unknown): Promise<void> {
    assertName(name, NAME)
    await this[MEDIUM].setAll([[name, HeldValue.of(value)]])
  }

  async setMany(values: StateValues): Promise<void> {
    // As they are now, whenever the medium comes to it.
    await this[MEDIUM].setAll(heldValues(values))
  }

  async delete(name: string): Promise<void> {
    assertName(name, NAME)
    await this[MEDIUM].delete(name)
  }

  async names(): Promise<readonly string[]> {
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

const NAME = 'name of the state'

/** @throws `unsupported-value`, `bad-argument` */
export function heldValues(values: StateValues): NamedValues {
  assertObject('values of state', values)
  return Object.entries(values).map(([name, value]) => {
    assertName(name, NAME)
    return [name, HeldValue.of(value)] as const
  })
}
