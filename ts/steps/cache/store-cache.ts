import type { Clock } from '../../clock/index.js'
import { systemClock } from '../../clock/index.js'
import { sha256Hex } from '../../sha256/index.js'
import type { CacheStore } from '../../stores/index.js'
import { assertHas, assertObject, fieldsOf, HeldValue } from '../values/index.js'
import { assertBytes } from './assert-bytes.js'
import type { CachedResult, CacheLimit, CachePruneReport, ResultCache, ResultKey } from './result-cache.js'
import { DEFAULT_MAX_BYTES, PRUNED_TO, textOf } from './result-cache.js'

/** Where results are kept. */
export interface StoreCacheOptions extends CacheLimit {
  /** Any of them: files, IndexedDB, a service over HTTP. It stays open when the cache is not used any more. */
  readonly store: CacheStore
  /** @default the system's */
  readonly clock?: Clock
}

const FOLDER = 'step-results'
/** When a result was asked for last is written once in so many ms: a day, for some stores count their writes. */
const USED_EVERY = 24 * 60 * 60 * 1000

/** An entry as it is stored. */
interface StoredResult {
  readonly version: 1
  /** Over its key, its time and its digests: an entry that was put elsewhere is none. */
  readonly check: string
  readonly step: string
  readonly at: number
  readonly used: number
  /** Of each output its digest and its form. */
  readonly outputs: readonly (readonly [digest: string, form: string])[]
}

/**
 * Results in a `CacheStore`, which machines may share: each of them under `step-results/<hash>`.
 *
 * @example
 * const cache = createStoreCache({ store: createFilesystemStore({ root: '.steps' }) })
 * @throws `bad-argument`
 */
export function createStoreCache(options: StoreCacheOptions): ResultCache {
  assertObject('createStoreCache', options)
  assertHas('store', 'a CacheStore', options.store, 'get')
  return new StoreCache(options)
}

class StoreCache implements ResultCache {
  readonly type = 'result-cache'
  readonly #store: CacheStore
  readonly #maxBytes: number
  readonly #clock: Clock
  /** Written since it was last counted how much there is. */
  #written = 0
  #counted: number | undefined

  constructor({ store, maxBytes = DEFAULT_MAX_BYTES, clock = systemClock }: StoreCacheOptions) {
    assertBytes('maxBytes', maxBytes)
    this.#store = store
    this.#maxBytes = maxBytes
    this.#clock = clock
  }

  async get(key: ResultKey): Promise<CachedResult | undefined> {
    const hash = keyOf(key)
    const bytes = await this.#store.get(hash)
    const stored = bytes && storedOf(bytes)
    if (!isWhole(hash, stored)) return undefined
    const { step, at, used } = stored
    const outputs: HeldValue[] = []
    for (const [digest, form] of stored.outputs) {
      const held = readable(form)
      if (held?.digest !== digest) return undefined
      outputs.push(held)
    }
    const result = { step, at, outputs }
    if (this.#clock.now() - used > USED_EVERY) await this.#store.set(hash, this.#bytesOf(hash, result))
    return result
  }

  async set(key: ResultKey, result: CachedResult): Promise<void> {
    const hash = keyOf(key)
    const bytes = this.#bytesOf(hash, result)
    await this.#store.set(hash, bytes)
    this.#written += bytes.length
    // What others have written meanwhile is seen when it is counted: after a tenth of what may be.
    const isDue = this.#written > this.#maxBytes / 10
    if (isDue || (this.#counted ?? 0) + this.#written > this.#maxBytes) await this.prune()
  }

  prune(): Promise<CachePruneReport> {
    return this.#prune(this.#maxBytes)
  }

  async clear(): Promise<void> {
    for await (const key of this.#store.keys(FOLDER)) await this.#store.delete(key)
    this.#written = 0
    this.#counted = 0
  }

  #bytesOf(hash: string, { step, outputs, at }: CachedResult): Uint8Array {
    const forms = outputs.map(({ digest, text }) => [digest, text] as const)
    const used = this.#clock.now()
    const stored: StoredResult = {
      version: 1,
      check: checkOf(hash, at, forms),
      step,
      at,
      used,
      outputs: forms,
    }
    return encoder.encode(JSON.stringify(stored))
  }

  async #prune(maxBytes: number): Promise<CachePruneReport> {
    const all: { readonly key: string; readonly used: number; readonly bytes: number }[] = []
    for await (const key of this.#store.keys(FOLDER)) {
      const bytes = await this.#store.get(key)
      if (bytes !== undefined) all.push({ key, used: storedOf(bytes)?.used ?? 0, bytes: bytes.length })
    }
    let bytes = all.reduce((sum, one) => sum + one.bytes, 0)
    let deleted = 0
    if (bytes > maxBytes) {
      for (const one of all.sort((a, b) => a.used - b.used)) {
        if (bytes <= maxBytes * PRUNED_TO) break
        await this.#store.delete(one.key)
        bytes -= one.bytes
        deleted++
      }
    }
    this.#written = 0
    this.#counted = bytes
    return { deleted, kept: all.length - deleted, bytes }
  }
}

const encoder = new TextEncoder()

function keyOf(key: ResultKey): string {
  return `${FOLDER}/${sha256Hex(textOf(key))}`
}

/** Whether it is what was written, and under this key. */
function isWhole(hash: string, stored: StoredResult | undefined): stored is StoredResult {
  if (stored === undefined) return false
  return stored.check === checkOf(hash, stored.at, stored.outputs)
}

function checkOf(hash: string, at: number, outputs: StoredResult['outputs']): string {
  return sha256Hex([hash, at, ...outputs.map(([digest]) => digest)].join('\n'))
}

/** What is no entry, or one of a later version, is a miss. */
function storedOf(bytes: Uint8Array): StoredResult | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
  const { version, check, step, at, used, outputs } = fieldsOf(parsed)
  if (
    version !== 1 ||
    typeof check !== 'string' ||
    typeof step !== 'string' ||
    typeof at !== 'number' ||
    typeof used !== 'number'
  ) {
    return undefined
  }
  return Array.isArray(outputs) && outputs.every(isOutput)
    ? { version, check, step, at, used, outputs }
    : undefined
}

function isOutput(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
}

function readable(form: string): HeldValue | undefined {
  try {
    return HeldValue.ofText(form)
  } catch {
    return undefined
  }
}
