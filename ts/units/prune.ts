import { UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { parseJson } from './json-reading.js'
import { MARKS, OBJECTS, hexOfHash, lastSegment, markKey, objectKey, rootKey, shortHash } from './keys.js'
import { isWhole } from './manifest.js'
import { readWholeManifest } from './manifest-parts.js'
import { readRoots } from './read-manifest.js'
import type { Root } from './root.js'
import { keysBelow } from './store-values.js'
import { decoder, encoder } from './utf8.js'

/** Options of {@link prune}. */
export interface PruneOptions {
  /**
   * How long an object stays after it was first found unused, in milliseconds. Longer than any caching takes.
   * @default 86400000 (24 h)
   */
  readonly grace?: number
  /** Says what would happen and changes nothing. @default false */
  readonly dryRun?: boolean
  /** Now, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  readonly signal?: AbortSignal
}

/** What {@link prune} did, or would do; short hashes of objects, sorted. Plain JSON. */
export interface PruneReport {
  /** Objects that some cache key uses. */
  readonly used: number
  /** Found unused for the first time: they go in a later run, after the grace time. */
  readonly marked: readonly string[]
  /** Unused, and still within the grace time. */
  readonly waiting: readonly string[]
  /** Unused for longer than the grace time: removed. */
  readonly removed: readonly string[]
}

/**
 * Removes objects that no cache key uses any more, in two runs (U25): the first marks what is unused, a later one removes
 * what was marked longer than the grace time ago and still is. Safe beside writers that take less than the grace time.
 *
 * @throws `root-damaged`, `newer-format`, `object-missing`, `object-damaged` where a manifest cannot be read: then
 * nothing is removed; `bad-argument`; and what the store throws
 */
export async function prune(store: CacheStore, options: PruneOptions = {}): Promise<PruneReport> {
  const { grace = 24 * 60 * 60 * 1000, dryRun = false, now = Date.now, signal } = options
  if (!(grace >= 0)) {
    const expected = 'a number of ms, at least 0'
    throw new UnitflowError('bad-argument', `grace: expected ${expected}, found ${grace}`, {
      argument: 'grace',
      expected,
    })
  }
  const present = (await keysBelow(store, OBJECTS)).map(lastSegment).sort()
  const marks = new Set((await keysBelow(store, MARKS)).map(lastSegment))
  const used = await usedHashes(store)
  const marked: string[] = []
  const waiting: string[] = []
  const removed: string[] = []
  for (const hash of present) {
    signal?.throwIfAborted()
    if (used.has(hash)) {
      if (marks.has(hash) && !dryRun) await store.delete(markKey(hash))
      continue
    }
    const since = marks.has(hash) ? await readMark(store, hash) : undefined
    if (since === undefined) {
      marked.push(hash)
    } else if (now() - since <= grace) {
      waiting.push(hash)
    } else {
      removed.push(hash)
    }
  }
  if (!dryRun) {
    // First what makes room: marking needs some.
    await removeUnused(store, removed)
    // A mark that outlived its object means nothing.
    const held = new Set(present)
    for (const hash of marks) if (!held.has(hash)) await store.delete(markKey(hash))
    const mark = encoder.encode(JSON.stringify({ unusedSince: now() }))
    for (const hash of marked) await store.set(markKey(hash), mark)
  }
  return { used: present.filter((hash) => used.has(hash)).length, marked, waiting, removed }
}

async function readMark(store: CacheStore, hash: string): Promise<number | undefined> {
  const bytes = await store.get(markKey(hash))
  const mark = bytes === undefined ? undefined : parseJson(decoder.decode(bytes))
  if (typeof mark !== 'object' || mark === null || !('unusedSince' in mark)) return undefined
  return typeof mark.unusedSince === 'number' ? mark.unusedSince : undefined
}

/**
 * Removes objects, and puts back those that a writer has come to rely on meanwhile. A writer that finds a mark writes
 * the object anew and takes the mark away, and looks again after its root is there; so one of the two notices, whatever
 * the order.
 */
async function removeUnused(store: CacheStore, hashes: readonly string[]): Promise<void> {
  const kept = new Map<string, Uint8Array>()
  for (const hash of hashes) {
    const bytes = await store.get(objectKey(hash))
    if (bytes === undefined || (await readMark(store, hash)) === undefined) continue
    kept.set(hash, bytes)
    await store.delete(objectKey(hash))
  }
  if (kept.size === 0) return
  const used = await usedHashes(store)
  for (const [hash, bytes] of kept) {
    if (used.has(hash)) await store.set(objectKey(hash), bytes)
    await store.delete(markKey(hash))
  }
}

/** The short hashes of all that any root leads to. */
async function usedHashes(store: CacheStore): Promise<Set<string>> {
  const used = new Set<string>()
  for (const root of await readRoots(store))
    for (const hash of await hashesOfRoot(store, root)) used.add(shortHash(hash))
  return used
}

/** The hashes of all objects and parts that a root leads to. */
export async function hashesOfRoot(store: CacheStore, { manifest }: Root): Promise<string[]> {
  const whole = isWhole(manifest) ? manifest : await readWholeManifest(store, manifest)
  const hashes = whole.objects.map(({ hash }) => hash)
  if (manifest.restObject !== undefined) hashes.push(manifest.restObject)
  if (!isWhole(manifest)) {
    hashes.push(manifest.graph, ...manifest.locators, ...manifest.elements, ...manifest.details)
  }
  return hashes.map(hexOfHash)
}

/** Forgets a cache key; what only it used is left to {@link prune}. One that is not there is no error. */
export async function removeWorkflow(store: CacheStore, cacheKey: string): Promise<void> {
  await store.delete(rootKey(cacheKey))
}
