import { describe, expect, test } from 'vitest'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import { createHttpBackend } from '../../../../ts/deciders/http/index.js'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { BackendWork, completed, schedule, WORKFLOW } from '../../../../ts/testing/workflow-backend/case.js'
import { served, serveByNode, START } from './served.js'

/** Requests as they are made: the last part of the path, and the body. */
function watched(options: Parameters<typeof served>[0] = {}) {
  const asked: { readonly path: string; readonly body: unknown; readonly query: string }[] = []
  const within = served(options)
  let intercept: (() => Response | Promise<Response> | undefined) | undefined
  const remote = createHttpBackend({
    url: within.url,
    clock: within.clock,
    retry: { backoff: 1 },
    fetch: async (url, init) => {
      const { pathname, search } = new URL(url)
      const body: unknown =
        init.body === undefined ? undefined : JSON.parse(new TextDecoder().decode(init.body as Uint8Array))
      asked.push({ path: pathname.slice('/unitflow/v1/'.length), body, query: decodeURIComponent(search) })
      return (await intercept?.()) ?? within.fetch(url, init)
    },
  })
  return {
    ...within,
    remote,
    asked,
    answer: (...answers: (() => Response | Promise<Response>)[]): void => {
      intercept = () => answers.shift()?.()
    },
  }
}

/** The methods of a backend as fields, to be overridden one by one. */
function delegating(within: WorkflowBackend): WorkflowBackend {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(within)) as (keyof WorkflowBackend)[]
  return Object.fromEntries(
    names.map((name) => [name, within[name].bind(within)]),
  ) as unknown as WorkflowBackend
}

const down = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'))

describe('waiting', () => {
  test('D85 a poll is woken when there is work, however often it has to ask for that', async () => {
    const { remote, backend, clock, asked } = watched()
    await backend.registerWorkflow(WORKFLOW)
    const polled = remote.pollDecisionTasks({ wait: 60_000, limit: 2 })
    await clock.advance(45_000)
    expect(asked.map(({ body }) => body)).toEqual([
      { limit: 2, wait: 30_000, identity: { $type: 'undefined' } },
      { limit: 2, wait: 30_000, identity: { $type: 'undefined' } },
    ])
    await backend.startProcess({ workflow: 'test', id: 'p' })
    await clock.advance(1000)
    expect((await polled).map(({ process }) => process.id)).toEqual(['p'])
  })

  test('D85 a poll ends when its wait is over', async () => {
    const { remote, clock } = watched()
    const polled = remote.pollActivityTasks({ wait: 40_000 })
    await clock.advance(40_000)
    expect(await polled).toEqual([])
  })

  test('D85 a server that waits less is asked again, after a pause where it does not wait at all', async () => {
    const short = watched({ maxWait: 5000 })
    const polled = short.remote.pollDecisionTasks({ wait: 20_000 })
    await short.clock.advance(20_000)
    expect(await polled).toEqual([])
    expect(short.asked).toHaveLength(4)
    const none = watched({ maxWait: 0 })
    const ended = none.remote.pollDecisionTasks({ wait: 5000 })
    await none.clock.advance(5000)
    expect(await ended).toEqual([])
    expect(none.asked).toHaveLength(6)
  })

  test('D80 D85 a process is waited for', async () => {
    const { remote, backend, clock } = watched()
    const work = new BackendWork({ backend, clock })
    const id = await work.begin()
    const next = remote.process(id, { until: 1, wait: 100_000 })
    const closed = remote.process(id, { until: 'closed', wait: 100_000 })
    const never = remote.process(id, { until: 99, wait: 50_000 })
    await clock.advance(40_000)
    await backend.signalProcess(id, { name: 'x' })
    await clock.advance(1000)
    expect((await next)?.lastSeq).toBe(2)
    await clock.advance(20_000)
    expect((await never)?.lastSeq).toBe(2)
    await work.decide({ type: 'complete-process', result: 1 })
    await clock.advance(1000)
    expect((await closed)?.closed?.result).toEqual(completed(1))
    expect(await remote.process('nobody', { until: 'closed', wait: 100_000 })).toBeUndefined()
  })

  test('D85 a wait is no part of the time that a request may take', async () => {
    const backend = createBackend({ records: createMemoryRecords() })
    const { fetch, url } = served({ backend })
    const remote = createHttpBackend({ url, fetch, timeout: 300 })
    expect(await remote.pollDecisionTasks({ wait: 600 })).toEqual([])
    const silent = createHttpBackend({ url, timeout: 20, fetch: () => new Promise(() => undefined) })
    await expect(silent.pollDecisionTasks({ wait: 20 })).rejects.toMatchObject({ code: 'store-failed' })
  })

  test('D85 a signal ends the waiting, here and at the server', async () => {
    const within = createBackend({ records: createMemoryRecords(), clock: createManualClock(START) })
    const signals: AbortSignal[] = []
    const backend: WorkflowBackend = {
      ...delegating(within),
      pollDecisionTasks: async ({ signal } = {}) => {
        signals.push(signal!)
        await new Promise((resolve) => signal!.addEventListener('abort', resolve))
        return []
      },
    }
    const server = await serveByNode(served({ backend, path: '/' }).handler)
    try {
      const remote = createHttpBackend({ url: server.url })
      const stop = new AbortController()
      const polled = remote.pollDecisionTasks({ wait: 1e9, signal: stop.signal })
      await expect.poll(() => signals.length).toBe(1)
      stop.abort()
      expect(await polled).toEqual([])
      await expect.poll(() => signals[0]!.aborted).toBe(true)
      expect(await remote.pollDecisionTasks({ wait: 1e9, signal: stop.signal })).toEqual([])
      expect(signals).toHaveLength(1)
    } finally {
      await server.close()
    }
  })

  test('D85 what is there is given where the waiting for a process is ended', async () => {
    const { remote, backend, clock } = watched()
    const id = await new BackendWork({ backend, clock }).begin()
    const stop = new AbortController()
    const waited = remote.process(id, { until: 'closed', wait: Infinity, signal: stop.signal })
    await clock.advance(100_000)
    stop.abort()
    expect(await waited).toMatchObject({ id, lastSeq: 1 })
  })

  test('D85 what nobody waits for any more is handed back at once', async () => {
    const clock = createManualClock(START)
    const within = createBackend({ records: createMemoryRecords(), clock })
    const work = new BackendWork({ backend: within, clock })
    const id = await work.begin()
    const stop = new AbortController()
    /** It is taken while the caller goes. */
    const leaving = <P, T>(poll: (options?: P) => Promise<T>): ((options?: P) => Promise<T>) => {
      return async (options) => {
        stop.abort()
        return poll(options)
      }
    }
    const backend: WorkflowBackend = {
      ...delegating(within),
      pollDecisionTasks: leaving((poll) => within.pollDecisionTasks(poll)),
      pollActivityTasks: leaving((poll) => within.pollActivityTasks(poll)),
    }
    const { handler, url } = served({ backend, clock })
    const fetch = (place: string, init: RequestInit): Promise<Response> =>
      handler(new Request(place, { ...init, signal: stop.signal }))
    const remote = createHttpBackend({ url, fetch })
    await remote.pollDecisionTasks()
    expect((await within.process(id))?.failures?.count).toBe(1)
    const { events } = await work.decide(schedule('a'))
    expect(events.map(({ type }) => type)).toContain('process-started')
    await remote.pollActivityTasks()
    expect(await within.openActivities(id)).toMatchObject([{ id: 'a', status: 'waiting' }])
  })

  test('D85 close ends what is under way', async () => {
    const { remote } = served()
    const polled = remote.pollDecisionTasks({ wait: 1e9 })
    const failed = expect(polled).rejects.toMatchObject({ code: 'store-closed' })
    await remote.close()
    await failed
    await expect(remote.tick()).rejects.toMatchObject({ code: 'store-closed' })
  })
})

describe('a network that fails', () => {
  test('D85 reads are made again, and so is what may be done twice', async () => {
    const { remote, answer, asked, backend } = watched()
    answer(down, down)
    expect(await remote.processes()).toEqual({ processes: [] })
    answer(down)
    await remote.registerWorkflow(WORKFLOW)
    // It has begun, and nobody was told.
    answer(async () => {
      await backend.startProcess({ workflow: 'test', id: 'p' })
      return down()
    })
    expect(await remote.startProcess({ workflow: 'test', id: 'p' })).toBe('p')
    expect(asked).toHaveLength(3 + 2 + 2)
    expect(await backend.history('p')).toHaveLength(1)
  })

  test('D85 what may have happened is not done again, and says so', async () => {
    const { remote, answer, asked, backend } = watched()
    await backend.registerWorkflow(WORKFLOW)
    const id = await remote.startProcess({ workflow: 'test' })
    asked.length = 0
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['startProcess', () => remote.startProcess({ workflow: 'test' })],
      ['signalProcess', () => remote.signalProcess(id, { name: 'x' })],
      ['cancelProcess', () => remote.cancelProcess(id)],
      ['pollDecisionTasks', () => remote.pollDecisionTasks()],
      ['heartbeat', () => remote.heartbeat('token')],
      ['deleteProcess', () => remote.deleteProcess(id)],
    ]
    for (const [operation, call] of calls) {
      answer(down)
      await expect(call()).rejects.toMatchObject({ code: 'store-failed', fields: { operation } })
    }
    expect(asked).toHaveLength(calls.length)
  })

  test.each([
    ['a page', () => new Response('<html>secret', { headers: { 'content-type': 'text/html' } })],
    ['other JSON', () => Response.json({ ok: true })],
    ['nothing', () => new Response(null, { status: 204 })],
    ['tasks without a token', () => Response.json({ tasks: [{ type: 'decision' }] })],
    ['a page that is not found', () => new Response('secret', { status: 404 })],
    ['a problem that is none', () => problem('{"code":7}')],
    ['a problem in no form', () => problem('secret')],
    ['a problem of another server', () => problem('{"title":"secret","status":400}')],
  ])('D85 %s is no answer of a backend', async (_, answered) => {
    const { remote, answer } = watched()
    answer(answered)
    const failure = await remote.pollDecisionTasks().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'store-failed',
      fields: { operation: 'pollDecisionTasks', key: '' },
    })
    expect(String(failure)).not.toContain('secret')
  })
})

function problem(text: string): Response {
  return new Response(text, { status: 400, headers: { 'content-type': 'application/problem+json' } })
}

describe('what is sent', () => {
  test('D85 arrives as it was: every value, every id', async () => {
    const { remote, backend } = served()
    await remote.registerWorkflow(WORKFLOW)
    const value = {
      '': undefined,
      __proto__x: [NaN, -0, Infinity],
      $type: 'date',
      big: 10n ** 30n,
      at: new Date(5),
      bytes: new Uint8Array([0, 255]),
      map: new Map([[{ a: 1 }, new Set(['x'])]]),
    }
    const ids = ['..', '.', 'a/b?c=d&e#f', '100%', '%2e', 'a+b c', '"quoted" \\ too', 'grün 🙂', 'x:3']
    for (const id of ids) {
      expect(await remote.startProcess({ workflow: 'test', id, input: value, tags: [id] })).toBe(id)
      await remote.signalProcess(id, { name: id, data: undefined })
      expect(await remote.history(id)).toEqual(await backend.history(id))
      expect((await remote.processes({ tag: id })).processes).toEqual([await backend.process(id)])
      await remote.cancelProcess(id, { details: null })
      await remote.deleteProcess(id)
      expect(await backend.process(id)).toBeUndefined()
    }
    for (const id of ['', '\ud800', 'x'.repeat(100)]) expect(await remote.process(id)).toBeUndefined()
    for (const id of [7, null] as unknown as string[]) {
      await expect(remote.startProcess({ workflow: 'test', id })).rejects.toMatchObject({
        code: 'bad-argument',
      })
    }
    await expect(remote.startProcess({ workflow: 'test', id: '\ud800' })).rejects.toMatchObject({
      code: 'bad-argument',
    })
    await expect(
      remote.startProcess({ workflow: 'test', input: Symbol('x') as never }),
    ).rejects.toMatchObject({
      code: 'unsupported-value',
    })
  })

  test('D85 pages of a history are put together, and lists go on where a server gives less', async () => {
    const { remote, backend, asked } = watched({ maxPage: 10 })
    await backend.registerWorkflow(WORKFLOW)
    for (const id of ['a', ...Array.from({ length: 11 }, (_, n) => `b${n}`)]) {
      await backend.startProcess({ workflow: 'test', id })
    }
    for (let n = 0; n < 34; n++) await backend.signalProcess('a', { name: 'x', data: n })
    const all = await backend.history('a')
    expect(await remote.history('a')).toEqual(all)
    expect(asked).toHaveLength(4)
    expect(await remote.history('a', { after: 3, limit: 25 })).toEqual(all.slice(3, 28))
    expect(await remote.history('a', { after: 35 })).toEqual([])
    const first = await remote.processes({ limit: 100 })
    expect(first.processes).toHaveLength(10)
    expect((await remote.processes({ after: first.next! })).processes).toHaveLength(2)
    const polled = await remote.pollDecisionTasks({ limit: 100 })
    expect(polled).toHaveLength(10)
  })

  test('D85 has the headers of its caller, and user and password of the URL', async () => {
    const seen: (string | null)[] = []
    const { fetch } = served({
      authorize: ({ headers }) => {
        seen.push(headers.get('authorization'))
        return 'allow'
      },
    })
    let count = 0
    const headers = async () => ({ authorization: `Bearer ${++count}` })
    const remote = createHttpBackend({ url: 'https://server.invalid/unitflow/', fetch, headers })
    await remote.tick()
    await remote.tick()
    await createHttpBackend({ url: 'https://user:pass@server.invalid/unitflow', fetch }).tick()
    expect(seen).toEqual(['Bearer 1', 'Bearer 2', `Basic ${btoa('user:pass')}`])
    expect(() => createHttpBackend({ url: 'nowhere' })).toThrow(
      expect.objectContaining({ code: 'bad-argument' }),
    )
  })
})
