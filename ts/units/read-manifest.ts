import type { CacheStore } from '../stores/cache-store.js'
import { ROOTS } from './keys.js'
import type { Manifest } from './manifest.js'
import { isWhole, manifestOf } from './manifest.js'
import { readWholeManifest } from './manifest-parts.js'
import type { ReadOptions } from './read-element-unit.js'
import type { Root } from './root.js'
import { damaged, overRoot, parseRoot, rootOfVersion } from './root.js'
import { keysBelow } from './store-values.js'
import { isCount, isWellFormed } from './whole-manifest-check.js'

/**
 * All that is known of the version that a cache key leads to, or of the one that is asked for (U38). Costs the whole
 * manifest; reading a unit does not.
 *
 * @throws `unknown-cache-key`, `unknown-version`, `root-damaged`, `newer-format`, `object-missing`, `object-damaged`, and what the store
 * throws
 */
export async function readManifest(
  store: CacheStore,
  cacheKey: string,
  options: Pick<ReadOptions, 'version'> = {},
): Promise<Manifest> {
  return manifestOfRoot(store, await rootOfVersion(store, cacheKey, options.version))
}

/** The manifest of a root. */
export async function manifestOfRoot(store: CacheStore, root: Root): Promise<Manifest> {
  const whole = await readWholeManifest(store, root)
  return overRoot(root, () => {
    if (isWellFormed(whole)) return manifestOf(whole)
    throw damaged(root.cacheKey, root.key)
  })
}

/** A cached workflow in a list. */
export interface CachedWorkflow {
  readonly cacheKey: string
  /** Hex SHA-256 that identifies the version. */
  readonly version: string
  readonly top: string
  readonly processes: number
  readonly objects: number
}

/**
 * The workflows of a store, sorted by cache key (layout v2).
 *
 * @throws `root-damaged`, `newer-format`, and what the store throws
 */
export async function listWorkflows(store: CacheStore): Promise<CachedWorkflow[]> {
  const workflows = (await readRoots(store)).map((root): CachedWorkflow => {
    const { cacheKey, key, manifest } = root
    const { version, top } = manifest
    const [processes, objects] = isWhole(manifest)
      ? overRoot(root, () => [
          manifest.objects.reduce((sum, object) => sum + object.processes.length, 0),
          manifest.objects.length,
        ])
      : [manifest.processCount, manifest.objectCount]
    if (isCount(processes) && isCount(objects)) return { cacheKey, version, top, processes, objects }
    throw damaged(cacheKey, key)
  })
  return workflows.sort((a, b) => (a.cacheKey < b.cacheKey ? -1 : 1))
}

/** Every root of a store. */
export async function readRoots(store: CacheStore): Promise<Root[]> {
  const keys = await keysBelow(store, ROOTS)
  const values = await store.getMany(keys)
  // A root that was removed between the two calls is none.
  const roots = keys.flatMap((key, index) => {
    const bytes = values[index]
    return bytes === undefined ? [] : [parseRoot(key, bytes)]
  })
  return Promise.all(roots)
}
