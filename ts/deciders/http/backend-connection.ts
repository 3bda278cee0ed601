import type { Clock } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { Http, HttpCall, HttpRequest } from '../../http/index.js'
import { what } from '../../http/index.js'
import { decodeValue, encodeValue } from '../../values/index.js'
import type { Answer } from './answers.js'
import { badArgument, errorOf } from './problem.js'
import type { BackendOperation, BackendSubject } from './routes.js'
import { parameterOf, PROTOCOL, ROUTES } from './routes.js'

/** A request to a backend, as its caller says it. */
export interface BackendRequest {
  readonly about?: { readonly [K in keyof BackendSubject]?: BackendSubject[K] | undefined }
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: object
  /** See `HttpRequest`. */
  readonly once?: boolean
  readonly wait?: number
  readonly signal?: AbortSignal | undefined
}

/** No request waits longer (ms): what is in between may take it for dead. */
const LONGEST_WAIT = 30_000
/** A server that has answered sooner (ms) does not wait, or not so long: it is asked again after a pause (ms). */
const SOON = 100
const PAUSE = 1000

/** Asks a server for what a backend does. */
export class BackendConnection {
  readonly #http: Http
  readonly #clock: Clock

  constructor(http: Http, clock: Clock) {
    this.#http = http
    this.#clock = clock
  }

  /** @throws what the backend throws, `not-allowed`, `store-failed`, `store-closed`, `unsupported-value`, `bad-argument` */
  async ask<T>(operation: BackendOperation, answer: Answer<T>, asked: BackendRequest): Promise<T> {
    const { about = {}, query = {}, body, once = false, wait = 0, signal } = asked
    const route = ROUTES[operation]
    const parameters: Record<string, string | readonly string[]> = named(route.about, about)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters[name] = parameterOf(String(value))
    }
    const call: HttpCall = { operation, key: about.process ?? '' }
    const request: HttpRequest = {
      method: route.method,
      url: this.#http.service.of(`${PROTOCOL}/${route.path}`, parameters),
      once,
      wait,
      signal,
      ...(body !== undefined && {
        body: new TextEncoder().encode(encodeValue(body)),
        headers: { 'content-type': 'application/json' },
      }),
    }
    return this.#http.client.send(call, request, async (response) => {
      if (!response.ok)
        throw (await errorOf(response)) ?? failed(call, `the server answered ${response.status}`)
      const value = response.status === 204 ? undefined : await valueOf(call, response)
      if (answer(value)) return value
      throw failed(call, 'the server answered something else than a backend does')
    })
  }

  /**
   * Asks until the answer is enough, the wait is over, or its signal is aborted.
   *
   * @param ended what is given where a request was ended by the signal
   */
  async waited<T>(
    { wait = 0, signal }: { readonly wait?: number; readonly signal?: AbortSignal },
    ask: (wait: number, signal: AbortSignal | undefined) => Promise<T>,
    isEnough: (answer: T) => boolean,
    ended: () => T | Promise<T>,
  ): Promise<T> {
    const end = this.#clock.now() + (wait > 0 ? wait : 0)
    for (;;) {
      const asked = this.#clock.now()
      let answer: T
      try {
        answer = await ask(Math.min(end - asked, LONGEST_WAIT), signal)
      } catch (error) {
        if (signal?.aborted === true) return ended()
        throw error
      }
      const now = this.#clock.now()
      if (isEnough(answer) || now >= end || signal?.aborted === true) return answer
      if (now - asked < SOON) {
        const pause = Math.min(PAUSE, end - now)
        await this.#clock.sleep(pause, { signal }).catch(() => undefined)
      }
    }
  }

  close(): void {
    this.#http.client.close()
  }
}

/**
 * What a call is about, by the names that its parameters have.
 *
 * @throws `bad-argument`
 */
function named(
  names: Readonly<Partial<Record<keyof BackendSubject, string>>>,
  about: NonNullable<BackendRequest['about']>,
): Record<string, string | readonly string[]> {
  const parameters: Record<string, string | readonly string[]> = {}
  for (const [name, parameter] of Object.entries(names)) {
    const value: unknown = Reflect.get(about, name)
    if (value === undefined) continue
    const texts: unknown = name === 'categories' ? value : [value]
    if (!isTexts(texts) || texts.length === 0) throw badArgument(parameter, 'a text')
    parameters[parameter] = texts.map(parameterOf)
  }
  return parameters
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

async function valueOf(call: HttpCall, response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return decodeValue(text)
  } catch {
    // Without the cause: its message cites the text.
    throw failed(call, 'the server answered something else than a backend does')
  }
}

function failed(call: HttpCall, reason: string): UnitflowError<'store-failed'> {
  return new UnitflowError('store-failed', `${what(call)}: ${reason}`, call)
}
