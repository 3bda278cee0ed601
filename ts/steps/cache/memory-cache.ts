import { assertThat } from '../../checks/index.js'
import { assertObject } from '../values/index.js'
import { assertBytes } from './assert-bytes.js'
import type { CachedResult, CacheLimit, CachePruneReport, ResultCache, ResultKey } from './result-cache.js'
import { DEFAULT_MAX_BYTES, PRUNED_TO } from './result-cache.js'

/** How much is kept in memory. */
export interface MemoryCacheOptions extends CacheLimit {
  /**
   * Results of one step, about: of more, those go that were longest not asked for.
   *
   * @default 100
   */
  readonly maxPerStep?: number
}

/** What an entry takes beside its values, about. */
const ENTRY_BYTES = 200

/**
 * Results in this process.
 *
 * @example
 * const cache = createMemoryCache({ maxBytes: 32 * 1024 * 1024, maxPerStep: 1000 })
 * @throws `bad-argument`
 */
export function createMemoryCache(options: MemoryCacheOptions = {}): ResultCache {
  assertObject('createMemoryCache', options)
  const { maxBytes = DEFAULT_MAX_BYTES, maxPerStep = 100 } = options
  assertBytes('maxBytes', maxBytes)
  assertThat('maxPerStep', 'a number from 1', typeof maxPerStep === 'number' && maxPerStep >= 1)
  return new MemoryCache(maxBytes, maxPerStep)
}

interface Entry extends CachedResult {
  readonly bytes: number
  /** Counts up: the larger, the later it was asked for. */
  readonly used: number
}

class MemoryCache implements ResultCache {
  readonly type = 'result-cache'
  readonly #maxBytes: number
  readonly #maxPerStep: number
  /** By step and inputs; of each step, what was longest not asked for comes first. */
  readonly #entries = new Map<string, Map<string, Entry>>()
  #bytes = 0
  #uses = 0

  constructor(maxBytes: number, maxPerStep: number) {
    this.#maxBytes = maxBytes
    this.#maxPerStep = maxPerStep
  }

  get({ step, inputs }: ResultKey): CachedResult | undefined {
    const entries = this.#entries.get(step)
    const key = joined(inputs)
    const entry = entries?.get(key)
    if (entries === undefined || entry === undefined) return undefined
    entries.delete(key)
    entries.set(key, { ...entry, used: ++this.#uses })
    return entry
  }

  set({ step: of, inputs }: ResultKey, { step, outputs, at }: CachedResult): void {
    let entries = this.#entries.get(of)
    if (entries === undefined) this.#entries.set(of, (entries = new Map<string, Entry>()))
    const key = joined(inputs)
    const bytes = bytesOf(key, outputs)
    // Mostly there is none: it was asked for before.
    const before = entries.get(key)
    if (before !== undefined) {
      entries.delete(key)
      this.#bytes -= before.bytes
    }
    entries.set(key, { step, outputs, at, bytes, used: ++this.#uses })
    this.#bytes += bytes
    if (entries.size > this.#maxPerStep * 1.25) this.#forget(entries, this.#maxPerStep)
    if (this.#bytes > this.#maxBytes) this.#prune()
  }

  async prune(): Promise<CachePruneReport> {
    const deleted = this.#bytes > this.#maxBytes ? this.#prune() : 0
    return { deleted, kept: this.#all().length, bytes: this.#bytes }
  }

  async clear(): Promise<void> {
    this.#entries.clear()
    this.#bytes = 0
  }

  /** Of one step, down to a number. */
  #forget(entries: Map<string, Entry>, most: number): void {
    for (const [key, { bytes }] of entries) {
      if (entries.size <= most) return
      entries.delete(key)
      this.#bytes -= bytes
    }
  }

  #prune(): number {
    let deleted = 0
    for (const { entries, key, entry } of this.#all().sort((a, b) => a.entry.used - b.entry.used)) {
      if (this.#bytes <= this.#maxBytes * PRUNED_TO) break
      entries.delete(key)
      this.#bytes -= entry.bytes
      deleted++
    }
    return deleted
  }

  #all(): { readonly entries: Map<string, Entry>; readonly key: string; readonly entry: Entry }[] {
    return [...this.#entries.values()].flatMap((entries) =>
      [...entries].map(([key, entry]) => ({ entries, key, entry })),
    )
  }
}

/** Of one input, as of most steps, no new text is made. */
function joined(inputs: readonly string[]): string {
  return inputs.length === 1 ? (inputs[0] ?? '') : inputs.join('\n')
}

function bytesOf(key: string, outputs: CachedResult['outputs']): number {
  let bytes = ENTRY_BYTES + key.length
  for (const { size } of outputs) bytes += 2 * size
  return bytes
}
