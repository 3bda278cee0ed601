import { type ErrorFields, isUnitflowError, UnitflowError } from '../errors/index.js'

/** What a call was about, for its errors. `key` is empty where it concerned no single key. */
export type HttpCall = ErrorFields['store-failed']

/** The host's `fetch`, or any function of this shape. */
export type HttpFetch = (url: string, init: RequestInit) => Promise<Response>

/** Headers by name. */
export type HttpHeaders = Readonly<Record<string, string>>

/** How often and when a request is tried again. */
export interface HttpRetry {
  /**
   * How many requests are made at most for one, at least 1.
   *
   * @default 4
   */
  readonly attempts?: number
  /**
   * Milliseconds before the second request; doubled before each further one. Of each wait a random part, up to a half, is
   * left out, so that many clients do not come back at once.
   *
   * @default 100
   */
  readonly backoff?: number
  /**
   * The longest wait in milliseconds. A server that asks for a longer one (`Retry-After`) is not asked again.
   *
   * @default 10000
   */
  readonly maxWait?: number
}

/** How requests are made. */
export interface HttpClientOptions {
  readonly fetch: HttpFetch
  readonly headers: () => HttpHeaders | Promise<HttpHeaders>
  readonly retry: HttpRetry
  readonly timeout: number
}

/** One request. It may be made again where the first may not have arrived, unless it says otherwise. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly url: string
  /** Made once: a second one would do it twice. */
  readonly once?: boolean
  /** Milliseconds that the server has been asked to wait, beyond the time limit of a request. */
  readonly wait?: number
  /** Ends it: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  readonly headers?: HttpHeaders
  readonly body?: Uint8Array<ArrayBuffer>
  /** Ask the server even where the host has a fresh response in its cache. */
  readonly revalidate?: boolean
}

/** Too many requests, and what proxies say of a server that they do not reach. */
const PASSING = new Set([429, 502, 503, 504])

type Outcome<T> =
  | { readonly type: 'answered'; readonly value: T }
  | { readonly type: 'failed'; readonly reason: string; readonly cause?: unknown; readonly wait?: number }

/** Makes requests: with a time limit, again where the failure may pass, and until it is closed. */
export class HttpClient {
  readonly #options: HttpClientOptions
  readonly #retry: Required<HttpRetry>
  readonly #stops = new Set<() => void>()
  #closed = false

  constructor(options: HttpClientOptions) {
    const { attempts = 4, backoff = 100, maxWait = 10_000 } = options.retry
    assertNumber('retry.attempts', attempts, Number.isSafeInteger(attempts) && attempts >= 1, 'at least 1')
    assertNumber('retry.backoff', backoff, backoff >= 0 && backoff < 2 ** 31, 'milliseconds')
    assertNumber('retry.maxWait', maxWait, maxWait >= 0 && maxWait < 2 ** 31, 'milliseconds')
    const { timeout } = options
    assertNumber('timeout', timeout, timeout > 0 && timeout < 2 ** 31, 'milliseconds, more than 0')
    this.#options = options
    this.#retry = { attempts, backoff, maxWait }
  }

  /**
   * Sends a request and has its response read. An error that `read` throws is final if it is typed; others are of the
   * network, and the request is repeated.
   *
   * @throws `store-failed`, `store-closed`, what `read` throws, the reason of the request's signal
   */
  async send<T>(call: HttpCall, request: HttpRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const headers = await this.#headers(call, request)
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(call, request, headers, read)
      if (outcome.type === 'answered') return outcome.value
      const wait = outcome.wait ?? this.#backoff(attempt)
      const isLast = request.once === true || attempt >= this.#retry.attempts
      if (isLast || wait > this.#retry.maxWait) {
        throw new UnitflowError('store-failed', `${what(call)}: ${outcome.reason}`, call, outcome)
      }
      await this.#wait(call, wait, request.signal)
    }
  }

  /** Ends what is under way with `store-closed`. */
  close(): void {
    this.#closed = true
    for (const stop of this.#stops) stop()
  }

  async #attempt<T>(
    call: HttpCall,
    request: HttpRequest,
    headers: Headers,
    read: (response: Response) => Promise<T>,
  ): Promise<Outcome<T>> {
    this.#assertOpen(call)
    const { signal } = request
    signal?.throwIfAborted()
    const timeout = this.#options.timeout + (request.wait ?? 0)
    const controller = new AbortController()
    const stop = (): void => controller.abort()
    const late = new Error(`no answer within ${timeout} ms`)
    const timer = setTimeout(() => controller.abort(late), timeout)
    this.#stops.add(stop)
    signal?.addEventListener('abort', stop)
    // Not left to the fetch alone, which may be anyone's and take no notice of the signal.
    const stopped = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(new Error('the request was given up')))
    })
    try {
      return await Promise.race([this.#exchange(request, headers, controller.signal, read), stopped])
    } catch (error) {
      if (isUnitflowError(error)) throw error
      this.#assertOpen(call)
      signal?.throwIfAborted()
      if (controller.signal.reason === late) return { type: 'failed', reason: late.message }
      return { type: 'failed', reason: `the request failed (${nameOf(error)})`, cause: error }
    } finally {
      clearTimeout(timer)
      this.#stops.delete(stop)
      signal?.removeEventListener('abort', stop)
      // Gives up a body that nobody has read.
      stop()
    }
  }

  async #exchange<T>(
    request: HttpRequest,
    headers: Headers,
    signal: AbortSignal,
    read: (response: Response) => Promise<T>,
  ): Promise<Outcome<T>> {
    const { method, url, body, revalidate = false } = request
    const init: RequestInit = { method, headers, signal }
    if (body !== undefined) init.body = body
    if (revalidate && knowsNoCache()) init.cache = 'no-cache'
    const response = await this.#options.fetch(url, init)
    if (!PASSING.has(response.status)) return { type: 'answered', value: await read(response) }
    const reason = `the server answered ${response.status}`
    const wait = retryAfter(response.headers.get('retry-after'))
    return wait === undefined ? { type: 'failed', reason } : { type: 'failed', reason, wait }
  }

  /** Made anew for every call, because tokens expire. */
  async #headers(call: HttpCall, request: HttpRequest): Promise<Headers> {
    let given: HttpHeaders
    try {
      given = await this.#options.headers()
    } catch (error) {
      const message = `${what(call)}: the headers could not be had (${nameOf(error)})`
      throw new UnitflowError('store-failed', message, call, { cause: error })
    }
    try {
      return new Headers({ ...given, ...request.headers })
    } catch {
      // Without the cause: it names the value, which may be a secret.
      const expected = 'names and values that HTTP allows'
      const fields = { argument: 'headers', expected }
      throw new UnitflowError('bad-argument', `headers: expected ${expected}`, fields)
    }
  }

  #backoff(attempt: number): number {
    const { backoff, maxWait } = this.#retry
    return Math.min(backoff * 2 ** (attempt - 1), maxWait) * (1 - Math.random() / 2)
  }

  async #wait(call: HttpCall, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    this.#assertOpen(call)
    signal?.throwIfAborted()
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#stops.delete(end)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, milliseconds)
      this.#stops.add(end)
      signal?.addEventListener('abort', end)
    })
  }

  #assertOpen({ operation }: HttpCall): void {
    if (!this.#closed) return
    throw new UnitflowError('store-closed', `${operation}: what makes its requests has been closed`, {
      operation,
    })
  }
}

/** A call as a message names it. */
export function what({ operation, key }: HttpCall): string {
  return key === '' ? operation : `${operation} "${key}"`
}

/** Milliseconds that a server asks to wait: it says seconds, or a date. */
function retryAfter(value: string | null): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

/**
 * What kind of failure it was. Not its message, which in some runtimes holds the whole URL; that is for the `cause`.
 */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { cause } = error
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : error.name
}

let noCache: boolean | undefined

/** Workers of older compatibility dates throw at the sight of `cache`; they have no cache to get around either. */
function knowsNoCache(): boolean {
  if (noCache !== undefined) return noCache
  try {
    new Request('http://nowhere.invalid/', { cache: 'no-cache' })
    noCache = true
  } catch {
    noCache = false
  }
  return noCache
}

function assertNumber(argument: string, value: number, good: boolean, expected: string): void {
  if (good) return
  const message = `${argument}: expected a number, ${expected}, got ${value}`
  throw new UnitflowError('bad-argument', message, { argument, expected: `a number, ${expected}` })
}
