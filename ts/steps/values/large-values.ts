import { assertThat } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/index.js'
import { HeldValue } from './held-value.js'

/** Where values go that are large. */
export interface LargeValueOptions {
  /** Each is kept once, by its content. Without it no value may take more than a record may, 1 MiB. */
  readonly large?: CacheStore
  /**
   * Values of more characters than this (as JSON) go there.
   *
   * @default 65536
   */
  readonly largeFrom?: number
}

const DEFAULT_FROM = 65_536
/** So many are written at once. */
const AT_ONCE = 8
/** How long (ms) a value stays that nobody names: whoever has written it may be about to name it. */
const GRACE = 24 * 60 * 60 * 1000

/** Large values in a `CacheStore`, under `step-values/<fingerprint>`: written before a record names them. */
export class LargeValues {
  readonly #store: CacheStore | undefined
  readonly #from: number

  /** @throws `bad-argument` */
  constructor({ large, largeFrom = DEFAULT_FROM }: LargeValueOptions) {
    assertThat('largeFrom', 'a number of characters from 0', typeof largeFrom === 'number' && largeFrom >= 0)
    this.#store = large
    this.#from = largeFrom
  }

  isLarge(held: HeldValue): boolean {
    return this.#store !== undefined && !held.digest.startsWith('=') && held.size > this.#from
  }

  /** Those that are large are there when it resolves. @throws what the store throws */
  async put(values: Iterable<HeldValue>): Promise<void> {
    const store = this.#store
    if (store === undefined) return
    const large = new Map<string, HeldValue>()
    for (const held of values) if (this.isLarge(held)) large.set(held.digest, held)
    const all = [...large.values()]
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const entries = all
        .slice(at, at + AT_ONCE)
        .map(({ digest, text }) => [keyOf(digest), encoder.encode(text)] as const)
      await store.setMany(entries)
      await Promise.all(all.slice(at, at + AT_ONCE).map(({ digest }) => store.delete(markKey(digest))))
    }
  }

  /** @throws `object-missing`, `object-damaged`, what the store throws */
  async get(digest: string): Promise<HeldValue> {
    const key = keyOf(digest)
    const bytes = await this.#store?.get(key)
    if (bytes === undefined) {
      const message =
        this.#store === undefined
          ? `the value ${key} is in a CacheStore, and none was given: hand it over as \`large\``
          : `the value ${key} is not in the store`
      throw new UnitflowError('object-missing', message, { key, retryable: true })
    }
    const held = heldOf(bytes)
    if (held?.digest === digest) return held
    throw new UnitflowError('object-damaged', `the value ${key} is not what its fingerprint says`, { key })
  }

  /**
   * Takes away what nobody names any more, in two sweeps: the first marks it with the time, and a later one takes away what
   * was marked long ago, and is not named yet. Writing it again takes the mark away.
   *
   * @param isNamed whether some record names the value of a digest
   * @param now in ms since 1970
   * @returns how many values were taken away
   * @throws what the store throws
   */
  async sweep(isNamed: (digest: string) => boolean, now: number): Promise<number> {
    let deleted = 0
    if (this.#store === undefined) return deleted
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
