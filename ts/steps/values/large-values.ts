import { assertThat } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/index.js'
import { HeldValue } from './held-value.js'

/** Where values go that are large, as {@link createLargeValues} makes it. */
export interface LargeValues {
  readonly type: 'large-values'
  isLarge(held: HeldValue): boolean
  /** Those that are large are there when it resolves. @throws (by rejecting) what the store throws */
  put(values: Iterable<HeldValue>): Promise<void>
  /** @throws (by rejecting) `object-missing`, `object-damaged`, what the store throws */
  get(digest: string): Promise<HeldValue>
  /**
   * Takes away what nobody names any more, in two sweeps: the first marks it with the time, and a later one takes away what
   * was marked long ago, and is not named yet. Writing it again takes the mark away.
   *
   * @param isNamed whether some record names the value of a digest
   * @param now in ms since 1970
   * @returns how many values were taken away
   * @throws (by rejecting) what the store throws
   */
  sweep(isNamed: (digest: string) => boolean, now: number): Promise<number>
}

/** Where values go that are large. */
export interface LargeValueOptions {
  /** Any of them: files, IndexedDB, a service over HTTP. It stays open. */
  readonly store: CacheStore
  /**
   * Values of more characters than this (as JSON) go there.
   *
   * @default 65536
   */
  readonly from?: number
}

const DEFAULT_FROM = 65_536
/** So many are written at once. */
const AT_ONCE = 8
/** How long (ms) a value stays that nobody names: whoever has written it may be about to name it. */
const GRACE = 24 * 60 * 60 * 1000

/**
 * Large values in a `CacheStore`: each once, by its content, under `step-values/<fingerprint>`.
 *
 * @example
 * const large = createLargeValues({ store: createFilesystemStore({ root: 'values' }) })
 * const state = createRecordState({ records, name: 'etl', large })
 * @throws `bad-argument`
 */
export function createLargeValues(options: LargeValueOptions): LargeValues {
  return new StoredLargeValues(options)
}

class StoredLargeValues implements LargeValues {
  readonly type = 'large-values'
  readonly #store: CacheStore
  readonly #from: number

  constructor({ store, from = DEFAULT_FROM }: LargeValueOptions) {
    assertThat('from', 'a number of characters from 0', typeof from === 'number' && from >= 0)
    this.#store = store
    this.#from = from
  }

  isLarge(held: HeldValue): boolean {
    return !held.digest.startsWith('=') && held.size > this.#from
  }

  async put(values: Iterable<HeldValue>): Promise<void> {
    const large = new Map<string, HeldValue>()
    for (const held of values) if (this.isLarge(held)) large.set(held.digest, held)
    const all = [...large.values()]
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const some = all.slice(at, at + AT_ONCE)
      await this.#store.setMany(some.map(({ digest, text }) => [keyOf(digest), encoder.encode(text)]))
      await Promise.all(some.map(({ digest }) => this.#store.delete(markKey(digest))))
    }
  }

  async get(digest: string): Promise<HeldValue> {
    const key = keyOf(digest)
    const bytes = await this.#store.get(key)
    if (bytes === undefined) {
      const message = `the value ${key} is not in the store`
      throw new UnitflowError('object-missing', message, { key, retryable: true })
    }
    const held = heldOf(bytes)
    if (held?.digest === digest) return held
    throw new UnitflowError('object-damaged', `the value ${key} is not what its fingerprint says`, { key })
  }

  async sweep(isNamed: (digest: string) => boolean, now: number): Promise<number> {
    let deleted = 0
    for await (const key of this.#store.keys(FOLDER)) {
      const digest = key.slice(FOLDER.length + 1)
      const mark = markKey(digest)
      if (isNamed(digest)) {
        await this.#store.delete(mark)
        continue
      }
      const marked = await this.#store.get(mark)
      if (marked === undefined) await this.#store.set(mark, encoder.encode(String(now)))
      else if (now - Number(decoder.decode(marked)) > GRACE) {
        await this.#store.delete(key)
        await this.#store.delete(mark)
        deleted++
      }
    }
    return deleted
  }
}

const FOLDER = 'step-values'
const MARKS = 'step-value-marks'
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

function keyOf(digest: string): string {
  return `${FOLDER}/${digest}`
}

function markKey(digest: string): string {
  return `${MARKS}/${digest}`
}

function heldOf(bytes: Uint8Array): HeldValue | undefined {
  try {
    return HeldValue.ofText(decoder.decode(bytes))
  } catch {
    return undefined
  }
}
