import { hexOfHash } from './keys.js'
import type { CacheStore } from '../stores/cache-store.js'
import { isWhole } from './manifest.js'
import { readWholeManifest } from './manifest-parts.js'
import type { Root } from './root.js'
import { overRoot } from './root.js'

/** The hashes of all objects and parts that a root leads to. */
export async function hashesOfRoot(
  store: CacheStore,
  root: Pick<Root, 'cacheKey' | 'key' | 'manifest'>,
): Promise<string[]> {
  const { manifest } = root
  const whole = await readWholeManifest(store, root)
  return overRoot(root, () => {
    const hashes = whole.objects.map(({ hash }) => hash)
    if (manifest.restObject !== undefined) hashes.push(manifest.restObject)
    if (!isWhole(manifest)) {
      hashes.push(manifest.graph, ...manifest.locators, ...manifest.elements, ...manifest.details)
    }
    return hashes.map((hash) => hexOfHash(hash))
  })
}
