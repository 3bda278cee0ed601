import { UnitflowError } from '../../errors/index.js'
import type { Http, HttpCall, HttpClient, HttpOptions, ServiceUrl } from '../../http/index.js'
import { openHttp, what } from '../../http/index.js'
import type { CacheStore } from '../cache-store.js'
import { checkedStore } from '../checked-store.js'
import { inParallel } from '../in-parallel.js'
import { neverChanges } from '../never-changes.js'

/** How a {@link createHttpStore} talks to its server. */
export type HttpStoreOptions = HttpOptions

/**
 * Reads what a web server or an edge function serves, and writes where the server allows it.
 *
 * The protocol, which a folder of static files serves except for its last lines:
 *
 * | request | answers |
 * |---|---|
 * | `GET <url>/<key>` | 200 and the bytes, 404 where there are none, 304 where `If-None-Match` holds |
 * | `HEAD <url>/<key>` | 200 or 404 |
 * | `PUT <url>/<key>` and the bytes | 200, 201 or 204 when they are kept; 403 or 405: `store-read-only`; 413 or 507: `store-full` |
 * | `DELETE <url>/<key>` | 200, 204 or 404; 403 or 405: `store-read-only` |
 * | `GET <url>/?prefix=<prefix>` | 200 and the JSON `{ "keys": string[], "cursor"?: string }`: some of the keys that begin with the prefix (all, where it is empty); a cursor asks for more with `&cursor=<cursor>` |
 *
 * Values under `v2/objects/` never change and are best served with `Cache-Control: public, max-age=31536000, immutable`
 * (`private` where a token decides who sees what); the host's cache is used for them. All others are asked for at the
 * server every time; a root (`v2/roots/`) with the last `ETag` that this store object has seen, so that one that has not
 * changed is not sent again. A server of another origin lets pages see the `ETag` by
 * `Access-Control-Expose-Headers: ETag` and must then allow the header `If-None-Match`.
 * `has` always asks the server. There is no `replace`.
 *
 * User and password in the URL are sent as `Authorization: Basic`. No message holds them, the URL, or what a server
 * answered. `close` ends what is under way with `store-closed`; a write that it ends may have been made.
 *
 * @param url where the keys are below: absolute, or relative to the page
 * @throws `bad-argument`; the methods: `store-failed` (with the status, or with the network's error as its `cause`),
 *   `store-read-only`, `store-full`, and what every store throws (U28-U30)
 * @example
 * const store = createHttpStore('https://example.com/units')
 * const workflow = await workflowFromCachedElementUnit(store, 'orders', 'Order', 'Order')
 */
export function createHttpStore(url: string | URL, options: HttpStoreOptions = {}): CacheStore {
  const http = openHttp(url, options)
  const store = checkedStore(new HttpMedium(http))
  const close = store.close.bind(store)
  // The store waits for what is under way before it closes its medium, so that has to end first.
  store.close = () => {
    const closed = close()
    http.client.close()
    return closed
  }
  return store
}

/** How many roots are kept to be confirmed by their ETag; the one that was used longest ago goes first. */
const KEPT_ROOTS = 64

interface KeptRoot {
  readonly etag: string
  readonly bytes: Uint8Array
}

class HttpMedium implements CacheStore {
  readonly #service: ServiceUrl
  readonly #client: HttpClient
  readonly #roots = new Map<string, KeptRoot>()

  constructor({ service, client }: Http) {
    this.#service = service
    this.#client = client
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const call: HttpCall = { operation: 'get', key }
    const kept = this.#roots.get(key)
    const url = this.#service.of(key)
    // A request with a condition of its own passes the host's cache by. Told to revalidate as well, the host would add a
    // condition for what it has, and take a 304 that answers ours for its own.
    const request =
      kept === undefined
        ? { method: 'GET' as const, url, revalidate: !neverChanges(key) }
        : { method: 'GET' as const, url, headers: { 'if-none-match': kept.etag } }
    return this.#client.send(call, request, async (response) => {
      if (response.status === 304 && kept !== undefined) {
        this.#keep(key, kept)
        return kept.bytes.slice()
      }
      if (response.status === 404) {
        this.#roots.delete(key)
        await response.arrayBuffer()
        return undefined
      }
      if (response.status !== 200) throw refusal(call, response)
      const bytes = new Uint8Array(await response.arrayBuffer())
      const etag = response.headers.get('etag')
      this.#roots.delete(key)
      if (etag !== null && key.startsWith('v2/roots/')) this.#keep(key, { etag, bytes: bytes.slice() })
      return bytes
    })
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return inParallel(keys, (key) => this.get(key))
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    // A copy only because no other way leads to bytes of the type that a body is to be of.
    await this.#write({ operation: 'set', key }, 'PUT', value.slice())
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void> {
    await inParallel(entries, ([key, value]) => this.set(key, value))
  }

  async delete(key: string): Promise<void> {
    await this.#write({ operation: 'delete', key }, 'DELETE')
  }

  async *keys(prefix?: string): AsyncGenerator<string, void, undefined> {
    const call: HttpCall = { operation: 'keys', key: prefix ?? '' }
    const parameters: Record<string, string> = { prefix: prefix ?? '' }
    const seen = new Set<string>()
    for (;;) {
      const request = { method: 'GET', url: this.#service.of('', parameters), revalidate: true } as const
      const { keys, cursor } = await this.#client.send(call, request, (response) => page(call, response))
      for (const key of keys) {
        // Many servers can only list by characters, where `doc1` gives `doc12` too.
        if (prefix === undefined || key === prefix || key.startsWith(`${prefix}/`)) yield key
      }
      if (cursor === undefined) return
      if (seen.has(cursor)) throw failed(call, 'the server gave the same cursor twice')
      seen.add(cursor)
      parameters['cursor'] = cursor
    }
  }

  async close(): Promise<void> {
    this.#roots.clear()
  }

  async has(keys: readonly string[]): Promise<boolean[]> {
    return inParallel(keys, (key) => {
      const call: HttpCall = { operation: 'has', key }
      const request = { method: 'HEAD', url: this.#service.of(key), revalidate: true } as const
      return this.#client.send(call, request, async (response) => {
        if (response.status === 200) return true
        if (response.status === 404) return false
        throw refusal(call, response)
      })
    })
  }

  async #write(call: HttpCall, method: 'PUT' | 'DELETE', body?: Uint8Array<ArrayBuffer>): Promise<void> {
    const request = { method, url: this.#service.of(call.key), ...(body === undefined ? {} : { body }) }
    const done = method === 'PUT' ? [200, 201, 204] : [200, 204, 404]
    await this.#client.send(call, request, async (response) => {
      if (!done.includes(response.status)) throw writeRefusal(call, response)
      this.#roots.delete(call.key)
      await response.arrayBuffer()
    })
  }

  #keep(key: string, root: KeptRoot): void {
    this.#roots.delete(key)
    this.#roots.set(key, root)
    for (const oldest of this.#roots.keys()) {
      if (this.#roots.size <= KEPT_ROOTS) return
      this.#roots.delete(oldest)
    }
  }
}

async function page(
  call: HttpCall,
  response: Response,
): Promise<{ readonly keys: readonly string[]; readonly cursor: string | undefined }> {
  if (response.status === 404 || response.status === 405) {
    throw failed(call, `the server does not list (it answered ${response.status})`)
  }
  if (response.status !== 200) throw refusal(call, response)
  const text = await response.text()
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    // Without the cause: its message cites the text.
  }
  const expected =
    'the server listed something else than JSON of the form { keys: string[], cursor?: string }'
  if (typeof found !== 'object' || found === null || !('keys' in found)) throw failed(call, expected)
  const keys: unknown = found.keys
  const cursor = 'cursor' in found ? (found.cursor ?? undefined) : undefined
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) throw failed(call, expected)
  if (cursor !== undefined && typeof cursor !== 'string') throw failed(call, expected)
  return { keys, cursor }
}

function writeRefusal(call: HttpCall, response: Response): UnitflowError {
  const { key } = call
  const answered = `the server answered ${response.status}`
  switch (response.status) {
    case 403:
    case 405:
      return new UnitflowError('store-read-only', `${what(call)}: the store may not be written: ${answered}`, { key }) // prettier-ignore
    case 413:
    case 507:
      return new UnitflowError('store-full', `${what(call)}: there is no room: ${answered}`, { key })
    default:
      return refusal(call, response)
  }
}

function refusal(call: HttpCall, response: Response): UnitflowError<'store-failed'> {
  return failed(call, `the server answered ${response.status}`)
}

function failed(call: HttpCall, reason: string): UnitflowError<'store-failed'> {
  return new UnitflowError('store-failed', `${what(call)}: ${reason}`, call)
}
