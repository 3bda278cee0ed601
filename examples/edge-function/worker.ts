import { createWorkersKvStore } from 'unitflow/stores/workers-kv'
import type { WorkersKvNamespace } from 'unitflow/stores/workers-kv'
import { forgetRoots } from './held-roots.js'
import { Problem, problemResponse } from './problem.js'
import { type Route, routeOf } from './routes.js'
import type { RunNamespace } from './run-routes.js'
import { tenantOf } from './tenancy.js'
import { tenantStore } from './tenant-store.js'

export { Run } from './run.js'

/** What `wrangler.jsonc` and the secrets bind. */
export interface Env {
  readonly UNITS: WorkersKvNamespace
  readonly RUNS: RunNamespace
  readonly TENANTS?: string
}

/** Of every answer. A token is asked for in a header, never in a cookie, so pages of any origin may ask. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Unitflow-Version, Retry-After',
  vary: 'Authorization',
  'x-content-type-options': 'nosniff',
}

const worker: { fetch(request: Request, env: Env): Promise<Response> } = {
  async fetch(request, env) {
    const answer = await answered(request, env).catch(problemResponse)
    const response = request.method === 'HEAD' ? new Response(null, answer) : answer
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value)
    return response
  },
}
export default worker

async function answered(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url)
  const route = routeOf(url.pathname)
  if (request.method === 'OPTIONS' && route !== undefined) return preflight(route)
  const tenant = await tenantOf(request, env.TENANTS)
  if (route === undefined) throw new Problem(404, 'not-found', 'there is nothing at this path')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const handle = route.get(method)
  if (handle === undefined) {
    const allow = methodsOf(route)
    throw new Problem(405, 'method-not-allowed', `expected one of ${allow}`, { allow })
  }
  if (method !== 'GET' && tenant.may !== 'write') {
    throw new Problem(403, 'forbidden', 'this token may read, not write')
  }
  const store = tenantStore(createWorkersKvStore(env.UNITS), tenant.name)
  try {
    return await handle({ request, query: url.searchParams, tenant, store, runs: env.RUNS })
  } finally {
    if (method !== 'GET') forgetRoots(tenant.name)
  }
}

function preflight(route: Route): Response {
  const allow = methodsOf(route)
  const headers = {
    allow,
    'access-control-allow-methods': allow,
    'access-control-allow-headers': 'Authorization, Content-Type, If-None-Match',
    'access-control-max-age': '86400',
  }
  return new Response(null, { status: 204, headers })
}

function methodsOf(route: Route): string {
  return [...route.keys(), ...(route.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
}
