import type { CacheStore } from '../stores/cache-store.js'
import { assertGrace, DAY } from './grace.js'
import { hashesOfRoot } from './hashes-of-root.js'
import type { HeldRoot } from './held-roots.js'
import { hashesOfHeldRoot, heldForLong, readHeldRoots, versionOf } from './held-roots.js'
import { parseJson } from './json-reading.js'
import { MARKS, OBJECTS, lastSegment, markKey, objectKey, rootKey, shortHash } from './keys.js'
import { readRoots } from './read-manifest.js'
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
  /**
   * The versions that open runs are on, as they told before this call. Other versions that were held longer than the
   * grace time ago are let go first (U38). Without it every held version stays.
   */
  readonly held?: Iterable<string>
  /** Now, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  readonly signal?: AbortSignal
}

/** What {@link prune} did, or would do; short hashes of objects, sorted. Plain JSON. */
export interface PruneReport {
  /** Objects that some cache key, or a held version, uses. */
  readonly used: number
  /** Found unused for the first time: they go in a later run, after the grace time. */
  readonly marked: readonly string[]
  /** Unused, and still within the grace time. */
  readonly waiting: readonly string[]
  /** Unused for longer than the grace time: removed. */
  readonly removed: readonly string[]
  /** Held versions that no run is on any more: let go, sorted. What only they used is marked, and goes in a later run. */
  readonly released: readonly string[]
}

/**
 * Removes objects that no cache key and no held version (U38) uses any more, in two runs (U25): the first marks what is
 * unused, a later one removes what was marked longer than the grace time ago and still is. Safe beside writers that take
 * less than the grace time.
 *
 * @throws `root-damaged`, `newer-format`, `object-missing`, `object-damaged` where a manifest cannot be read: then
 * nothing is removed; `bad-argument`; and what the store throws
 */
export async function prune(store: CacheStore, options: PruneOptions = {}): Promise<PruneReport> {
  const { grace = DAY, dryRun = false, held, now = Date.now, signal } = options
  assertGrace(grace)
  const present = (await keysBelow(store, OBJECTS)).map(lastSegment).sort()
  const marks = new Set((await keysBelow(store, MARKS)).map(lastSegment))
  const open = held === undefined ? undefined : new Set([...held].map(shortHash))
  const roots = await readHeldRoots(store)
  const gone = heldForLong(roots, open, grace, now())
  signal?.throwIfAborted()
  if (!dryRun) for (const { key } of gone) await store.delete(key)
  const used = await usedHashes(store, gone)
  const usedSoFar = new Set<string>()
  for (const root of gone)
    for (const hash of await hashesOfHeldRoot(store, root)) usedSoFar.add(shortHash(hash))
  const marked: string[] = []
  const waiting: string[] = []
  const removed: string[] = []
  for (const hash of present) {
    signal?.throwIfAborted()
    if (used.has(hash)) {
      if (marks.has(hash) && !dryRun) await store.delete(markKey(hash))
      continue
    }
    // An old mark of what was held until now says nothing.
    const since = marks.has(hash) && !usedSoFar.has(hash) ? await readMark(store, hash) : undefined
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
    const known = new Set(present)
    for (const hash of marks) if (!known.has(hash)) await store.delete(markKey(hash))
    const mark = encoder.encode(JSON.stringify({ unusedSince: now() }))
    for (const hash of marked) await store.set(markKey(hash), mark)
  }
  const left = new Set(roots.filter((root) => !gone.includes(root) && root.isSure).map(versionOf))
  const released = gone.filter((root) => root.isSure && !left.has(versionOf(root)))
  return {
    used: present.filter((hash) => used.has(hash)).length,
    marked,
    waiting,
    removed,
    released: versionsOf(released),
  }
}

function versionsOf(roots: readonly HeldRoot[]): string[] {
  return [...new Set(roots.map(({ manifest }) => manifest.version))].sort()
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

/**
 * The short hashes of all that any root leads to. Held ones are read last: whoever holds a version has seen its root after
 * the held one was there, so one of the two is seen here.
 *
 * @param gone held versions that do not count
 */
async function usedHashes(store: CacheStore, gone: readonly HeldRoot[] = []): Promise<Set<string>> {
  const used = new Set<string>()
  const add = (hashes: readonly string[]): void => {
    for (const hash of hashes) used.add(shortHash(hash))
  }
  for (const root of await readRoots(store)) add(await hashesOfRoot(store, root))
  const goneKeys = new Set(gone.map(({ key }) => key))
  for (const root of await readHeldRoots(store))
    if (!goneKeys.has(root.key)) add(await hashesOfHeldRoot(store, root))
  return used
}

/** Forgets a cache key; what only it used is left to {@link prune}. One that is not there is no error. */
export async function removeWorkflow(store: CacheStore, cacheKey: string): Promise<void> {
  await store.delete(rootKey(cacheKey))
}
