import type { CachedResult, CacheLimit, CachePruneReport, ResultCache } from './result-cache.js'
import { DEFAULT_MAX_BYTES } from './result-cache.js'
import { assertBytes } from './assert-bytes.js'

/** What an entry takes beside its values, about. */
const ENTRY_BYTES = 200

/**
 * Results in this process.
 *
 * @example
 * const cache = createMemoryCache({ maxBytes: 32 * 1024 * 1024 })
 * @throws `bad-argument`
 */
export function createMemoryCache({ maxBytes = DEFAULT_MAX_BYTES }: CacheLimit = {}): ResultCache {
  assertBytes('maxBytes', maxBytes)
  return new MemoryCache(maxBytes)
}

class MemoryCache implements ResultCache {
  readonly type = 'result-cache'
  readonly #maxBytes: number
  /** What was longest not asked for comes first. */
  readonly #results = new Map<string, CachedResult>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(key: string): CachedResult | undefined {
    const found = this.#results.get(key)
    if (found === undefined) return undefined
    this.#results.delete(key)
    this.#results.set(key, found)
    return found
  }

  set(key: string, result: CachedResult): void {
    const before = this.#results.get(key)
    if (before !== undefined) {
      this.#bytes -= bytesOf(key, before)
      this.#results.delete(key)
    }
    this.#results.set(key, result)
    this.#bytes += bytesOf(key, result)
    if (this.#bytes > this.#maxBytes) this.#prune()
  }

  async prune(): Promise<CachePruneReport> {
    const deleted = this.#prune()
    return { deleted, kept: this.#results.size, bytes: this.#bytes }
  }

  async clear(): Promise<void> {
    this.#results.clear()
    this.#bytes = 0
  }

  #prune(): number {
    let deleted = 0
    for (const [key, result] of this.#results) {
      if (this.#bytes <= this.#maxBytes) break
      this.#results.delete(key)
      this.#bytes -= bytesOf(key, result)
      deleted++
    }
    return deleted
  }
}

function bytesOf(key: string, { outputs }: CachedResult): number {
  let bytes = ENTRY_BYTES + key.length
  for (const { size } of outputs) bytes += 2 * size
  return bytes
}
