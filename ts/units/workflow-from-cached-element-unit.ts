import { UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { CacheLayout } from './cache-options.js'
import { isObject, own, parseJson } from './json-reading.js'
import { manifestKeyV1, unitKeyV1, workflowKeyV1 } from './layout-v1-keys.js'
import type { ReadOptions } from './read-element-unit.js'
import { readElementUnit } from './read-element-unit.js'
import { unknownVersion } from './root.js'
import { topLevelMembers } from './top-level-members.js'
import { ownStamp, stamped, stampUnit } from './stamp-unit.js'
import { unitJson } from './unit-json.js'

/** Options of {@link workflowFromCachedElementUnit}. */
export interface CachedUnitOptions extends ReadOptions {
  /** @default 'v2' */
  readonly layout?: CacheLayout
  /** What to write as `serializer_version`; `false` keeps what the workflow has. @default 'unitflow-<version>' */
  readonly stamp?: string | false
}

/**
 * The unit for one element of a process, as the JSON text of a workflow (U15). In layout v2 it is the unit to resume the
 * process there (U20), for the process's own id the one to start it (U19); in layout v1 what the original gives.
 *
 * @throws `unknown-cache-key`, `unknown-version` (v1 keeps none), `unknown-process`, `unknown-element`,
 * `bad-cache-key` (v1), `root-damaged`, `object-missing`, `object-damaged`, and what the store throws
 */
export async function workflowFromCachedElementUnit(
  store: CacheStore,
  cacheKey: string,
  processId: string,
  elementId: string,
  options: CachedUnitOptions = {},
): Promise<string> {
  const { layout = 'v2', stamp = ownStamp() } = options
  if (layout === 'v1' && options.version !== undefined) throw unknownVersion(cacheKey, options.version)
  if (layout === 'v1') return readV1(store, { cacheKey, processId, elementId }, stamp, options.signal)
  const elements = elementId === processId ? [] : [elementId]
  const unit = await readElementUnit(store, cacheKey, { processId, elements }, options)
  return unitJson(stamp === false ? unit : stampUnit(unit, stamp))
}

interface Asked {
  readonly cacheKey: string
  readonly processId: string
  readonly elementId: string
}

async function readV1(
  store: CacheStore,
  asked: Asked,
  stamp: string | false,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { cacheKey, processId, elementId } = asked
  const manifestKey = manifestKeyV1(cacheKey, processId)
  const manifestText = await readText(store, manifestKey)
  if (manifestText === undefined) throw await unknownManifest(store, asked)
  const manifest = parseJson(manifestText)
  const items = isObject(manifest) ? manifest['items'] : undefined
  const index = isObject(manifest) ? manifest['index_map'] : undefined
  if (!Array.isArray(items) || !isObject(index)) throw damaged(manifestKey)
  const places = own(index, elementId)
  if (places === undefined) {
    const message = `${JSON.stringify(processId)} has no unit for ${JSON.stringify(elementId)} in layout v1`
    throw new UnitflowError('unknown-element', message, { cacheKey, processId, elements: [elementId] })
  }
  const item: unknown = Array.isArray(places) ? items[Number(places.at(-1))] : undefined
  const name = isObject(item) ? item['sha2'] : undefined
  if (typeof name !== 'string' || !/^[0-9a-f]{64}$/.test(name)) throw damaged(manifestKey)
  signal?.throwIfAborted()
  const unitKey = unitKeyV1(cacheKey, name)
  const text = await readText(store, unitKey)
  if (text === undefined) {
    throw new UnitflowError('object-missing', `the store does not hold ${unitKey}`, {
      key: unitKey,
      retryable: true,
    })
  }
  return workflowOfUnit(unitKey, text, stamp)
}

async function readText(store: CacheStore, key: string): Promise<string | undefined> {
  const bytes = await store.get(key)
  if (bytes === undefined) return undefined
  try {
    // Fatal, because a torn character must not turn into another one.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw damaged(key)
  }
}

async function unknownManifest(store: CacheStore, { cacheKey, processId }: Asked): Promise<UnitflowError> {
  if ((await store.get(workflowKeyV1(cacheKey))) === undefined) {
    return new UnitflowError(
      'unknown-cache-key',
      `nothing is cached under ${JSON.stringify(cacheKey)} in layout v1`,
      { cacheKey },
    )
  }
  const message = `the workflow ${JSON.stringify(cacheKey)} has no units of its own for process ${JSON.stringify(processId)} in layout v1`
  return new UnitflowError('unknown-process', message, { cacheKey, processId })
}

/** A unit's file as a workflow; the text of its processes is taken as it is. */
function workflowOfUnit(key: string, text: string, stamp: string | false): string {
  const parsed = parseJson(text)
  if (!isObject(parsed)) throw damaged(key)
  const [kind, ...more] = Object.keys(parsed)
  const content = topLevelMembers(text).get(kind ?? '')
  if (kind === undefined || more.length > 0 || content === undefined) throw damaged(key)
  const value = parsed[kind]
  if (
    kind === 'FullWorkflow' &&
    isObject(value) &&
    isObject(value['spec']) &&
    isObject(value['subprocess_specs'])
  ) {
    return stamp === false ? content : `{${stamped(topLevelMembers(content), stamp)}}`
  }
  const fields = Array.isArray(value) ? listItems(content) : []
  const [spec, subprocesses] = kind === 'ResumableSubprocess' ? fields.slice(1) : fields
  const count =
    kind === 'ResumableSubprocess' ? 3 : kind === 'LazySubprocesses' || kind === 'PromotedSubprocess' ? 2 : 0
  if (fields.length !== count || !spec?.startsWith('{') || !subprocesses?.startsWith('{')) throw damaged(key)
  const members = [
    ['spec', spec],
    ['subprocess_specs', subprocesses],
  ] as const
  // Only the whole workflow has a version of its own to keep.
  return stamp === false
    ? `{"spec":${spec},"subprocess_specs":${subprocesses}}`
    : `{${stamped(members, stamp)}}`
}

/** The items of a JSON array as text: an object with numbered keys in its place has the same commas. */
function listItems(json: string): string[] {
  const members: string[] = []
  let depth = 0
  let start = 1
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') {
      inString = true
    } else if (character === '[' || character === '{') {
      depth++
    } else if (character === ']' || character === '}') {
      depth--
    }
    if (inString) continue
    if ((depth === 1 && character === ',') || depth === 0) {
      members.push(json.slice(start, at).trim())
      start = at + 1
    }
  }
  return members
}

function damaged(key: string): UnitflowError<'object-damaged'> {
  return new UnitflowError('object-damaged', `${key} is damaged: caching the workflow again mends it`, {
    key,
  })
}
