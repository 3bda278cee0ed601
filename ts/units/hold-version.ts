import { isUnitflowError, UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { randomId } from './cache-options.js'
import { assertGrace, DAY } from './grace.js'
import type { HeldRoot } from './held-roots.js'
import { heldBytes, heldValues, parseHeldRoot } from './held-roots.js'
import { heldKey, versionOfKey } from './keys.js'
import { readRoot, requireRoot } from './root.js'
import { keysBelow } from './store-values.js'

/** A version that stays readable. Plain JSON. */
export interface HeldVersion {
  /** Hex SHA-256 that identifies the version. */
  readonly version: string
  /** Id of the top process. */
  readonly top: string
}

/** Options of {@link holdVersion}. */
export interface HoldOptions {
  /**
   * The grace time that `prune` is called with, in milliseconds: a version that was held longer than half of it ago is
   * held anew. @default 86400000 (24 h)
   */
  readonly grace?: number
  /** Now, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  /** Names what is written, so that two who hold a version do not write the same key. @default 64 random bits in hex */
  readonly newId?: () => string
  readonly signal?: AbortSignal
}

/** How often holding starts over because the workflow was cached again meanwhile. */
const ATTEMPTS = 20

/**
 * Holds the version that a cache key leads to now: it can be read by {@link ReadOptions.version} whatever is cached
 * later, until it is let go by {@link releaseVersion} or by `prune` with `held` (U38). Where the version is held already it
 * only reads.
 *
 * Who starts something on the version says so to whoever calls `prune` within half a grace time.
 *
 * @throws `unknown-cache-key`, `root-damaged`, `newer-format`, `write-conflict` where others kept caching new versions,
 * `bad-argument`, and what the store throws
 */
export async function holdVersion(
  store: CacheStore,
  cacheKey: string,
  options: HoldOptions = {},
): Promise<HeldVersion> {
  const { grace = DAY, now = Date.now, newId = randomId, signal } = options
  assertGrace(grace)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    signal?.throwIfAborted()
    const root = await requireRoot(store, cacheKey)
    const { version, top } = root.manifest
    if (await isHeld(store, version, now() - grace / 2, now())) return { version, top }
    const write = (isSure: boolean): Promise<void> =>
      store.set(`${heldKey(version)}/${newId()}`, heldBytes(root, { heldSince: now(), isSure }))
    // A prune that has begun before this is there does not know of it. It sees the root of the cache key, if that is still
    // the same one afterwards; if not, something of this version may be gone.
    await write(false)
    const after = await readRoot(store, cacheKey)
    if (after?.manifest.version !== version) continue
    await write(true)
    return { version, top }
  }
  throw new UnitflowError(
    'write-conflict',
    `${JSON.stringify(cacheKey)} was cached anew ${ATTEMPTS} times while its version was to be held; try again`,
    { cacheKey, attempts: ATTEMPTS },
  )
}

/** Whether a version is held, surely, and since some time in a range: one of the future is of a clock that goes wrong. */
async function isHeld(store: CacheStore, version: string, from: number, to: number): Promise<boolean> {
  for (const [key, bytes] of await heldValues(store, heldKey(version))) {
    const held = await readable(key, bytes)
    if (held?.isSure === true && held.heldSince > from && held.heldSince <= to) return true
  }
  return false
}

/** @returns nothing where it is damaged, or of a later format */
async function readable(key: string, bytes: Uint8Array): Promise<HeldRoot | undefined> {
  try {
    return await parseHeldRoot(key, bytes)
  } catch (error) {
    if (isUnitflowError(error, 'root-damaged') || isUnitflowError(error, 'newer-format')) return undefined
    throw error
  }
}

/** A held version in a list. Plain JSON. */
export interface HeldVersionInfo {
  /** Hex SHA-256 that identifies the version; the first 40 digits of it where the held root cannot be read. */
  readonly version: string
  /** Id of the top process; absent where the held root cannot be read. */
  readonly top?: string
  /** The cache key that it was held for first; a held version serves all that share it. */
  readonly cacheKey?: string
  /** When it was held last, in milliseconds since 1970. */
  readonly heldSince: number
}

/**
 * The versions that are held, by version. Those that cannot be read are there, too, so that they can be released.
 *
 * @throws what the store throws
 */
export async function heldVersions(store: CacheStore): Promise<HeldVersionInfo[]> {
  const versions = new Map<string, HeldVersionInfo>()
  for (const [key, bytes] of await heldValues(store)) {
    const held = await readable(key, bytes)
    if (held?.isSure === false) continue
    const version = versionOfKey(key)
    const known = versions.get(version)?.heldSince ?? -Infinity
    const since = held?.heldSince ?? 0
    if (since > known) versions.set(version, infoOf(version, held))
  }
  return [...versions.values()].sort((a, b) => (a.version < b.version ? -1 : 1))
}

function infoOf(version: string, held: HeldRoot | undefined): HeldVersionInfo {
  if (held === undefined) return { version, heldSince: 0 }
  const { cacheKey, heldSince, manifest } = held
  return { version: manifest.version, top: manifest.top, cacheKey, heldSince }
}

/**
 * Lets go of a held version, whether or not a run is on it; what only it used is left to `prune`. One that is not held is
 * no error.
 *
 * @param version all of it, or its first 40 digits
 */
export async function releaseVersion(store: CacheStore, version: string): Promise<void> {
  if (!/^[0-9a-f]{40,64}$/.test(version)) return
  for (const key of await keysBelow(store, heldKey(version))) await store.delete(key)
}
