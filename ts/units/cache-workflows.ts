import { UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { inParallel } from '../stores/in-parallel.js'
import type { CacheOptions, CacheProgress } from './cache-options.js'
import type { CacheReport } from './cache-report.js'
import { cacheWorkflow } from './cache-workflow.js'
import type { WorkflowSpecs } from './decompose.js'
import { SharedObjects } from './shared-objects.js'

/** One of the workflows of {@link cacheWorkflows}. */
export interface WorkflowToCache {
  /** Any string, no two alike; without it the version hash is the key. */
  readonly cacheKey?: string | undefined
  /** As for `cacheElementUnitsForWorkflow`; or a function that gives them when it is their turn, so that not all are held. */
  readonly specs: WorkflowSpecs | (() => WorkflowSpecs | Promise<WorkflowSpecs>)
}

/** Progress of caching one of several workflows. */
export type WorkflowProgress = CacheProgress & {
  /** Which one: its index in the list. */
  readonly workflow: number
}

/** Options of {@link cacheWorkflows}. */
export interface CacheWorkflowsOptions extends Omit<CacheOptions, 'onProgress'> {
  /** How many workflows are under way at once, and so in memory. @default 4 */
  readonly concurrency?: number
  /** Hears how far caching is. */
  readonly onProgress?: (progress: WorkflowProgress) => void
}

/** A workflow that could not be cached. */
export interface FailedWorkflow {
  /** Which one: its index in the list. */
  readonly workflow: number
  /** Its cache key, where it was given one. */
  readonly cacheKey: string | undefined
  /** What `cacheElementUnitsForWorkflow` throws, or the function that was to give the specs. */
  readonly error: unknown
}

/** What became of several workflows; each is in one of the lists, in the order in which they were handed in. */
export interface CachedWorkflows {
  readonly cached: readonly CacheReport[]
  readonly failed: readonly FailedWorkflow[]
}

/**
 * Caches several workflows, each as `cacheElementUnitsForWorkflow` does, and by itself: one that fails holds up no other,
 * and what is reported as cached is. An object that several of them have is looked for once and written once, and is
 * `written` in the report of the one that wrote it.
 *
 * @throws (by rejecting) `bad-argument` where two have the same cache key, or `concurrency` is no whole number from 1;
 * the signal's reason: what is cached by then stays, and streams that nobody has begun to read are left alone
 */
export async function cacheWorkflows(
  store: CacheStore,
  workflows: Iterable<WorkflowToCache>,
  options: CacheWorkflowsOptions = {},
): Promise<CachedWorkflows> {
  const { concurrency = 4, onProgress, ...shared } = options
  const { signal } = shared
  const all = [...workflows]
  assertConcurrency(concurrency)
  assertDifferentKeys(all)
  signal?.throwIfAborted()
  const objects = new SharedObjects(store, shared)
  const cached: CacheReport[] = []
  const failed: FailedWorkflow[] = []
  const cacheOne = async ([workflow, { cacheKey, specs }]: readonly [number, WorkflowToCache]): Promise<
    CacheReport | FailedWorkflow
  > => {
    try {
      signal?.throwIfAborted()
      const given = typeof specs === 'function' ? await specs() : specs
      const told = onProgress && ((progress: CacheProgress) => onProgress({ ...progress, workflow }))
      const own: CacheOptions = told === undefined ? shared : { ...shared, onProgress: told }
      return await cacheWorkflow(store, cacheKey, given, own, objects)
    } catch (error) {
      // Whoever aborts means all of them.
      signal?.throwIfAborted()
      return { workflow, cacheKey, error }
    }
  }
  for (const one of await inParallel([...all.entries()], cacheOne, concurrency)) {
    if ('error' in one) failed.push(one)
    else cached.push(one)
  }
  return { cached, failed }
}

/** @throws `bad-argument` */
function assertConcurrency(concurrency: number): void {
  if (Number.isInteger(concurrency) && concurrency >= 1) return
  const expected = 'a whole number from 1'
  throw new UnitflowError('bad-argument', `concurrency: expected ${expected}, found ${concurrency}`, {
    argument: 'concurrency',
    expected,
  })
}

/** @throws `bad-argument` */
function assertDifferentKeys(workflows: readonly WorkflowToCache[]): void {
  const keys = new Set<string>()
  for (const { cacheKey } of workflows) {
    if (cacheKey === undefined) continue
    if (keys.has(cacheKey)) {
      const expected = 'a different cache key for each'
      throw new UnitflowError(
        'bad-argument',
        `workflows: expected ${expected}, found ${JSON.stringify(cacheKey)} twice`,
        { argument: 'workflows', expected },
      )
    }
    keys.add(cacheKey)
  }
}
