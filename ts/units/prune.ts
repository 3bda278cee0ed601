import type { CacheStore } from '../stores/cache-store.js'
import { assertGrace, DAY } from './grace.js'
import type { HeldRoot } from './held-roots.js'
import { hashesOfHeldRoot, heldForLong, readHeldRoots, versionOf } from './held-roots.js'
import { parseJson } from './json-reading.js'
import { MARKS, OBJECTS, lastSegment, markKey, rootKey, shortHash } from './keys.js'
import { putBackRemoved, removeObjects } from './removed-objects.js'
import { readRoots } from './read-manifest.js'
import { keysBelow } from './store-values.js'
import { UsedObjects } from './used-objects.js'
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
 * less than the grace time. What a prune that was killed has removed too much, the next one puts back.
 *
 * @throws `root-damaged`, `newer-format`, `object-missing`, `object-damaged` where a manifest cannot be read: then
 * nothing is removed; `bad-argument`; and what the store throws
 */
export async function prune(store: CacheStore, options: PruneOptions = {}): Promise<PruneReport> {
  const { grace = DAY, dryRun = false, held, now = Date.now, signal } = options
  assertGrace(grace)
  if (!dryRun) await putBackRemoved(store, new UsedObjects(), grace, now())
  const present = (await keysBelow(store, OBJECTS)).map(lastSegment).sort()
  const marks = new Set((await keysBelow(store, MARKS)).map(lastSegment))
  const open = held === undefined ? undefined : new Set([...held].map(shortHash))
  const roots = await readHeldRoots(store)
  const gone = heldForLong(roots, open, grace, now())
  // A root that cannot be read stops all of it, before anything is gone.
  if (gone.length > 0) await readRoots(store)
  signal?.throwIfAborted()
  if (!dryRun) for (const { key } of gone) await store.delete(key)
  const used = new UsedObjects()
  await used.look(store, gone)
  const usedSoFar = new Set<string>()
  for (const root of gone)
    for (const hash of await hashesOfHeldRoot(store, root)) usedSoFar.add(shortHash(hash))
  const marked: string[] = []
  const waiting: string[] = []
  let removed: string[] = []
  for (const hash of present) {
    signal?.throwIfAborted()
    if (used.has(hash)) {
      if (marks.has(hash) && !dryRun) await store.delete(markKey(hash))
      continue
    }
    // An old mark of what was held until now says nothing, and one of the future is of a clock that goes wrong.
    const since = marks.has(hash) && !usedSoFar.has(hash) ? await readMark(store, hash) : undefined
    if (since === undefined || since > now()) {
      marked.push(hash)
    } else if (now() - since <= grace) {
      waiting.push(hash)
    } else {
      removed.push(hash)
    }
  }
  if (!dryRun) {
    // First what makes room: marking needs some.
    const isMarked = async (hash: string): Promise<boolean> => (await readMark(store, hash)) !== undefined
    removed = await removeObjects(store, removed, used, isMarked, now)
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

/** Forgets a cache key; what only it used is left to {@link prune}. One that is not there is no error. */
export async function removeWorkflow(store: CacheStore, cacheKey: string): Promise<void> {
  await store.delete(rootKey(cacheKey))
}
