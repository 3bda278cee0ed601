import type { CoreDecomposition, CorePart } from '../core/index.js'
import { isUnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { WriteOptions } from './cache-options.js'
import { randomId } from './cache-options.js'
import type { CacheReport } from './cache-report.js'
import { allMissing, reportedProcesses } from './cache-report.js'
import { compareCodePoints } from './code-points.js'
import { summaryOfCore } from './decompose.js'
import { rootKey } from './keys.js'
import type { Root } from './root.js'
import { readRootAfresh, rootBytes } from './root.js'
import { SharedObjects } from './shared-objects.js'
import { orIfNew } from './store-values.js'

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
 * @param objects shared with the other versions that are written together
 */
export async function writeVersion(
  store: CacheStore,
  cacheKey: string,
  core: CoreDecomposition,
  options: WriteOptions,
  previous?: Root,
  objects: SharedObjects = new SharedObjects(store, options),
): Promise<WriteResult | undefined> {
  const { signal, onProgress, newId = randomId } = options
  const manifest = summaryOfCore(core)
  const known = previous ?? (await readableRoot(store, cacheKey))
  const processes = manifest.processes.length
  let pending: { readonly total: number; readonly bytes: number } | undefined
  const stored = await objects.store(core.parts, {
    onPending(total, bytes) {
      if (pending === undefined) onProgress?.({ type: 'decomposed', processes, total, bytes })
      pending = { total, bytes }
    },
    onStored: (done, bytes) => onProgress?.({ type: 'stored', done, total: pending?.total ?? done, bytes }),
  })

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
  const restored = await objects.restoreLost(core.parts)

  const written = new Set([...stored, ...restored].map(({ hash }) => hash))
  const owners = manifest.objects.map(({ hash, processes }) => ({
    id: processes[0] ?? '',
    isWritten: written.has(hash),
  }))
  const objectBytes = manifest.objects.reduce((sum, object) => sum + object.bytes, 0)
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
      written: sizeOf(stored) + (isNew ? root.length : 0),
      manifest: sizeOf(core.parts) - objectBytes + root.length,
    },
  }
  return { report, writeId, writes: (known?.writes ?? 0) + 1 }
}

function sizeOf(parts: readonly CorePart[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0)
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
