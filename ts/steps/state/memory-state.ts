import { assertName } from '../../checks/index.js'
import { EventListeners } from '../../events/index.js'
import type { Value } from '../../values/index.js'
import { decodeValue, define, encodeValue } from '../../values/index.js'
import type { State, StateOptions, StateValues } from './state.js'
import { isImmutable, noSuchState } from './state-errors.js'

/**
 * State in memory (S6).
 *
 * @example
 * const state = createState({ raw: rows }, { mutable: true })
 * @throws `unsupported-value`, `bad-argument`
 */
export function createState<const Known extends StateValues = StateValues>(
  initial?: Known,
  options: StateOptions = {},
): State<Known> {
  return new MemoryState<Known>(initial, options)
}

class MemoryState<Known extends StateValues> implements State<Known> {
  readonly isMutable: boolean
  /** As texts, so that nobody else holds them. */
  readonly #texts = new Map<string, string>()
  readonly #listeners = new EventListeners<undefined>()

  constructor(initial: Known | undefined, { mutable = false }: StateOptions) {
    this.isMutable = mutable
    this.#setAll(initial ?? {})
  }

  get<Name extends keyof Known & string>(name: Name): Promise<Known[Name]>
  get(name: string): Promise<Value>
  async get(name: string): Promise<unknown> {
    assertName(name, 'name of the state')
    const text = this.#texts.get(name)
    if (text === undefined) throw noSuchState(name)
    return decodeValue(text)
  }

  async has(name: string): Promise<boolean> {
    assertName(name, 'name of the state')
    return this.#texts.has(name)
  }

  set(name: string, value: unknown): Promise<void> {
    return this.setMany({ [name]: value })
  }

  async setMany(values: StateValues): Promise<void> {
    this.#setAll(values)
    this.#listeners.tell(undefined)
  }

  async delete(name: string): Promise<void> {
    assertName(name, 'name of the state')
    if (!this.#texts.delete(name)) throw noSuchState(name)
    this.#listeners.tell(undefined)
  }

  async names(): Promise<readonly string[]> {
    return [...this.#texts.keys()].sort()
  }

  async snapshot(): Promise<Readonly<Record<string, Value>>> {
    const values: Record<string, Value> = {}
    for (const name of await this.names()) define(values, name, decodeValue(this.#texts.get(name) ?? 'null'))
    return values
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener)
  }

  /** All of them, or none. */
  #setAll(values: StateValues): void {
    const texts = Object.entries(values).map(([name, value]) => {
      assertName(name, 'name of the state')
      if (!this.isMutable && this.#texts.has(name)) throw isImmutable(name)
      return [name, encodeValue(value)] as const
    })
    for (const [name, text] of texts) this.#texts.set(name, text)
  }
}
