import { HttpClient, type HttpFetch, type HttpHeaders, type HttpRetry } from './http-client.js'
import { type ServiceUrl, serviceUrl } from './service-url.js'

/** How one talks to a server. */
export interface HttpOptions {
  /**
   * What makes the requests.
   *
   * @default the host's `fetch`
   */
  readonly fetch?: HttpFetch
  /**
   * Sent with every request; a function is asked before each call, for tokens that expire.
   *
   * @default {}
   * @example { headers: async () => ({ authorization: `Bearer ${await token()}` }) }
   */
  readonly headers?: HttpHeaders | (() => HttpHeaders | Promise<HttpHeaders>)
  /**
   * When a request is made again that may be: after a network error, a timeout, and the statuses 429, 502, 503 and 504.
   *
   * @default { attempts: 4, backoff: 100, maxWait: 10000 }
   */
  readonly retry?: HttpRetry
  /**
   * Milliseconds that one request may take, its body included.
   *
   * @default 30000
   */
  readonly timeout?: number
}

/** What is behind a URL, and what asks it. */
export interface Http {
  readonly service: ServiceUrl
  readonly client: HttpClient
}

/** @throws `bad-argument` */
export function openHttp(url: string | URL, options: HttpOptions): Http {
  const { fetch: given, headers = {}, retry = {}, timeout = 30_000 } = options
  const service = serviceUrl(url, given !== undefined)
  const own: HttpHeaders = service.authorization === undefined ? {} : { authorization: service.authorization }
  const client = new HttpClient({
    // Looked up at each call, as it may be replaced, and called without an object, which a browser's insists on.
    fetch: given ?? ((place, init) => fetch(place, init)),
    headers: async () => ({ ...own, ...(typeof headers === 'function' ? await headers() : headers) }),
    retry,
    timeout,
  })
  return { service, client }
}
