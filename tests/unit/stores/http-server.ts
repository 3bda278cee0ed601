import { createHash } from 'node:crypto'
import type { HttpFetch } from '../../../ts/stores/http/index.js'
import type { CacheStore } from '../../../ts/stores/index.js'

/** A request as the server saw it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly cache: RequestInit['cache']
}

/** Answers the protocol of `createHttpStore` from a store, and remembers what it was asked. */
export interface TestServer {
  readonly fetch: HttpFetch
  readonly seen: Seen[]
  /** Asked first: a response or an error instead of the store's. */
  intercept?: ((seen: Seen) => Response | Promise<Response> | undefined) | undefined
}

/** How many keys a page of the listing has. */
const PAGE = 7

export function testServer(store: CacheStore, path = '/units'): TestServer {
  const server: TestServer = {
    seen: [],
    async fetch(url, init) {
      const seen = { method: init.method!, url, headers: new Headers(init.headers), cache: init.cache }
      server.seen.push(seen)
      return server.intercept?.(seen) ?? answer(store, path, seen, init.body as Uint8Array | undefined)
    },
  }
  return server
}

export async function answer(
  store: CacheStore,
  path: string,
  { method, url, headers }: Pick<Seen, 'method' | 'url' | 'headers'>,
  body: Uint8Array | undefined,
): Promise<Response> {
  const { pathname, searchParams } = new URL(url, 'http://server.invalid')
  if (!pathname.startsWith(`${path}/`)) return new Response('elsewhere', { status: 400 })
  const key = pathname.slice(path.length + 1)
  if (key === '') return list(store, searchParams)
  if (method === 'PUT') await store.set(key, body ?? new Uint8Array())
  if (method === 'DELETE') await store.delete(key)
  if (method === 'PUT' || method === 'DELETE') return new Response(null, { status: 204 })
  const value = await store.get(key)
  if (value === undefined) return new Response('no such value', { status: 404 })
  const etag = `"${createHash('sha256').update(value).digest('hex')}"`
  if (headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: { etag } })
  return new Response(method === 'HEAD' ? null : value.slice(), { headers: { etag } })
}

/** By characters, in pages, as many services do. */
async function list(store: CacheStore, parameters: URLSearchParams): Promise<Response> {
  const found: string[] = []
  for await (const key of store.keys()) if (key.startsWith(parameters.get('prefix')!)) found.push(key)
  const from = Number(parameters.get('cursor') ?? 0)
  const keys = found.sort().slice(from, from + PAGE)
  return Response.json(from + PAGE < found.length ? { keys, cursor: String(from + PAGE) } : { keys })
}
