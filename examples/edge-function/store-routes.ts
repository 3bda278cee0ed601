import { UnitflowError } from 'unitflow'
import { limitedBody } from './limited-body.js'
import { Problem } from './problem.js'
import { assertQuery } from './request-parts.js'
import type { Call } from './routes.js'
import { sha256Hex } from './sha256-hex.js'
import { IMMUTABLE, REVALIDATED, taggedResponse } from './tagged-response.js'

// The values of the cache themselves, as `createHttpStore` reads and writes them.

const OBJECTS = 'v2/objects/'

/** @throws {@link Problem} 404; `object-damaged`, which must not stay in a browser's cache for ever */
export async function getValue({ request, store }: Call, key: string): Promise<Response> {
  const value = await store.get(key)
  if (value === undefined) throw new Problem(404, 'not-found', `there is no ${key}`)
  const hash = await sha256Hex(value)
  if (key.startsWith(OBJECTS) && !isNamed(key, hash)) {
    throw new UnitflowError('object-damaged', `${key} is not what its hash says`, { key })
  }
  return taggedResponse(request, hash, value, {
    'content-type': 'application/octet-stream',
    'cache-control': key.startsWith(OBJECTS) ? IMMUTABLE : REVALIDATED,
  })
}

export async function putValue({ request, store }: Call, key: string): Promise<Response> {
  const value = await limitedBody(request)
  if (key.startsWith(OBJECTS) && !isNamed(key, await sha256Hex(value))) {
    throw new Problem(422, 'hash-mismatch', `the body is not what ${key} says`)
  }
  await store.set(key, value)
  return new Response(null, { status: 204 })
}

export async function deleteValue({ store }: Call, key: string): Promise<Response> {
  await store.delete(key)
  return new Response(null, { status: 204 })
}

/** All keys in one answer: only who writes or prunes lists, and it is the marks or one folder then. */
export async function listKeys({ store, query }: Call): Promise<Response> {
  assertQuery(query, ['prefix'])
  const keys: string[] = []
  const prefix = query.get('prefix') ?? ''
  for await (const key of store.keys(prefix === '' ? undefined : prefix)) keys.push(key)
  return Response.json({ keys }, { headers: { 'cache-control': 'no-store' } })
}

function isNamed(key: string, hash: string): boolean {
  return key === OBJECTS + hash.slice(0, 40)
}
