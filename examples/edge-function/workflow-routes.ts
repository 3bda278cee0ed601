import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  readElementUnit,
  UnitflowError,
} from 'unitflow'
import type { ActiveElement } from 'unitflow'
import { createLayeredStore } from 'unitflow/stores/layered'
import { heldRoot } from './held-roots.js'
import { limitedBody, MAX_BODY_BYTES } from './limited-body.js'
import { Problem } from './problem.js'
import { assertQuery, decoded } from './request-parts.js'
import type { Call } from './routes.js'
import { sha256Hex } from './sha256-hex.js'
import { IMMUTABLE, REVALIDATED, taggedResponse } from './tagged-response.js'

const LIMITS = { limits: { bytes: MAX_BODY_BYTES, processes: 10_000 } }

/** Caches the workflow in the body under its version, which stays readable, and then under the key, which moves on. */
export async function putWorkflow({ request, store }: Call, cacheKey: string): Promise<Response> {
  const specs = await limitedBody(request)
  const isVersion = /^[0-9a-f]{64}$/.test(cacheKey)
  if (isVersion && decompose(specs, LIMITS).version !== cacheKey) {
    throw new Problem(409, 'version-mismatch', `the workflow is of another version than ${cacheKey}`)
  }
  // What the first has read and written, the second need not read again.
  const near = createLayeredStore(createMemoryStore(), store)
  const report = await cacheElementUnitsForWorkflow(near, undefined, specs, LIMITS)
  if (!isVersion) await cacheElementUnitsForWorkflow(near, cacheKey, specs, LIMITS)
  return Response.json({ ...report, cacheKey }, { headers: { 'cache-control': 'no-store' } })
}

/** The unit of a process, as JSON of an `ElementUnit`; its version is a header, for who wants more of the same. */
export async function getUnit(call: Call, cacheKey: string, processId: string): Promise<Response> {
  const { request, store, tenant, query } = call
  assertQuery(query, ['version', 'element'])
  const version = query.get('version') ?? undefined
  const elements = query.getAll('element').map(activeElement)
  let root = await heldRoot(store, tenant.name, cacheKey)
  if (version !== undefined && root?.version !== version) {
    root = await heldRoot(store, tenant.name, version)
    if (root?.version !== version) {
      throw new Problem(404, 'unknown-version', `nothing is cached of version ${JSON.stringify(version)}`)
    }
  }
  if (root === undefined) {
    const message = `nothing is cached under ${JSON.stringify(cacheKey)}`
    throw new UnitflowError('unknown-cache-key', message, { cacheKey })
  }
  const unit = JSON.stringify(await readElementUnit(root.store, root.cacheKey, { processId, elements }))
  const isFixed = version !== undefined || cacheKey === root.version
  return taggedResponse(request, await sha256Hex(unit), unit, {
    'content-type': 'application/json',
    'cache-control': isFixed ? IMMUTABLE : REVALIDATED,
    'unitflow-version': root.version,
  })
}

/**
 * `Pack` is an element of any process, `Shipping/Pack` one of that process. Ids in it are percent-encoded, for themselves:
 * an id `a/b` is `a%2Fb` here, and `a%252Fb` in a URL.
 */
function activeElement(value: string): ActiveElement {
  const [first = '', second, ...more] = value.split('/').map((part) => decoded(part))
  if (more.length > 0) throw new Problem(400, 'bad-query', 'element: expected an id, or process/element')
  return second === undefined ? first : { processId: first, elementId: second }
}
