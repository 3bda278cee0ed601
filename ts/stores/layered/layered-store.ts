import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../cache-store.js'
import { checkedStore } from '../checked-store.js'
import { sameBytes } from '../same-bytes.js'
import { neverChanges } from '../never-changes.js'

/** The layers of a {@link createLayeredStore}, and who is told of failures that it gets over. */
export interface LayeredStoreOptions {
  /** The stores, the nearest first. The last one decides what is there. */
  readonly layers: readonly CacheStore[]
  /**
   * Told when the last layer failed and a nearer one answered for it: the value may be out of date.
   *
   * @default nobody is told
   */
  readonly onOffline?: (error: unknown, key: string) => void
  /**
   * Told when a nearer layer failed and the call went on without it: it could not be read, filled or cleared.
   *
   * @default nobody is told
   */
  readonly onLayerError?: (error: unknown, key: string) => void
}

/**
 * Reads through near stores to a far one, and fills the near ones.
 *
 * - What never changes (`v2/objects/`) is taken from the nearest layer that has it; the layers before that are filled.
 * - Everything else (roots first of all) is asked of the last layer, each time; the nearer ones follow it, also where the
 *   value is gone. Only when it fails does a nearer one answer, the farthest of those that have the value, and
 *   `onOffline` is told. Where none has it, the failure is thrown: it is never a miss (U29).
 * - Writes and deletions are done when the last layer has done them; the nearer ones come after it. `keys`, `has` and
 *   `replace` are the last layer's own (`replace` is offered if it is there), so that who writes is told what is kept
 *   for all and not what happens to be near.
 * - A nearer layer that fails never fails a call that the last one has answered.
 * - `close` closes all layers.
 *
 * @throws `bad-argument` without layers; the methods: what the last layer throws, and what every store throws (U28-U30)
 * @example
 * const store = createLayeredStore(createMemoryStore(), createHttpStore('/workflows'))
 * @example
 * const store = createLayeredStore({
 *   layers: [createMemoryStore(), createHttpStore('/workflows')],
 *   onOffline: () => banner.show('Working offline'),
 * })
 */
export function createLayeredStore(options: LayeredStoreOptions): CacheStore
export function createLayeredStore(...layers: readonly CacheStore[]): CacheStore
export function createLayeredStore(
  ...given: readonly CacheStore[] | readonly [options: LayeredStoreOptions]
): CacheStore {
  const options = optionsOf(given)
  const near = [...options.layers]
  const far = near.pop()
  if (far === undefined) {
    const expected = 'at least one store'
    const fields = { argument: 'layers', expected }
    throw new UnitflowError('bad-argument', `layers: expected ${expected}, got none`, fields)
  }
  return checkedStore(new LayeredMedium(near, far, options))
}

function optionsOf(given: readonly (CacheStore | LayeredStoreOptions)[]): LayeredStoreOptions {
  const layers: CacheStore[] = []
  for (const one of given) {
    if ('layers' in one) return one
    layers.push(one)
  }
  return { layers }
}

/** A reading of what may change; `outdated` when a newer value is known before the near layers were filled. */
interface Reading {
  readonly key: string
  outdated: boolean
}

type Values = (Uint8Array | undefined)[]

class LayeredMedium implements CacheStore {
  readonly #near: readonly CacheStore[]
  readonly #far: CacheStore
  readonly #options: LayeredStoreOptions
  /** In the order in which they began. */
  readonly #readings = new Set<Reading>()
  readonly replace?: NonNullable<CacheStore['replace']>

  constructor(near: readonly CacheStore[], far: CacheStore, options: LayeredStoreOptions) {
    this.#near = near
    this.#far = far
    this.#options = options
    const replace = far.replace?.bind(far)
    if (replace === undefined) return
    this.replace = async (key, expected, value) => {
      const replaced = await replace(key, expected, value)
      if (replaced) await this.#follow([[key, value]])
      return replaced
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const [value] = await (neverChanges(key) ? this.#lasting([key]) : this.#changing([key]))
    return value
  }

  async getMany(keys: readonly string[]): Promise<Values> {
    const groups = await Promise.all([
      this.#grouped(keys, (key) => neverChanges(key), (asked) => this.#lasting(asked)), // prettier-ignore
      this.#grouped(keys, (key) => !neverChanges(key), (asked) => this.#changing(asked)), // prettier-ignore
    ])
    const values: Values = keys.map(() => undefined)
    for (const [index, value] of groups.flat()) values[index] = value
    return values
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#far.set(key, value)
    await this.#follow([[key, value]])
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void> {
    await this.#far.setMany(entries)
    await this.#follow(entries)
  }

  async delete(key: string): Promise<void> {
    await this.#far.delete(key)
    this.#outdate(key)
    await this.#clear(this.#near, [key])
  }

  keys(prefix?: string): AsyncIterable<string> {
    return this.#far.keys(prefix)
  }

  async close(): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#near, this.#far].map((layer) => layer.close()))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  async has(keys: readonly string[]): Promise<boolean[]> {
    const has = this.#far.has?.bind(this.#far)
    if (has !== undefined) return has(keys)
    return (await this.#far.getMany(keys)).map((value) => value !== undefined)
  }

  async #grouped(
    keys: readonly string[],
    belongs: (key: string) => boolean,
    read: (keys: readonly string[]) => Promise<Values>,
  ): Promise<(readonly [index: number, value: Uint8Array | undefined])[]> {
    const own = [...keys.entries()].filter(([, key]) => belongs(key))
    if (own.length === 0) return []
    const values = await read(own.map(([, key]) => key))
    return own.map(([index], place) => [index, values[place]])
  }

  /** Values that never change, each from the nearest layer that has it. */
  async #lasting(keys: readonly string[]): Promise<Values> {
    const values: Values = keys.map(() => undefined)
    const nearer: CacheStore[] = []
    let missing = [...keys.entries()]
    const unread = new Map<string, unknown>()
    for (const layer of [...this.#near, this.#far]) {
      if (missing.length === 0) break
      const asked = missing.map(([, key]) => key)
      const found = await this.#read(layer, asked, unread)
      const fresh = new Map<string, Uint8Array>()
      missing = missing.filter(([index, key], place) => {
        const value = found[place]
        if (value === undefined) return true
        values[index] = value
        fresh.set(key, value)
        return false
      })
      await this.#fill(nearer, [...fresh])
      nearer.push(layer)
    }
    // The last layer does not have it, and one that might could not be read: that is no miss.
    for (const [, key] of missing) if (unread.has(key)) throw unread.get(key)
    return values
  }

  async #read(layer: CacheStore, keys: readonly string[], unread: Map<string, unknown>): Promise<Values> {
    try {
      return await manyOf(layer, keys)
    } catch (error) {
      if (layer === this.#far) throw error
      for (const key of keys) {
        unread.set(key, error)
        this.#options.onLayerError?.(error, key)
      }
      return keys.map(() => undefined)
    }
  }

  /** Values that may change: the last layer's, or while it fails, the nearer ones'. */
  async #changing(keys: readonly string[]): Promise<Values> {
    const readings = keys.map((key): Reading => ({ key, outdated: false }))
    for (const reading of readings) this.#readings.add(reading)
    try {
      let values: Values
      try {
        values = await manyOf(this.#far, keys)
      } catch (error) {
        return await this.#offline(keys, error)
      }
      for (const reading of readings) if (!reading.outdated) this.#outdate(reading.key, reading)
      await Promise.all(this.#near.map((layer) => this.#refresh(layer, readings, values)))
      return values
    } finally {
      for (const reading of readings) this.#readings.delete(reading)
    }
  }

  /** Makes a near layer follow what was read; most often it does already, and a write costs more than a look. */
  async #refresh(layer: CacheStore, readings: readonly Reading[], values: Values): Promise<void> {
    const unread = new Map<string, unknown>()
    const keys = readings.map(({ key }) => key)
    const held = await this.#read(layer, keys, unread)
    const changed = new Map<string, Uint8Array>()
    const gone = new Set<string>()
    for (const [place, { key, outdated }] of readings.entries()) {
      const value = values[place]
      if (outdated || (sameBytes(held[place], value) && !unread.has(key))) continue
      if (value === undefined) gone.add(key)
      else changed.set(key, value)
    }
    await Promise.all([this.#fill([layer], [...changed]), this.#clear([layer], [...gone])])
  }

  async #offline(keys: readonly string[], failure: unknown): Promise<Values> {
    // A store that was closed is not offline.
    if (this.#near.length === 0 || isUnitflowError(failure, 'store-closed')) throw failure
    const values: Values = keys.map(() => undefined)
    for (const layer of [...this.#near].reverse()) {
      const missing = [...keys.entries()].filter(([index]) => values[index] === undefined)
      const asked = missing.map(([, key]) => key)
      const found = asked.length === 0 ? [] : await this.#read(layer, asked, new Map())
      for (const [place, [index]] of missing.entries()) values[index] = found[place]
    }
    if (values.includes(undefined)) throw failure
    for (const key of keys) this.#options.onOffline?.(failure, key)
    return values
  }

  /** Brings the near layers to what the last one was just given. */
  async #follow(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void> {
    for (const [key] of entries) this.#outdate(key)
    await this.#fill(this.#near, entries)
  }

  /** Readings of the key that are under way must not fill the near layers any more; with `newest`, those before it. */
  #outdate(key: string, newest?: Reading): void {
    for (const reading of this.#readings) {
      if (reading === newest) return
      if (reading.key === key) reading.outdated = true
    }
  }

  async #fill(
    layers: readonly CacheStore[],
    entries: readonly (readonly [key: string, value: Uint8Array])[],
  ): Promise<void> {
    const [first] = entries
    if (first === undefined) return
    const fill = async (layer: CacheStore): Promise<void> => {
      try {
        await (entries.length === 1 ? layer.set(...first) : layer.setMany(entries))
      } catch (error) {
        for (const [key] of entries) this.#options.onLayerError?.(error, key)
        // What it had is known to be out of date.
        const changing = entries.map(([key]) => key).filter((key) => !neverChanges(key))
        await this.#clear([layer], changing)
      }
    }
    await Promise.all(layers.map(fill))
  }

  async #clear(layers: readonly CacheStore[], keys: readonly string[]): Promise<void> {
    const clear = async (layer: CacheStore, key: string): Promise<void> => {
      try {
        await layer.delete(key)
      } catch (error) {
        this.#options.onLayerError?.(error, key)
      }
    }
    await Promise.all(layers.flatMap((layer) => keys.map((key) => clear(layer, key))))
  }
}

async function manyOf(layer: CacheStore, keys: readonly string[]): Promise<Values> {
  const [key] = keys
  return keys.length === 1 && key !== undefined ? [await layer.get(key)] : layer.getMany(keys)
}
