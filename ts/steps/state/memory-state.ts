import { assertName } from '../../checks/index.js'
import { EventListeners } from '../../events/index.js'
import type { Value } from '../../values/index.js'
import { define } from '../../values/index.js'
import type { ResultCache } from '../cache/index.js'
import { createMemoryCache } from '../cache/index.js'
import { HeldValue } from '../values/index.js'
import type { LastResult, StateMedium, StateView, StepPost } from './state-medium.js'
import { MEDIUM } from './state-medium.js'
import type { State, StateOptions, StateValues, WatchOptions } from './state.js'
import { isImmutable, noSuchState } from './state-errors.js'
import { watchName } from './watch-name.js'

/**
 * State in memory (S6).
 *
 * @example
 * const state = createState({ raw: rows }, { mutable: true })
 * @throws `unsupported-value`, `bad-argument`
 */
export function createState<Known extends StateValues = StateValues>(
  initial?: Known,
  options: StateOptions = {},
): State<Known> {
  return new MemoryState<Known>(initial, options)
}

class MemoryState<Known extends StateValues> implements State<Known> {
  readonly isMutable: boolean
  readonly [MEDIUM]: MemoryMedium

  constructor(initial: Known | undefined, { mutable = false }: StateOptions) {
    this.isMutable = mutable
    this[MEDIUM] = new MemoryMedium(mutable)
    this[MEDIUM].setAll(initial ?? {})
  }

  get<Name extends keyof Known & string>(name: Name): Promise<Known[Name]>
  get(name: string): Promise<Value>
  async get(name: string): Promise<unknown> {
    assertName(name, 'name of the state')
    const held = this[MEDIUM].held.get(name)
    if (held === undefined) throw noSuchState(name)
    return held.value
  }

  async has(name: string): Promise<boolean> {
    assertName(name, 'name of the state')
    return this[MEDIUM].held.has(name)
  }

  set(name: string, value: unknown): Promise<void> {
    return this.setMany({ [name]: value })
  }

  async setMany(values: StateValues): Promise<void> {
    this[MEDIUM].setAll(values)
    this[MEDIUM].tell()
  }

  async delete(name: string): Promise<void> {
    assertName(name, 'name of the state')
    if (!this[MEDIUM].held.delete(name)) throw noSuchState(name)
    this[MEDIUM].tell()
  }

  async names(): Promise<readonly string[]> {
    return [...this[MEDIUM].held.keys()].sort()
  }

  async snapshot(): Promise<Readonly<Record<string, Value>>> {
    const values: Record<string, Value> = {}
    for (const [name, { value }] of [...this[MEDIUM].held].sort(byName)) define(values, name, value)
    return values
  }

  onChange(listener: () => void): () => void {
    return this[MEDIUM].listeners.add(listener)
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

/** Everything is at hand, so all of it is done at once. */
class MemoryMedium implements StateMedium {
  readonly isMutable: boolean
  readonly cache: ResultCache = createMemoryCache()
  readonly held = new Map<string, HeldValue>()
  readonly listeners = new EventListeners<undefined>()
  /** By workflow and step. */
  readonly #lasts = new Map<string, Map<string, LastResult>>()
  readonly #reports = new Map<string, string>()

  constructor(isMutable: boolean) {
    this.isMutable = isMutable
  }

  /** All of them, or none. @throws `state-is-immutable`, `unsupported-value`, `bad-argument` */
  setAll(values: StateValues): void {
    const given = Object.entries(values).map(([name, value]) => {
      assertName(name, 'name of the state')
      if (!this.isMutable && this.held.has(name)) throw isImmutable(name)
      return [name, HeldValue.of(value)] as const
    })
    for (const [name, held] of given) this.held.set(name, held)
  }

  tell(): void {
    if (!this.listeners.isEmpty) this.listeners.tell(undefined)
  }

  look(workflow: string): StateView {
    const lasts = this.#lastsOf(workflow)
    return { digest: (name) => this.held.get(name)?.digest, last: (step) => lasts.get(step) }
  }

  values(names: readonly string[], digests: readonly string[]): readonly HeldValue[] | undefined {
    const values: HeldValue[] = []
    for (let at = 0; at < names.length; at++) {
      const held = this.held.get(names[at] ?? '')
      if (held === undefined || held.digest !== digests[at]) return undefined
      values.push(held)
    }
    return values
  }

  assertFits(): void {
    // Memory takes what there is room for.
  }

  post(workflow: string, post: StepPost): boolean | Promise<boolean> {
    const { step, inputNames, outputNames, outputs, last, keep, cache } = post
    for (let at = 0; at < inputNames.length; at++) {
      if (this.held.get(inputNames[at] ?? '')?.digest !== last.inputs[at]) return false
    }
    if (!this.isMutable) {
      for (let at = 0; at < outputNames.length; at++) {
        const there = this.held.get(outputNames[at] ?? '')
        if (there !== undefined && there.digest !== last.outputs[at]) return false
      }
    }
    for (let at = 0; at < outputNames.length; at++) {
      const held = outputs[at]
      if (held !== undefined) this.held.set(outputNames[at] ?? '', held)
    }
    if (keep) this.#lastsOf(workflow).set(step, last)
    this.tell()
    const kept = cache?.set(last, { step, outputs, at: last.at })
    return kept === undefined || kept.then(() => true)
  }

  commit(): void {
    // It is kept already.
  }

  report(workflow: string, report: string): void {
    this.#reports.set(workflow, report)
  }

  lastReport(workflow: string): string | undefined {
    return this.#reports.get(workflow)
  }

  #lastsOf(workflow: string): Map<string, LastResult> {
    let lasts = this.#lasts.get(workflow)
    if (lasts === undefined) this.#lasts.set(workflow, (lasts = new Map<string, LastResult>()))
    return lasts
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
