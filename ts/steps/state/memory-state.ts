import { EventListeners } from '../../events/index.js'
import type { ResultCache } from '../cache/index.js'
import { createMemoryCache } from '../cache/index.js'
import type { HeldValue } from '../values/index.js'
import { assertObject } from '../values/index.js'
import type { NamedMedium } from './named-state.js'
import { heldValues, stateOver } from './named-state.js'
import type { LastResult, StateView, StepPost } from './state-medium.js'
import type { State, StateOptions, StateValues } from './state.js'
import { isImmutable, noSuchState } from './state-errors.js'

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
  assertObject('options', options)
  const { mutable = false } = options
  const medium = new MemoryMedium(mutable)
  if (initial !== undefined) medium.setAll(heldValues(initial))
  return stateOver(medium)
}

/** Everything is at hand, so all of it is done at once. */
class MemoryMedium implements NamedMedium {
  readonly isMutable: boolean
  readonly cache: ResultCache = createMemoryCache()
  readonly #held = new Map<string, HeldValue>()
  readonly #listeners = new EventListeners<undefined>()
  /** By workflow and step. */
  readonly #lasts = new Map<string, Map<string, LastResult>>()
  readonly #reports = new Map<string, string>()

  constructor(isMutable: boolean) {
    this.isMutable = isMutable
  }

  get(name: string): HeldValue | undefined {
    return this.#held.get(name)
  }

  has(name: string): boolean {
    return this.#held.has(name)
  }

  names(): readonly string[] {
    return [...this.#held.keys()].sort()
  }

  all(): readonly (readonly [string, HeldValue])[] {
    return [...this.#held].sort(byName)
  }

  setAll(values: readonly (readonly [string, HeldValue])[]): void {
    for (const [name] of values) if (!this.isMutable && this.#held.has(name)) throw isImmutable(name)
    for (const [name, held] of values) this.#held.set(name, held)
    this.#tell()
  }

  delete(name: string): void {
    if (!this.#held.delete(name)) throw noSuchState(name)
    this.#tell()
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener)
  }

  look(workflow: string): StateView {
    const lasts = this.#lastsOf(workflow)
    return { digest: (name) => this.#held.get(name)?.digest, last: (step) => lasts.get(step) }
  }

  values(names: readonly string[], digests: readonly string[]): readonly HeldValue[] | undefined {
    const values: HeldValue[] = []
    for (let at = 0; at < names.length; at++) {
      const held = this.#held.get(names[at] ?? '')
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
      if (this.#held.get(inputNames[at] ?? '')?.digest !== last.inputs[at]) return false
    }
    if (!this.isMutable) {
      for (let at = 0; at < outputNames.length; at++) {
        const there = this.#held.get(outputNames[at] ?? '')
        if (there !== undefined && there.digest !== last.outputs[at]) return false
      }
    }
    for (let at = 0; at < outputNames.length; at++) {
      const held = outputs[at]
      if (held !== undefined) this.#held.set(outputNames[at] ?? '', held)
    }
    if (keep) this.#lastsOf(workflow).set(step, last)
    this.#tell()
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

  #tell(): void {
    if (!this.#listeners.isEmpty) this.#listeners.tell(undefined)
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
