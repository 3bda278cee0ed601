import type { CorePart } from '../core/index.js'
import { sha256Hex } from '../sha256/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { WriteOptions } from './cache-options.js'
import { MARKS, lastSegment, markKey, objectKey, shortHash } from './keys.js'
import { keysBelow, orIfNew, presentKeys, storeValues } from './store-values.js'

/** How many values are looked at together for whether they are damaged. */
const REPAIR_BATCH = 64

/** Told before anything is written, and after each batch. */
export interface StoreListener {
  readonly onPending: (total: number, bytes: number) => void
  readonly onStored: (done: number, bytes: number) => void
}

/** Objects that one version looks after: whether they are there then. Never rejects. */
type Claim = Promise<boolean>

/**
 * The objects of versions that are written together: each is looked for once and written once, however many versions have
 * it, by the first that comes by it; others wait for that one.
 */
export class SharedObjects {
  readonly #store: CacheStore
  readonly #options: WriteOptions
  readonly #claims = new Map<string, Claim>()
  #marked: Promise<ReadonlySet<string>> | undefined

  constructor(store: CacheStore, options: WriteOptions) {
    this.#store = store
    this.#options = options
  }

  /** Has the store hold these objects. Resolves to those that were written for it, absent or marked as they were. */
  async store(parts: readonly CorePart[], listener: StoreListener): Promise<readonly CorePart[]> {
    const written: CorePart[] = []
    let done = 0
    let stored = 0
    for (let left = parts; left.length > 0;) {
      const own: CorePart[] = []
      const others: (readonly [CorePart, Claim])[] = []
      for (const part of left) {
        const claim = this.#claims.get(part.hash)
        if (claim === undefined) own.push(part)
        else others.push([part, claim])
      }
      const settle = this.#claim(own)
      try {
        const pending = await this.#absent(own)
        const bytes = pending.reduce((sum, { size }) => sum + size, 0)
        listener.onPending(done + pending.length, stored + bytes)
        await this.#write(pending, (count, size) => listener.onStored(done + count, stored + size))
        done += pending.length
        stored += bytes
        written.push(...pending)
        settle(true)
      } catch (error) {
        settle(false)
        throw error
      }
      // Only now, with nothing left to do that others may wait for: so nobody waits in a circle.
      const kept = await Promise.all(others.map(([, claim]) => claim))
      left = others.filter((_, index) => kept[index] !== true).map(([part]) => part)
    }
    return written
  }

  /**
   * Writes again what of these objects vanished, or was marked, while no root named them: a prune may have run meanwhile.
   * Resolves to those that were written.
   */
  async restoreLost(parts: readonly CorePart[]): Promise<readonly CorePart[]> {
    const keys = parts.map(({ hash }) => objectKey(hash))
    const present = await presentKeys(this.#store, keys)
    const marked = await markedHashes(this.#store)
    const lost = parts.filter(({ hash }, index) => present[index] !== true || marked.has(shortHash(hash)))
    await storeValues(this.#store, lost.map(pendingValue), undefined, () => undefined)
    await this.#unmark(lost, marked)
    return lost
  }

  /** Says of objects that they are looked after, until it is told how that ended. */
  #claim(parts: readonly CorePart[]): (isThere: boolean) => void {
    let settle = (_isThere: boolean): void => undefined
    const claim = new Promise<boolean>((resolve) => (settle = resolve))
    for (const { hash } of parts) this.#claims.set(hash, claim)
    return (isThere) => {
      if (!isThere) for (const { hash } of parts) this.#claims.delete(hash)
      settle(isThere)
    }
  }

  async #absent(parts: readonly CorePart[]): Promise<readonly CorePart[]> {
    this.#marked ??= markedHashes(this.#store)
    const marked = await this.#marked
    const present =
      this.#options.repair === true
        ? await intactKeys(this.#store, parts)
        : await presentKeys(
            this.#store,
            parts.map(({ hash }) => objectKey(hash)),
          )
    return parts.filter(({ hash }, index) => present[index] !== true || marked.has(shortHash(hash)))
  }

  async #write(parts: readonly CorePart[], onStored: StoreListener['onStored']): Promise<void> {
    await storeValues(this.#store, parts.map(pendingValue), this.#options.signal, onStored)
    await this.#unmark(parts, (await this.#marked) ?? new Set())
  }

  async #unmark(parts: readonly CorePart[], marked: ReadonlySet<string>): Promise<void> {
    for (const { hash } of parts) if (marked.has(shortHash(hash))) await this.#store.delete(markKey(hash))
  }
}

function pendingValue(part: CorePart): { key: string; size: number; bytes(): Uint8Array } {
  return { key: objectKey(part.hash), size: part.size, bytes: () => part.bytes() }
}

/** Which parts the store holds as they should be; reads them all. */
async function intactKeys(store: CacheStore, parts: readonly CorePart[]): Promise<boolean[]> {
  const intact: boolean[] = []
  for (let at = 0; at < parts.length; at += REPAIR_BATCH) {
    const batch = parts.slice(at, at + REPAIR_BATCH)
    const keys = batch.map(({ hash }) => objectKey(hash))
    const values = await orIfNew([], () => store.getMany(keys))
    batch.forEach(({ hash }, index) => {
      const value = values[index]
      intact.push(value !== undefined && sha256Hex(value) === hash)
    })
  }
  return intact
}

/** The short hashes of objects that a prune has found unused. */
async function markedHashes(store: CacheStore): Promise<ReadonlySet<string>> {
  return new Set((await orIfNew([], () => keysBelow(store, MARKS))).map(lastSegment))
}
