import { UnitflowError } from '../errors/index.js'
import { sha256Hex, sha256HexAsync } from '../sha256/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { isObject, parseJson, strings } from './json-reading.js'
import { heldKey, hexOfHash, rootKey } from './keys.js'
import type { StoredManifest } from './manifest.js'
import { decoder, encoder } from './utf8.js'

/** The format of layout v2 that this version writes, and the newest that it reads. */
export const FORMAT = 2

/** What a cache key leads to: one line that says what it is, one line with the manifest. */
export interface Root {
  readonly cacheKey: string
  readonly key: string
  /** The stored bytes, for comparing. */
  readonly bytes: Uint8Array
  /** Ids of the last writes, the newest last: a writer sees whether its own was overwritten unseen. */
  readonly history: readonly string[]
  /** How many writes there were before and with this one. */
  readonly writes: number
  readonly manifest: StoredManifest
}

/** How many writes a root remembers. */
export const HISTORY = 32
/** How many roots a store's readers keep parsed. */
const KEPT_ROOTS = 64

/** The bytes of the root that follows another, or is the first of its cache key. */
export function rootBytes(
  cacheKey: string,
  manifest: string,
  previous: Pick<Root, 'history' | 'writes'> | undefined,
  writeId: string,
): Uint8Array<ArrayBuffer> {
  const head = JSON.stringify({
    unitflow: FORMAT,
    cacheKey,
    sha256: sha256Hex(encoder.encode(manifest)),
    writes: (previous?.writes ?? 0) + 1,
    history: [...(previous?.history ?? []), writeId].slice(-HISTORY),
  })
  return encoder.encode(`${head}\n${manifest}\n`)
}

/**
 * Parsed roots by store and key, or version. What was verified once need not be parsed again while the bytes stay the same,
 * and a version is never another.
 */
const parsed = new WeakMap<CacheStore, Map<string, Root>>()

function parsedOf(store: CacheStore): Map<string, Root> {
  let roots = parsed.get(store)
  if (roots === undefined) parsed.set(store, (roots = new Map<string, Root>()))
  return roots
}

function remember(roots: Map<string, Root>, place: string, root: Root): Root {
  roots.delete(place)
  roots.set(place, root)
  for (const oldest of roots.keys()) if (roots.size > KEPT_ROOTS) roots.delete(oldest)
  return root
}

/** The same for writers, who must notice also what is damaged where readers need not look. */
export async function readRootAfresh(store: CacheStore, cacheKey: string): Promise<Root | undefined> {
  const key = rootKey(cacheKey)
  const bytes = await store.get(key)
  return bytes === undefined ? undefined : parseRoot(key, bytes, cacheKey)
}

/**
 * The root of a cache key; `undefined` where nothing is cached under it.
 *
 * @throws `root-damaged`, `newer-format`, and what the store throws
 */
export async function readRoot(store: CacheStore, cacheKey: string): Promise<Root | undefined> {
  const key = rootKey(cacheKey)
  const bytes = await store.get(key)
  if (bytes === undefined) return undefined
  const roots = parsedOf(store)
  const known = roots.get(key)
  if (known !== undefined && sameHead(known.bytes, bytes)) return known
  return remember(roots, key, await parseRoot(key, bytes, cacheKey))
}

/** The first line holds the hash of the second, and the length tells the rest: no need to look at all of it. */
function sameHead(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false
    if (a[i] === 10) return true
  }
  return true
}

/**
 * A root from its bytes; without `cacheKey` the one that it names itself.
 *
 * @param isHeld whether its key is that of a version: then it serves any cache key
 */
export async function parseRoot(
  key: string,
  bytes: Uint8Array,
  cacheKey?: string,
  isHeld?: boolean,
): Promise<Root> {
  const newline = bytes.indexOf(10)
  const head = newline < 0 ? undefined : parseJson(decoder.decode(bytes.subarray(0, newline)))
  if (!isObject(head) || typeof head['unitflow'] !== 'number' || typeof head['cacheKey'] !== 'string') {
    throw damaged(cacheKey ?? '', key)
  }
  const named = head['cacheKey']
  const found = head['unitflow']
  if (found > FORMAT) {
    throw new UnitflowError(
      'newer-format',
      `${key} is in format ${found}, this unitflow knows ${FORMAT}: update it`,
      { key, found, known: FORMAT },
    )
  }
  const body = bytes.subarray(newline + 1, bytes.length - 1)
  const isWhole =
    found === FORMAT && bytes[bytes.length - 1] === 10 && (await sha256HexAsync(body)) === head['sha256']
  const manifest = isWhole ? parseJson(decoder.decode(body)) : undefined
  const isOfKey = isHeld === true || (rootKey(named) === key && (cacheKey ?? named) === named)
  const { version, top, rest = '' } = isObject(manifest) ? manifest : {}
  if (!isOfKey || strings([version, top, rest]) === undefined) throw damaged(cacheKey ?? named, key)
  // The hash says that these are the bytes that a writer of this format wrote. Who reads on does it within `overRoot`.
  return {
    cacheKey: cacheKey ?? named,
    key,
    bytes,
    history: strings(head['history']) ?? [],
    writes: typeof head['writes'] === 'number' ? head['writes'] : 0,
    manifest: manifest as StoredManifest,
  }
}

export function damaged(cacheKey: string, key: string): UnitflowError<'root-damaged'> {
  return new UnitflowError(
    'root-damaged',
    `the root of cache key ${JSON.stringify(cacheKey)} (${key}) is damaged; caching again mends it`,
    { cacheKey, key },
  )
}

/**
 * Work over what a root says and leads to. Hashes tell what was written, and not by whom: what the work stumbles on, somebody
 * has forged.
 *
 * @throws `root-damaged`, and what the work throws that has a code
 */
export function overRoot<T>({ cacheKey, key }: Pick<Root, 'cacheKey' | 'key'>, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof UnitflowError ? error : damaged(cacheKey, key)
  }
}

/**
 * The hex of a hash that a root names.
 *
 * @throws `root-damaged`
 */
export function hashOf(root: Pick<Root, 'cacheKey' | 'key'>, hash: string): string {
  return overRoot(root, () => hexOfHash(hash))
}

/**
 * The root of a cache key that must be there.
 *
 * @throws `unknown-cache-key`, and what {@link readRoot} throws
 */
export async function requireRoot(
  store: CacheStore,
  cacheKey: string,
  read: typeof readRoot = readRoot,
): Promise<Root> {
  const root = await read(store, cacheKey)
  if (root !== undefined) return root
  throw new UnitflowError('unknown-cache-key', `nothing is cached under ${JSON.stringify(cacheKey)}`, {
    cacheKey,
  })
}

/**
 * The root of one version: the one that the cache key leads to, or one that is held (U38). Without a version the former.
 *
 * @throws `unknown-cache-key`, `unknown-version`, and what {@link readRoot} throws
 */
export async function rootOfVersion(
  store: CacheStore,
  cacheKey: string,
  version: string | undefined,
): Promise<Root> {
  if (version === undefined) return requireRoot(store, cacheKey)
  const roots = parsedOf(store)
  const place = `${version} ${cacheKey}`
  const known = roots.get(place)
  if (known !== undefined) return known
  let root: Root | undefined
  // What became of the newest version is nothing to a run that is on an older one.
  if (/^[0-9a-f]{64}$/.test(version)) {
    for await (const key of store.keys(heldKey(version))) {
      const bytes = await store.get(key)
      if (bytes !== undefined) root ??= await parseRoot(key, bytes, cacheKey, true)
    }
  }
  root ??= await readRoot(store, cacheKey)
  if (root?.manifest.version === version) return remember(roots, place, root)
  throw unknownVersion(cacheKey, version)
}

/** The error of a version that is nowhere. */
export function unknownVersion(cacheKey: string, version: string): UnitflowError<'unknown-version'> {
  const message = `${JSON.stringify(cacheKey)} has no version ${JSON.stringify(version)}`
  return new UnitflowError('unknown-version', message, { cacheKey, version })
}
