import { resolveLimits } from '../core/index.js'
import type { CorePart, Limits } from '../core/index.js'
import { UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { CacheOptions } from './cache-options.js'
import type { CacheReport } from './cache-report.js'
import { allMissing, reportedProcesses } from './cache-report.js'
import { decomposeSpecs, summaryOfCore } from './decompose.js'
import type { WorkflowSpecs } from './decompose.js'
import { lastSegment } from './keys.js'
import { folderV1, unitKeyV1, workflowKeyV1 } from './layout-v1-keys.js'
import { keysBelow, storeValues } from './store-values.js'

/** So many times the bytes that a text may have, layout v1 stores at most. */
const MOST_TIMES = 16

/**
 * Caches a workflow as spiff-element-units 0.3.1 does (U6-U14), so that both packages can read the directory.
 * Manifests are written last. More than 16 times `limits.bytes` is not stored (`limit-exceeded`).
 *
 * @throws `bad-cache-key`, what {@link decompose} throws, and what the store throws
 */
export async function cacheLayoutV1(
  store: CacheStore,
  cacheKey: string | undefined,
  specs: WorkflowSpecs,
  options: CacheOptions,
): Promise<CacheReport> {
  if (cacheKey !== undefined) folderV1(cacheKey)
  const core = await decomposeSpecs(specs, 1, options)
  const manifest = summaryOfCore(core)
  const key = cacheKey ?? core.version
  const isManifest = (part: CorePart): boolean => part.kind === 'v1-manifest'
  const values = [
    ...core.parts.filter((part) => !isManifest(part)),
    ...core.parts.filter(isManifest).reverse(),
  ].map((part) => ({ key: keyOf(key, part), size: part.size, bytes: () => part.bytes() }))
  const bytes = values.reduce((sum, { size }) => sum + size, 0)
  refuseTooMuch(bytes, options.limits)
  const { signal, onProgress } = options
  const total = values.length
  onProgress?.({ type: 'decomposed', processes: manifest.processes.length, total, bytes })
  await storeValues(store, values, signal, (done, stored) =>
    onProgress?.({ type: 'stored', done, total, bytes: stored }),
  )
  await removeStaleManifests(store, key, new Set(values.map((value) => value.key)))
  onProgress?.({ type: 'cached', version: core.version })
  const manifests = core.parts.filter(isManifest).reduce((sum, { size }) => sum + size, 0)
  return {
    cacheKey: key,
    layout: 'v1',
    version: core.version,
    top: manifest.top,
    processes: reportedProcesses(manifest),
    written: manifest.objects.map(({ processes }) => processes[0] ?? ''),
    unchanged: [],
    missing: allMissing(manifest),
    bytes: { objects: bytes - manifests, written: bytes, manifest: manifests },
  }
}

/** Each called process is stored with the whole process that calls it, so a small text may ask for any amount of room. */
function refuseTooMuch(bytes: number, limits: Limits | undefined): void {
  const maximum = MOST_TIMES * resolveLimits(limits).bytes
  if (bytes <= maximum) return
  throw new UnitflowError(
    'limit-exceeded',
    `layout v1 would store ${bytes} bytes, more than ${maximum}; layout v2 stores each process once, the option limits.bytes raises it ${MOST_TIMES} times`,
    { limit: 'bytes', maximum, pointer: '' },
  )
}

/** A process that the workflow no longer has must not be found by the manifest of an older version. */
async function removeStaleManifests(
  store: CacheStore,
  cacheKey: string,
  current: ReadonlySet<string>,
): Promise<void> {
  for (const key of await keysBelow(store, folderV1(cacheKey))) {
    if (!current.has(key) && lastSegment(key).startsWith('manifest.')) await store.delete(key)
  }
}

function keyOf(cacheKey: string, part: CorePart): string {
  if (part.kind === 'v1-workflow') return workflowKeyV1(cacheKey)
  return part.kind === 'v1-manifest'
    ? `${folderV1(cacheKey)}/manifest.${part.hash}.json`
    : unitKeyV1(cacheKey, part.hash)
}
