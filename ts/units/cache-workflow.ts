import type { CacheStore } from '../stores/cache-store.js'
import type { CacheOptions } from './cache-options.js'
import type { CacheReport } from './cache-report.js'
import { decomposeSpecs } from './decompose.js'
import type { WorkflowSpecs } from './decompose.js'
import { rememberWrite } from './own-writes.js'
import { cacheLayoutV1 } from './layout-v1.js'
import { SharedObjects } from './shared-objects.js'
import { writeVersion } from './write-version.js'

/**
 * Takes a workflow apart and keeps its units in a store under a cache key. Only what changed is written; readers see the
 * old version until all of the new one is there. Nothing is written where the input is refused.
 *
 * @param cacheKey any string; `undefined` takes the version hash, which the report names
 * @param specs a serialized workflow as JSON text, as its UTF-8 bytes, or as a stream of them, which is read as
 * {@link decomposeStream} reads it
 * @throws what {@link decompose} and {@link decomposeStream} throw, `bad-cache-key` (layout v1), and what the store throws
 */
export async function cacheElementUnitsForWorkflow(
  store: CacheStore,
  cacheKey: string | undefined,
  specs: WorkflowSpecs,
  options: CacheOptions = {},
): Promise<CacheReport> {
  return cacheWorkflow(store, cacheKey, specs, options, new SharedObjects(store, options))
}

/** @param objects shared with the workflows that are cached together */
export async function cacheWorkflow(
  store: CacheStore,
  cacheKey: string | undefined,
  specs: WorkflowSpecs,
  options: CacheOptions,
  objects: SharedObjects,
): Promise<CacheReport> {
  options.signal?.throwIfAborted()
  if (options.layout === 'v1') return cacheLayoutV1(store, cacheKey, specs, options)
  const core = await decomposeSpecs(specs, 2, options)
  const key = cacheKey ?? core.version
  const result = await writeVersion(store, key, core, options, undefined, objects)
  // Without a root to compare with, writing never gives way to another writer.
  if (result === undefined) throw new TypeError('a plain write gave way')
  const { report, writeId, writes } = result
  if (writeId !== undefined) rememberWrite(store, key, { writeId, writes, processIds: [] })
  return report
}
