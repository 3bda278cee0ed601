import { badSpec, decomposeInCore } from '../core/index.js'
import type { CoreDecomposition, Limits } from '../core/index.js'
import { isUnitflowError, UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { WriteOptions } from './cache-options.js'
import type { CacheReport } from './cache-report.js'
import { decompositionOf } from './decompose.js'
import { hexOfHash } from './keys.js'
import { isWhole } from './manifest.js'
import type { WholeManifest } from './manifest.js'
import { readWholeManifest } from './manifest-parts.js'
import { processObject, readObjects } from './objects.js'
import type { Root } from './root.js'
import { requireRoot } from './root.js'
import { writeVersion } from './write-version.js'

/** How often a save starts over because somebody else saved meanwhile. */
const ATTEMPTS = 20

/** A workflow as text by process, with where each process is stored. */
interface Workflow {
  readonly top: string
  readonly rest: string
  readonly texts: Map<string, string>
  /** Process -> the processes that are stored only with it. */
  readonly families: ReadonlyMap<string, readonly string[]>
}

/**
 * Adds or replaces one process of a cached workflow (U32): what an editor does that has one file open. The same objects
 * and manifest come out as from caching the whole edited workflow. Subprocesses that only the old version of the process
 * embedded go with it.
 *
 * @param processSpec one process spec, or `{"spec", "subprocess_specs"}` with what is embedded in it, as JSON
 * @throws `unknown-cache-key`, what {@link decompose} throws, `lost-update` where another writer overwrote what this
 * store saved before, `write-conflict`, and what the store throws
 */
export async function cacheProcess(
  store: CacheStore,
  cacheKey: string,
  processSpec: string | Uint8Array,
  options: WriteOptions = {},
): Promise<CacheReport> {
  const { id, texts } = readProcess(processSpec, options.limits)
  return edit(store, cacheKey, [...texts.keys()], options, (workflow) => {
    for (const gone of workflow.families.get(id) ?? []) workflow.texts.delete(gone)
    for (const [processId, text] of texts) workflow.texts.set(processId, text)
  })
}

/**
 * Takes a process away from a cached workflow, with what only it embeds (U32). Calls to it are `missing` then.
 *
 * @throws `unknown-cache-key`, `unknown-process`, `top-process`, `lost-update`, `write-conflict`, and what the store
 * throws
 */
export async function removeProcess(
  store: CacheStore,
  cacheKey: string,
  processId: string,
  options: WriteOptions = {},
): Promise<CacheReport> {
  return edit(store, cacheKey, [processId], options, (workflow) => {
    if (processId === workflow.top) {
      const message = `${JSON.stringify(processId)} is the top process of ${JSON.stringify(cacheKey)} and cannot be removed`
      throw new UnitflowError('top-process', message, { processId })
    }
    if (!workflow.texts.delete(processId)) {
      const message = `the workflow ${JSON.stringify(cacheKey)} has no process ${JSON.stringify(processId)}`
      throw new UnitflowError('unknown-process', message, { cacheKey, processId })
    }
    for (const gone of workflow.families.get(processId) ?? []) workflow.texts.delete(gone)
  })
}

async function edit(
  store: CacheStore,
  cacheKey: string,
  processIds: readonly string[],
  options: WriteOptions,
  change: (workflow: Workflow) => void,
): Promise<CacheReport> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    options.signal?.throwIfAborted()
    const root = await requireRoot(store, cacheKey)
    refuseLostUpdate(store, root)
    const workflow = await readWorkflow(store, root)
    change(workflow)
    const core = decomposeInCore(workflowJson(workflow), 2, options.limits)
    const result = await writeVersion(store, cacheKey, core, options, root)
    if (result === undefined) continue
    if (result.writeId !== undefined) rememberWrite(store, cacheKey, result.writeId, processIds)
    return result.report
  }
  throw new UnitflowError(
    'write-conflict',
    `${JSON.stringify(cacheKey)} was changed by others ${ATTEMPTS} times while this save tried; nothing of it is lost, try again`,
    { cacheKey, attempts: ATTEMPTS },
  )
}

/** A process and what came with it, checked by the core. */
function readProcess(
  spec: string | Uint8Array,
  limits: Limits | undefined,
): { readonly id: string; readonly texts: ReadonlyMap<string, string> } {
  const { objects, manifest } = decompositionOf(decomposeProcess(spec, limits))
  const texts = new Map<string, string>()
  for (const object of objects) {
    const { members, text } = processObject(object)
    members.forEach(({ id }, index) => texts.set(id, text(index)))
  }
  return { id: manifest.top, texts }
}

/** What makes a workflow of one process spec. */
const WRAP = ['{"subprocess_specs":{},"spec":', '}'] as const

/** Takes a workflow apart, or a process spec as a workflow of its own. */
function decomposeProcess(spec: string | Uint8Array, limits: Limits | undefined): CoreDecomposition {
  try {
    return decomposeInCore(spec, 2, limits)
  } catch (error) {
    if (!isUnitflowError(error, 'not-a-spec') || error.fields.kind !== 'process-spec') throw error
  }
  const text = typeof spec === 'string' ? spec : new TextDecoder('utf-8', { ignoreBOM: true }).decode(spec)
  try {
    return decomposeInCore(WRAP.join(text), 2, limits)
  } catch (error) {
    throw isUnitflowError(error, 'bad-spec') ? unwrapped(error) : error
  }
}

/** The error as it is of the process spec that was handed in. */
function unwrapped({ fields }: UnitflowError<'bad-spec'>): UnitflowError<'bad-spec'> {
  const { pointer, offset, line, column, expected, found } = fields
  return badSpec({
    pointer: pointer.replace(/^\/spec/, ''),
    offset: offset - WRAP[0].length,
    line,
    column: line === 1 ? column - WRAP[0].length : column,
    expected,
    found,
  })
}

async function readWorkflow(store: CacheStore, { manifest }: Root): Promise<Workflow> {
  const whole: WholeManifest = isWhole(manifest) ? manifest : await readWholeManifest(store, manifest)
  const hashes = whole.objects.map(({ hash }) => hexOfHash(hash))
  if (whole.restObject !== undefined) hashes.push(hexOfHash(whole.restObject))
  const values = await readObjects(store, hashes)
  const rest = whole.restObject === undefined ? whole.rest : new TextDecoder().decode(values.pop()?.bytes)
  const texts = new Map<string, string>()
  const families = new Map<string, readonly string[]>()
  for (const value of values) {
    const { members, text } = processObject(value)
    members.forEach(({ id }, index) => texts.set(id, text(index)))
    const [owner, ...others] = members.map(({ id }) => id)
    if (owner !== undefined) families.set(owner, others)
  }
  return { top: whole.top, rest: rest ?? '{}', texts, families }
}

function workflowJson({ top, rest, texts }: Workflow): string {
  const others = [...texts].filter(([id]) => id !== top).map(([id, text]) => `${JSON.stringify(id)}:${text}`)
  const members = rest.slice(1, -1)
  const spec = texts.get(top) ?? 'null'
  return `{"spec":${spec},"subprocess_specs":{${others.join(',')}}${members === '' ? '' : `,${members}`}}`
}

interface LastWrite {
  readonly writeId: string
  readonly processIds: readonly string[]
}

/** What was written last through a store object, by cache key. */
const lastWrites = new WeakMap<CacheStore, Map<string, LastWrite>>()

/** Remembers a write, so that the next one notices if somebody overwrote it unseen. */
export function rememberWrite(
  store: CacheStore,
  cacheKey: string,
  writeId: string,
  processIds: readonly string[],
): void {
  let writes = lastWrites.get(store)
  if (writes === undefined) lastWrites.set(store, (writes = new Map<string, LastWrite>()))
  writes.set(cacheKey, { writeId, processIds })
}

/** A root that does not remember our last write was made by somebody who had not seen it. */
function refuseLostUpdate(store: CacheStore, root: Root): void {
  const writes = lastWrites.get(store)
  const last = writes?.get(root.cacheKey)
  if (last === undefined || last.processIds.length === 0) return
  if (root.history.includes(last.writeId) || root.history.length > REMEMBERED) return
  writes?.delete(root.cacheKey)
  const { processIds } = last
  throw new UnitflowError(
    'lost-update',
    `another writer overwrote what was saved here before in ${JSON.stringify(root.cacheKey)}: ` +
      `save ${processIds.map((id) => JSON.stringify(id)).join(', ')} again`,
    { cacheKey: root.cacheKey, processIds },
  )
}

/** From so many writes on a root may have forgotten ours for its age. */
const REMEMBERED = 31
