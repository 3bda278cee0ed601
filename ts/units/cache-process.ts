import { badSpec, decomposeInCore } from '../core/index.js'
import type { CoreDecomposition, Limits } from '../core/index.js'
import { isUnitflowError, UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { WriteOptions } from './cache-options.js'
import type { CacheReport } from './cache-report.js'
import { decompositionOf, summaryOfCore } from './decompose.js'
import { hexOfHash } from './keys.js'
import { readWholeManifest } from './manifest-parts.js'
import { processObject, readObjects } from './objects.js'
import type { Root } from './root.js'
import { inTurn, refuseLostUpdate, rememberWrite } from './own-writes.js'
import { hashOf, overRoot, readRootAfresh, requireRoot } from './root.js'
import { writeVersion } from './write-version.js'
import { decoder } from './utf8.js'

/** How often a save starts over because somebody else saved meanwhile. */
const ATTEMPTS = 20

/** A workflow as text by process. */
interface Workflow {
  readonly top: string
  readonly rest: string
  readonly texts: Map<string, string>
  /** Process -> all that are stored in its object, the owner first. */
  readonly families: ReadonlyMap<string, readonly string[]>
}

/**
 * Adds or replaces one process of a cached workflow (U32): what an editor does that has one file open. The same objects
 * and manifest come out as from caching the whole edited workflow. A subprocess that is drawn in the process and not handed
 * in stays as it was; one that nothing refers to any more goes.
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
    for (const [processId, text] of texts) workflow.texts.set(processId, text)
    return storedWith(workflow, id).filter((member) => !texts.has(member))
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
    return storedWith(workflow, processId)
  })
}

/** The processes that are stored in the object of another one, without its owner. */
function storedWith({ families }: Workflow, processId: string): readonly string[] {
  return (families.get(processId) ?? []).slice(1).filter((other) => other !== processId)
}

/** @param change edits the workflow, and says which processes go if nothing refers to them any more */
async function edit(
  store: CacheStore,
  cacheKey: string,
  processIds: readonly string[],
  options: WriteOptions,
  change: (workflow: Workflow) => readonly string[],
): Promise<CacheReport> {
  return inTurn(store, cacheKey, async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      options.signal?.throwIfAborted()
      const root = await requireRoot(store, cacheKey, readRootAfresh)
      refuseLostUpdate(store, root)
      const workflow = await readWorkflow(store, root)
      const core = decomposeWithout(workflow, change(workflow), options.limits)
      const result = await writeVersion(store, cacheKey, core, options, root)
      if (result === undefined) continue
      if (result.writeId !== undefined) {
        rememberWrite(store, cacheKey, { writeId: result.writeId, writes: root.writes + 1, processIds })
      }
      return result.report
    }
    throw writeConflict(cacheKey)
  })
}

/** Takes an edited workflow apart, without those of the given processes that nothing else refers to. */
function decomposeWithout(
  workflow: Workflow,
  candidates: readonly string[],
  limits: Limits | undefined,
): CoreDecomposition {
  const core = decomposeInCore(workflowJson(workflow), 2, limits)
  if (candidates.length === 0) return core
  const { processes } = summaryOfCore(core)
  const byId = new Map(processes.map((process) => [process.id, process]))
  const doubtful = new Set(candidates)
  const kept = new Set([...byId.keys()].filter((id) => !doubtful.has(id)))
  for (const id of kept) {
    const { calls = {}, embeds = [] } = byId.get(id) ?? {}
    for (const referred of [...Object.keys(calls), ...embeds]) if (byId.has(referred)) kept.add(referred)
  }
  const orphans = candidates.filter((id) => byId.has(id) && !kept.has(id))
  if (orphans.length === 0) return core
  for (const id of orphans) workflow.texts.delete(id)
  return decomposeInCore(workflowJson(workflow), 2, limits)
}

function writeConflict(cacheKey: string): UnitflowError<'write-conflict'> {
  return new UnitflowError(
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
  const text = typeof spec === 'string' ? spec : decoder.decode(spec)
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

async function readWorkflow(store: CacheStore, root: Root): Promise<Workflow> {
  const whole = await readWholeManifest(store, root)
  const hashes = overRoot(root, () => whole.objects.map(({ hash }) => hexOfHash(hash)))
  if (whole.restObject !== undefined) hashes.push(hashOf(root, whole.restObject))
  const values = await readObjects(store, hashes)
  const rest = whole.restObject === undefined ? whole.rest : decoder.decode(values.pop()?.bytes)
  const texts = new Map<string, string>()
  const families = new Map<string, readonly string[]>()
  overRoot(root, () => {
    for (const value of values) {
      const { members, text } = processObject(value)
      members.forEach(({ id }, index) => texts.set(id, text(index)))
      const ids = members.map(({ id }) => id)
      for (const id of ids) families.set(id, ids)
    }
  })
  return { top: whole.top, rest: rest ?? '{}', texts, families }
}

function workflowJson({ top, rest, texts }: Workflow): string {
  const others = [...texts].filter(([id]) => id !== top).map(([id, text]) => `${JSON.stringify(id)}:${text}`)
  const members = rest.slice(1, -1)
  const spec = texts.get(top) ?? 'null'
  return `{"spec":${spec},"subprocess_specs":{${others.join(',')}}${members === '' ? '' : `,${members}`}}`
}
