import type { CacheStore } from '../stores/cache-store.js'
import { hashesOfRoot } from './hashes-of-root.js'
import type { HeldRoot } from './held-roots.js'
import { hashesOfHeldRoot, readHeldRoots } from './held-roots.js'
import { shortHash } from './keys.js'
import { readRoots } from './read-manifest.js'

/** The objects that any root leads to: as of the first look, and what later looks find besides. */
export class UsedObjects {
  readonly #hashes = new Set<string>()
  /** Versions of which all is known: what one leads to never changes, so it is read once. */
  readonly #versions = new Set<string>()

  /** Whether an object is used; by its short hash. */
  has(hash: string): boolean {
    return this.#hashes.has(hash)
  }

  /**
   * Held roots are read last: whoever holds a version has seen its root after the held one was there, so one of the two is
   * seen here.
   *
   * @param gone held versions that do not count
   * @throws `root-damaged`, `newer-format`, `object-missing`, `object-damaged`, and what the store throws
   */
  async look(store: CacheStore, gone: readonly HeldRoot[] = []): Promise<void> {
    for (const root of await readRoots(store)) {
      if (this.#versions.has(root.manifest.version)) continue
      this.#add(await hashesOfRoot(store, root))
      this.#versions.add(root.manifest.version)
    }
    const goneKeys = new Set(gone.map(({ key }) => key))
    for (const root of await readHeldRoots(store)) {
      if (goneKeys.has(root.key) || this.#versions.has(root.manifest.version)) continue
      this.#add(await hashesOfHeldRoot(store, root))
      // Of one that is not sure nothing may have been found.
      if (root.isSure) this.#versions.add(root.manifest.version)
    }
  }

  #add(hashes: readonly string[]): void {
    for (const hash of hashes) this.#hashes.add(shortHash(hash))
  }
}
