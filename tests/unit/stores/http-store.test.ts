import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isUnitflowError } from '../../../ts/errors/index.js'
import { createHttpStore, type HttpStoreOptions } from '../../../ts/stores/http/index.js'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import { cacheStoreSuite } from '../../../ts/testing/index.js'
import { answer, testServer, type TestServer } from './http-server.js'
import { listed } from './temporary-root.js'

const URL_OF_UNITS = 'https://edge.invalid/units'
const ROOT = `v2/roots/${'a'.repeat(64)}`
const OBJECT = `v2/objects/${'b'.repeat(40)}`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

cacheStoreSuite({
  name: 'http',
  test,
  without: ['replace'],
  create: async () => {
    const { fetch } = testServer(createMemoryStore())
    const open = (): CacheStore => createHttpStore(URL_OF_UNITS, { fetch })
    return { store: open(), reopen: async () => open() }
  },
})

function setUp(options: HttpStoreOptions = {}, url: string = URL_OF_UNITS) {
  const kept = createMemoryStore()
  const server = testServer(kept)
  const store = createHttpStore(url, { fetch: server.fetch, retry: { backoff: 1 }, ...options })
  return { kept, server, store }
}

/** Answers the first requests with these, and then as always. */
function firstAnswer(server: TestServer, ...answers: (() => Response | Promise<Response>)[]): void {
  server.intercept = () => answers.shift()?.()
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(code === 204 || code === 304 ? null : 'secret body', { status: code, headers })

async function failureOf(work: Promise<unknown>): Promise<Error & { code: string }> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isUnitflowError(error)) throw new Error(`expected a typed error, got ${String(error)}`)
  return error
}

afterEach(() => vi.useRealTimers())

describe('reading', () => {
  test('U29 a root is asked for again with its ETag, and a 304 gives the kept bytes', async () => {
    const { kept, server, store } = setUp()
    await kept.set(ROOT, bytes('one'))
    const first = await store.get(ROOT)
    first!.fill(0)
    expect(await store.get(ROOT)).toEqual(bytes('one'))
    ;(await store.get(ROOT))!.fill(0)
    expect(await store.get(ROOT)).toEqual(bytes('one'))
    const [before, after] = server.seen
    expect(before!.cache).toBe('no-cache')
    expect(before!.headers.get('if-none-match')).toBeNull()
    expect(after!.headers.get('if-none-match')).toMatch(/^"[0-9a-f]{64}"$/)
    expect(after!.cache).toBeUndefined()
    await kept.set(ROOT, bytes('two'))
    expect(await store.get(ROOT)).toEqual(bytes('two'))
    await kept.delete(ROOT)
    expect(await store.get(ROOT)).toBeUndefined()
    await store.get(ROOT)
    expect(server.seen.at(-1)!.headers.get('if-none-match')).toBeNull()
  })

  test('U29 objects leave caching to the host, other keys do not', async () => {
    const { kept, server, store } = setUp()
    await kept.set(OBJECT, bytes('x'))
    await kept.set('v2/marks/x', bytes('x'))
    await store.getMany([OBJECT, 'v2/marks/x', OBJECT, 'v2/marks/x'])
    await store.has!([OBJECT])
    const caches = server.seen.map(({ method, url, cache }) => [method, url.includes('objects'), cache])
    expect(caches).toEqual([
      ['GET', true, undefined],
      ['GET', false, 'no-cache'],
      ['GET', true, undefined],
      ['GET', false, 'no-cache'],
      ['HEAD', true, 'no-cache'],
    ])
    expect(server.seen.every(({ headers }) => !headers.has('if-none-match'))).toBe(true)
  })

  test('U29 only so many roots are kept', async () => {
    const { kept, server, store } = setUp()
    const roots = Array.from({ length: 70 }, (_, index) => `v2/roots/${index}`)
    for (const root of roots) await kept.set(root, bytes(root))
    for (const root of roots) await store.get(root)
    await store.get(roots[69]!)
    expect(server.seen.at(-1)!.headers.has('if-none-match')).toBe(true)
    await store.get(roots[0]!)
    expect(server.seen.at(-1)!.headers.has('if-none-match')).toBe(false)
  })

  test('U29 getMany keeps a bounded number of requests under way', async () => {
    const { kept, server, store } = setUp()
    const keys = Array.from({ length: 60 }, (_, index) => `k/${index}`)
    await kept.setMany(keys.map((key) => [key, bytes(key)]))
    let now = 0
    let most = 0
    server.intercept = (seen) => {
      most = Math.max(most, ++now)
      return new Promise((resolve) => setTimeout(resolve, 1)).then(() => {
        now--
        return answer(kept, '/units', seen, undefined)
      })
    }
    expect((await store.getMany(keys)).map((value) => new TextDecoder().decode(value))).toEqual(keys)
    expect(most).toBeGreaterThan(4)
    expect(most).toBeLessThanOrEqual(16)
  })
})

describe('failures', () => {
  test.each([429, 502, 503, 504])('U29 status %i is tried again', async (code) => {
    const { kept, server, store } = setUp()
    await kept.set(OBJECT, bytes('x'))
    firstAnswer(server, status(code), status(code))
    expect(await store.get(OBJECT)).toEqual(bytes('x'))
    expect(server.seen).toHaveLength(3)
  })

  test('U29 network errors are tried again, also in the middle of a body and for writes', async () => {
    const { kept, server, store } = setUp()
    const torn = (): Response =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(bytes('ha'))
            controller.error(new TypeError('terminated'))
          },
        }),
      )
    const refused = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'))
    await kept.set(OBJECT, bytes('half'))
    firstAnswer(server, torn, refused)
    expect(await store.get(OBJECT)).toEqual(bytes('half'))
    firstAnswer(server, refused, status(503))
    await store.set('k', bytes('v'))
    expect(await kept.get('k')).toEqual(bytes('v'))
  })

  test('U29 what goes on failing is store-failed with its cause, never a miss', async () => {
    const { server, store } = setUp()
    const cause = new TypeError('fetch failed', {
      cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }),
    })
    server.intercept = () => Promise.reject(cause)
    const failure = await failureOf(store.get(OBJECT))
    expect(failure).toMatchObject({ code: 'store-failed', cause, fields: { operation: 'get', key: OBJECT } })
    expect(failure.message).toBe(`get "${OBJECT}": the request failed (ECONNREFUSED)`)
    expect(server.seen).toHaveLength(4)
  })

  test.each([304, 400, 401, 403, 410, 500, 501])('U29 status %i is store-failed at once', async (code) => {
    const { server, store } = setUp()
    server.intercept = status(code)
    for (const work of [() => store.get('k'), () => store.has!(['k'])]) {
      server.seen.length = 0
      const failure = await failureOf(work())
      expect(failure.code).toBe('store-failed')
      expect(failure.message).toMatch(new RegExp(`the server answered ${code}$`))
      expect(server.seen).toHaveLength(1)
    }
  })

  test.each([
    [403, 'store-read-only'],
    [405, 'store-read-only'],
    [413, 'store-full'],
    [507, 'store-full'],
    [202, 'store-failed'],
    [500, 'store-failed'],
  ])('U31 a write that is answered with %i is %s', async (code, expected) => {
    const { server, store } = setUp()
    server.intercept = status(code)
    for (const work of [store.set('k', bytes('v')), store.setMany([['k', bytes('v')]]), store.delete('k')]) {
      const failure = await failureOf(work)
      expect(failure).toMatchObject({ code: expected, fields: { key: 'k' } })
      expect(failure.message).toContain(String(code))
      expect(failure.message).not.toContain('secret')
    }
  })

  test('U29 waits grow, keep to Retry-After, and end where it asks for too long', async () => {
    vi.useFakeTimers()
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { server, store } = setUp({ retry: { attempts: 5, backoff: 100, maxWait: 5000 } })
    const times: number[] = []
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 4000).toUTCString()
    const answers = [
      status(503),
      status(503),
      status(503, { 'retry-after': '2' }),
      status(429, { 'retry-after': date }),
    ]
    server.intercept = () => {
      times.push(Date.now())
      return answers.shift()?.()
    }
    const start = Date.now()
    const reading = store.get('k')
    await vi.runAllTimersAsync()
    expect(await reading).toBeUndefined()
    expect(times.slice(0, 4).map((time) => time - start)).toEqual([0, 100, 300, 2300])
    expect(times[4]).toBe(Date.parse(date))

    server.intercept = status(503, { 'retry-after': '6' })
    server.seen.length = 0
    expect((await failureOf(store.get('k'))).message).toContain('503')
    expect(server.seen).toHaveLength(1)
    vi.mocked(Math.random).mockRestore()
  })

  test('U29 a fetch that never answers ends at the timeout, even if it ignores its signal', async () => {
    const { server, store } = setUp({ timeout: 20, retry: { attempts: 2, backoff: 1 } })
    server.intercept = () => new Promise<Response>(() => undefined)
    const failure = await failureOf(store.get('k'))
    expect(failure).toMatchObject({ code: 'store-failed', message: 'get "k": no answer within 20 ms' })
    expect(server.seen).toHaveLength(2)
  })

  test('U30 close ends a request, and a wait, that is under way', async () => {
    const { server, store } = setUp()
    let signal: AbortSignal | null | undefined
    const slow = createHttpStore(URL_OF_UNITS, {
      fetch: (_, init) => {
        signal = init.signal
        return new Promise(() => undefined)
      },
    })
    const reading = failureOf(slow.get('k'))
    await vi.waitFor(() => expect(signal).toBeDefined())
    await slow.close()
    expect((await reading).code).toBe('store-closed')
    expect(signal!.aborted).toBe(true)

    server.intercept = status(503, { 'retry-after': '9' })
    const waiting = failureOf(store.get('k'))
    await vi.waitFor(() => expect(server.seen).toHaveLength(1))
    await new Promise((resolve) => setTimeout(resolve, 5))
    await store.close()
    expect((await waiting).code).toBe('store-closed')
  })
})

describe('listing', () => {
  test.each([404, 405])('U28 a server that answers %i does not list', async (code) => {
    const { server, store } = setUp()
    server.intercept = status(code)
    const failure = await failureOf(listed(store))
    expect(failure).toMatchObject({ code: 'store-failed' })
    expect(failure.message).toContain('the server does not list')
  })

  test.each(['<html>secret', '[]', 'null', '{}', '{"keys":[1]}', '{"keys":[],"cursor":3}'])(
    'U28 a listing that is %s is store-failed',
    async (text) => {
      const { server, store } = setUp()
      server.intercept = () => new Response(text)
      const failure = await failureOf(listed(store))
      expect(failure.code).toBe('store-failed')
      expect(failure.cause).toBeUndefined()
      expect(failure.message).toContain('{ keys: string[], cursor?: string }')
      expect(failure.message).not.toContain('secret')
    },
  )

  test('U28 a cursor that comes twice ends the listing', async () => {
    const { server, store } = setUp()
    server.intercept = () => Response.json({ keys: [], cursor: 'again' })
    expect((await failureOf(listed(store))).message).toContain('same cursor twice')
    expect(server.seen).toHaveLength(2)
  })
})

describe('the URL and the headers', () => {
  test('U28 user and password become a header and stand in no URL and no message', async () => {
    const { server, store } = setUp({}, 'https://us%C3%A9r:p%40ss%@edge.invalid/units/?v=2#x')
    await store.get('a/b')
    await listed(store)
    expect(server.seen.map(({ url }) => url)).toEqual([
      'https://edge.invalid/units/a/b?v=2',
      'https://edge.invalid/units/?v=2&prefix=',
    ])
    expect(server.seen[0]!.headers.get('authorization')).toBe(
      `Basic ${Buffer.from('usér:p%40ss%').toString('base64')}`,
    )
    server.intercept = status(500)
    expect((await failureOf(store.get('k'))).message).not.toMatch(/p%40|p@ss|edge/)
  })

  test('U28 a path is enough for a fetch of one’s own, and refused for the host’s where there is no page', async () => {
    const { kept, server, store } = setUp({}, '/units')
    await kept.set('k', bytes('v'))
    expect(await store.get('k')).toEqual(bytes('v'))
    expect(server.seen[0]!.url).toBe('/units/k')
    expect(() => createHttpStore('/secret')).toThrow(/^url: expected an absolute URL/)
    vi.stubGlobal('location', { href: 'https://page.invalid/editor/' })
    const { server: other, store: relative } = setUp({}, '../units')
    await relative.get('k')
    vi.unstubAllGlobals()
    expect(other.seen[0]!.url).toBe('https://page.invalid/units/k')
  })

  test('U28 headers are asked for anew, and what they fail with is typed', async () => {
    let count = 0
    const { server, store } = setUp({ headers: async () => ({ 'x-token': `t${++count}` }) })
    await store.get('k')
    await store.get('k')
    expect(server.seen.map(({ headers }) => headers.get('x-token'))).toEqual(['t1', 't2'])
    const bad = setUp({ headers: { 'x-token': 'secret\n\0' } })
    const failure = await failureOf(bad.store.get('k'))
    expect(failure.code).toBe('bad-argument')
    expect(failure.cause).toBeUndefined()
    expect(failure.message).not.toContain('secret')
    const cause = new Error('no token')
    const none = setUp({ headers: () => Promise.reject(cause) })
    expect(await failureOf(none.store.get('k'))).toMatchObject({ code: 'store-failed', cause })
  })

  test.each<HttpStoreOptions>([
    { retry: { attempts: 0 } },
    { retry: { attempts: 1.5 } },
    { retry: { backoff: -1 } },
    { retry: { maxWait: NaN } },
    { timeout: 0 },
    { timeout: 2 ** 31 },
  ])('U28 %j is refused', (options) => {
    expect(() => createHttpStore(URL_OF_UNITS, options)).toThrow(/expected a number/)
  })
})

test('U29 the host’s fetch and a real server: values, 304, misses, a listing, a refused write', async () => {
  const kept = createMemoryStore()
  const statuses: number[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Uint8Array[] = []
      for await (const part of request) parts.push(part as Uint8Array)
      const { method = '', url = '' } = request
      const headers = new Headers(request.headers as Record<string, string>)
      const readOnly = url.startsWith('/units/locked')
      const answered = readOnly
        ? new Response('locked', { status: 403 })
        : await answer(kept, '/units', { method, url, headers }, Buffer.concat(parts))
      statuses.push(answered.status)
      response.writeHead(answered.status, Object.fromEntries(answered.headers))
      response.end(new Uint8Array(await answered.arrayBuffer()))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const store = createHttpStore(`http://user:password@127.0.0.1:${port}/units`, { retry: { backoff: 1 } })
  try {
    const large = new Uint8Array(300_000).map((_, index) => index * 7)
    await store.set(ROOT, bytes('root'))
    await store.setMany([
      [OBJECT, large],
      ['empty', new Uint8Array()],
    ])
    expect(await store.get(ROOT)).toEqual(bytes('root'))
    statuses.length = 0
    expect(await store.get(ROOT)).toEqual(bytes('root'))
    expect(statuses).toEqual([304])
    expect(await store.getMany([OBJECT, 'missing', 'empty'])).toEqual([large, undefined, new Uint8Array()])
    expect(await store.has!([OBJECT, 'missing'])).toEqual([true, false])
    expect((await listed(store, 'v2')).sort()).toEqual([OBJECT, ROOT])
    expect((await failureOf(store.set('locked', bytes('x')))).code).toBe('store-read-only')
    await store.delete('empty')
    expect(await store.get('empty')).toBeUndefined()
  } finally {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  const failure = await failureOf(store.get(ROOT))
  expect(failure.message).toBe(`get "${ROOT}": the request failed (ECONNREFUSED)`)
  await store.close()
})
