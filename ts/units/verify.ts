import { isUnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { parseHeldRoot } from './held-roots.js'
import { HELD, ROOTS, objectKey, versionOfKey } from './keys.js'
import { readObjects } from './objects.js'
import { hashesOfRoot } from './hashes-of-root.js'
import type { Root } from './root.js'
import { parseRoot } from './root.js'
import { keysBelow } from './store-values.js'

/** Something in a store that is not as it was written. Plain JSON. */
export interface Finding {
  readonly code: 'root-damaged' | 'newer-format' | 'object-missing' | 'object-damaged'
  /** The store key. */
  readonly key: string
  /** The cache key that needs it, as far as it can be told. */
  readonly cacheKey: string
}

/** What {@link verifyStore} saw. */
export interface VerifyReport {
  readonly roots: number
  /** Versions that are held beside what the cache keys lead to (U38). */
  readonly held: number
  /** Objects and parts of manifests that were read and hashed. */
  readonly objects: number
  readonly findings: readonly Finding[]
}

/** How many objects are read at a time. */
const BATCH = 64

/**
 * Reads and hashes all that the cache keys and the held versions of a store lead to.
 *
 * @throws what the store throws; what is wrong with the content is in the report
 */
export async function verifyStore(
  store: CacheStore,
  options: { readonly signal?: AbortSignal } = {},
): Promise<VerifyReport> {
  const findings: Finding[] = []
  const checked = new Set<string>()
  const keys = await keysBelow(store, ROOTS)
  const heldKeys = await keysBelow(store, HELD)
  for (const key of [...keys, ...heldKeys]) {
    const parse = key.startsWith(HELD) ? parseHeldRoot : parseRoot
    const root = await attempt(findings, '', key, async () => {
      const bytes = await store.get(key)
      return bytes === undefined ? undefined : parse(key, bytes)
    })
    // What is not held for sure may lack something, and nobody relies on it.
    if (root === undefined || ('isSure' in root && root.isSure === false)) continue
    const hashes = await attempt(findings, root.cacheKey, key, () => hashesOfRoot(store, root))
    const unchecked = (hashes ?? []).filter((hash) => !checked.has(objectKey(hash)))
    for (let at = 0; at < unchecked.length; at += BATCH) {
      options.signal?.throwIfAborted()
      await Promise.all(unchecked.slice(at, at + BATCH).map((hash) => check(store, findings, root, hash)))
    }
    for (const hash of unchecked) checked.add(objectKey(hash))
  }
  return {
    roots: keys.length,
    held: new Set(heldKeys.map(versionOfKey)).size,
    objects: checked.size,
    findings,
  }
}

async function check(
  store: CacheStore,
  findings: Finding[],
  { cacheKey }: Root,
  hash: string,
): Promise<void> {
  await attempt(findings, cacheKey, objectKey(hash), () => readObjects(store, [hash]))
}

async function attempt<T>(
  findings: Finding[],
  cacheKey: string,
  key: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!isUnitflowError(error)) throw error
    const { code, fields } = error
    if (
      code !== 'root-damaged' &&
      code !== 'newer-format' &&
      code !== 'object-missing' &&
      code !== 'object-damaged'
    ) {
      throw error
    }
    findings.push({
      code,
      key: 'key' in fields ? fields.key : key,
      cacheKey: 'cacheKey' in fields ? fields.cacheKey : cacheKey,
    })
    return undefined
  }
}
