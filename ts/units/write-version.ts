import type { CoreDecomposition, CorePart } from '../core/index.js'
import { isUnitflowError } from '../errors/index.js'
import { sha256Hex } from '../sha256/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { WriteOptions } from './cache-options.js'
import { randomId } from './cache-options.js'
import type { CacheReport } from './cache-report.js'
import { allMissing, reportedProcesses } from './cache-report.js'
import { compareCodePoints } from './code-points.js'
import { summaryOfCore } from './decompose.js'
import { keysBelow, orIfNew, presentKeys, storeValues } from './store-values.js'
import type { PendingValue } from './store-values.js'
import { MARKS, lastSegment, markKey, objectKey, rootKey, shortHash } from './keys.js'
import type { Root } from './root.js'
import { readRootAfresh, rootBytes } from './root.js'

/** How many values are looked at together for whether they are damaged. */
const REPAIR_BATCH = 64

/** What became of a try to write a version. */
export interface WriteResult {
  readonly report: CacheReport
  /** The id of the write; `undefined` where the root says all this already. */
  readonly writeId: string | undefined
  /** Which write of the cache key it was. */
  readonly writes: number
}

/**
 * Writes a version: its objects first, then the root, then a look whether everything that was there before still is,
 * since a prune may have run meanwhile (DESIGN, 'Cache keys and layout v2').
 *
 * @param previous the root as it was read; where given and the store can tell, the root is only written if it is still
 * that one, and the result is `undefined` otherwise
 */
export async function writeVersion(
  store: CacheStore,
  cacheKey: string,
  core: CoreDecomposition,
  options: WriteOptions,
  previous?: Root,
): Promise<WriteResult | undefined> {
  const { signal, onProgress, newId = randomId } = options
  const manifest = summaryOfCore(core)
  const known = previous ?? (await readableRoot(store, cacheKey))
  const marked = await markedHashes(store)
  const keys = core.parts.map(({ hash }) => objectKey(hash))
  const present =
    options.repair === true ? await intactKeys(store, core.parts) : await presentKeys(store, keys)
  const pending: (PendingValue & { readonly hash: string })[] = []
  core.parts.forEach((part, index) => {
    if (present[index] === true && !marked.has(shortHash(part.hash))) return
    pending.push({ key: keys[index] ?? '', size: part.size, hash: part.hash, bytes: () => part.bytes() })
  })
  const total = pending.length
  const bytes = pending.reduce((sum, { size }) => sum + size, 0)
  onProgress?.({ type: 'decomposed', processes: manifest.processes.length, total, bytes })
  await storeValues(store, pending, signal, (done, stored) =>
    onProgress?.({ type: 'stored', done, total, bytes: stored }),
  )
  for (const { hash } of pending) if (marked.has(shortHash(hash))) await store.delete(markKey(hash))

  signal?.throwIfAborted()
  const isNew = known?.manifest.version !== core.version
  const writeId = isNew ? newId() : undefined
  const root = rootBytes(cacheKey, core.manifest, known, writeId ?? '')
  if (writeId !== undefined) {
    const key = rootKey(cacheKey)
    if (previous !== undefined && store.replace !== undefined) {
      if (!(await store.replace(key, previous.bytes, root))) return undefined
    } else {
      await store.set(key, root)
    }
  }
  const restored = await restoreLost(store, core)

  const written = new Set([...pending.map(({ hash }) => hash), ...restored])
  const owners = manifest.objects.map(({ hash, processes }) => ({
    id: processes[0] ?? '',
    isWritten: written.has(hash),
  }))
  const objectBytes = manifest.objects.reduce((sum, object) => sum + object.bytes, 0)
  const partBytes = core.parts.reduce((sum, { size }) => sum + size, 0)
  onProgress?.({ type: 'cached', version: core.version })
  const report: CacheReport = {
    cacheKey,
    layout: 'v2',
    version: core.version,
    top: manifest.top,
    processes: reportedProcesses(manifest),
    written: owners
      .filter(({ isWritten }) => isWritten)
      .map(({ id }) => id)
      .sort(compareCodePoints),
    unchanged: owners
      .filter(({ isWritten }) => !isWritten)
      .map(({ id }) => id)
      .sort(compareCodePoints),
    missing: allMissing(manifest),
    bytes: {
      objects: objectBytes,
      written: bytes + (isNew ? root.length : 0),
      manifest: partBytes - objectBytes + root.length,
    },
  }
  return { report, writeId, writes: (known?.writes ?? 0) + 1 }
}

/** A damaged root is no obstacle: caching replaces it. */
async function readableRoot(store: CacheStore, cacheKey: string): Promise<Root | undefined> {
  try {
    return await orIfNew(undefined, () => readRootAfresh(store, cacheKey))
  } catch (error) {
    if (isUnitflowError(error, 'root-damaged')) return undefined
    throw error
  }
}

/** Which parts the store holds as they should be; reads them all. */
async function intactKeys(store: CacheStore, parts: readonly CorePart[]): Promise<boolean[]> {
  const intact: boolean[] = []
  for (let at = 0; at < parts.length; at += REPAIR_BATCH) {
    const batch = parts.slice(at, at + REPAIR_BATCH)
    const keys = batch.map(({ hash }) => objectKey(hash))
    const values = await orIfNew([], () => store.getMany(keys))
    batch.forEach(({ hash }, index) => {
      const value = values[index]
      intact.push(value !== undefined && sha256Hex(value) === hash)
    })
  }
  return intact
}

/** The short hashes of objects that a prune has found unused. */
async function markedHashes(store: CacheStore): Promise<Set<string>> {
  return new Set((await orIfNew([], () => keysBelow(store, MARKS))).map(lastSegment))
}

/** Writes again what vanished, or was marked, while this version had no root that named it. */
async function restoreLost(store: CacheStore, core: CoreDecomposition): Promise<string[]> {
  const present = await presentKeys(
    store,
    core.parts.map(({ hash }) => objectKey(hash)),
  )
  const marked = await markedHashes(store)
  const lost = core.parts.filter(({ hash }, index) => present[index] !== true || marked.has(shortHash(hash)))
  await storeValues(
    store,
    lost.map((part) => ({ key: objectKey(part.hash), size: part.size, bytes: () => part.bytes() })),
    undefined,
    () => undefined,
  )
  for (const { hash } of lost) if (marked.has(shortHash(hash))) await store.delete(markKey(hash))
  return lost.map(({ hash }) => hash)
}
