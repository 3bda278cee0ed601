import type { CacheStore } from '../stores/cache-store.js'
import { hexOfHash } from './keys.js'
import { isWhole } from './manifest.js'
import { readWholeManifest } from './manifest-parts.js'
import type { Root } from './root.js'

/** The hashes of all objects and parts that a root leads to. */
export async function hashesOfRoot(
  store: CacheStore,
  { manifest }: Pick<Root, 'manifest'>,
): Promise<string[]> {
  const whole = isWhole(manifest) ? manifest : await readWholeManifest(store, manifest)
  const hashes = whole.objects.map(({ hash }) => hash)
  if (manifest.restObject !== undefined) hashes.push(manifest.restObject)
  if (!isWhole(manifest)) {
    hashes.push(manifest.graph, ...manifest.locators, ...manifest.elements, ...manifest.details)
  }
  return hashes.map(hexOfHash)
}
