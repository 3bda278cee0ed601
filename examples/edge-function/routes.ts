import type { CacheStore } from 'unitflow'
import { decoded } from './request-parts.js'
import type { RunNamespace } from './run-routes.js'
import { getRun, postRun, postTask } from './run-routes.js'
import { deleteValue, getValue, listKeys, putValue } from './store-routes.js'
import type { Tenant } from './tenancy.js'
import { getUnit, putWorkflow } from './workflow-routes.js'

/** A request that may be answered. */
export interface Call {
  readonly request: Request
  readonly query: URLSearchParams
  readonly tenant: Tenant
  /** The tenant's own part of the store. */
  readonly store: CacheStore
  readonly runs: RunNamespace
}

/** What answers, by method. */
export type Route = ReadonlyMap<string, (call: Call) => Promise<Response>>

const STORE_KEY =
  /^v2\/(?:roots\/[0-9a-f]{64}|(?:objects|marks)\/[0-9a-f]{40}|held\/[0-9a-f]{40}\/[\w-]{1,100}|removed\/[\w-]{1,100})$/

/**
 * Segments are told apart before they are decoded, so `%2F` in an id is a part of it, and `..` is gone already.
 *
 * @throws `Problem` 400
 */
export function routeOf(path: string): Route | undefined {
  if (/^\/runs(\/|$)/.test(path)) return runRouteOf(path.split('/').slice(2).map(decoded))
  const folder = '/workflows/'
  if (!path.startsWith(folder)) return undefined
  const rest = path.slice(folder.length)
  if (rest === '') return new Map([['GET', listKeys]])
  if (STORE_KEY.test(rest)) {
    return new Map([
      ['GET', (call) => getValue(call, rest)],
      ['PUT', (call) => putValue(call, rest)],
      ['DELETE', (call) => deleteValue(call, rest)],
    ])
  }
  const [key = '', kind, process, ...more] = rest.split('/').map(decoded)
  if (key === '' || more.length > 0) return undefined
  if (kind === undefined) return new Map([['PUT', (call) => putWorkflow(call, key)]])
  if (kind !== 'units' || process === undefined) return undefined
  return new Map([['GET', (call) => getUnit(call, key, process)]])
}

function runRouteOf([id, tasks, token, ...more]: readonly string[]): Route | undefined {
  if (id === undefined) return new Map([['POST', postRun]])
  if (tasks === undefined) return new Map([['GET', (call) => getRun(call, id)]])
  if (tasks !== 'tasks' || token === undefined || more.length > 0) return undefined
  return new Map([['POST', (call) => postTask(call, id, token)]])
}
