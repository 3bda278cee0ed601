import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import type { ErrorCode } from '../../../../ts/errors/index.js'
import { UnitflowError } from '../../../../ts/errors/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import { createBackendHandler } from '../../../../ts/deciders/http/index.js'
import type { BackendCall } from '../../../../ts/deciders/http/index.js'
import { BackendWork, schedule, WORKFLOW } from '../../../../ts/testing/workflow-backend/case.js'
import { encodeValue } from '../../../../ts/values/index.js'
import { served, serveByNode } from './served.js'

const JSON_TYPE = { 'content-type': 'application/json' }

interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly fields: Readonly<Record<string, unknown>>
}

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = (await response.json()) as Problem
  expect(problem.status).toBe(response.status)
  return problem
}

/** A stream that says when it is read, and gives up. */
function bodyOf(chunk: string, chunks: number) {
  const seen = { pulled: 0, canceled: false }
  const bytes = new TextEncoder().encode(chunk)
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (++seen.pulled > chunks) controller.close()
        else controller.enqueue(bytes)
      },
      cancel() {
        seen.canceled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { seen, body }
}

describe('whoever asks', () => {
  test('D85 is allowed or not by what the URL says, before the body is read', async () => {
    const calls: BackendCall[] = []
    const { ask } = served({
      authorize: (request, call) => {
        calls.push(call)
        const user = request.headers.get('authorization')
        if (user === null) return 'unauthenticated'
        return user === 'Bearer worker' ? 'allow' : 'forbidden'
      },
    })
    const { seen, body } = bodyOf('{}', 1)
    const request = { method: 'POST', headers: JSON_TYPE, body, duplex: 'half' } as RequestInit
    const unknown = await ask('process/signal?id=order-1', request)
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await problemOf(unknown)).toMatchObject({
      code: 'not-allowed',
      fields: { operation: 'signalProcess', reason: 'unauthenticated' },
    })
    const refused = await ask('decisions/poll?category=mail&category=post&id=not-of-this-call', {
      ...request,
      body: '{}',
      headers: { ...JSON_TYPE, authorization: 'Bearer page' },
    })
    expect([refused.status, (await problemOf(refused)).fields]).toEqual([
      403,
      { operation: 'pollDecisionTasks', reason: 'forbidden' },
    ])
    const allowed = await ask('processes?workflow=w&tag=t', { headers: { authorization: 'Bearer worker' } })
    expect(allowed.status).toBe(200)
    expect(calls).toEqual([
      { operation: 'signalProcess', process: 'order-1' },
      { operation: 'pollDecisionTasks', categories: ['mail', 'post'] },
      { operation: 'processes', workflow: 'w', tag: 't' },
    ])
    expect(seen.pulled).toBe(0)
  })

  test('D85 is refused where nobody can say whether it is allowed', async () => {
    const told: unknown[] = []
    const fault = new Error('the directory is down at 10.0.0.1')
    const failing = served({
      authorize: () => Promise.reject(fault),
      onError: (error) => told.push(error),
    })
    const response = await failing.ask('processes')
    expect(JSON.stringify(await problemOf(response))).not.toContain('10.0.0.1')
    expect([response.status, told]).toEqual([500, [fault]])
    // Of JavaScript, which has no types.
    const careless = served({ authorize: () => true as unknown as 'allow' })
    expect((await careless.ask('processes')).status).toBe(403)
  })

  test('D85 is told by the client what was refused', async () => {
    const { remote } = served({ authorize: () => 'forbidden' })
    await expect(remote.tick()).rejects.toMatchObject({
      code: 'not-allowed',
      fields: { operation: 'tick', reason: 'forbidden' },
    })
  })
})

describe('a request', () => {
  test('D85 of another path, version or method is told so', async () => {
    const { handler, ask, url } = served()
    for (const path of [
      '/other/v1/processes',
      '/unitflow/v2/processes',
      '/unitflow/v1/nothing',
      '/unitflow',
      '/',
    ]) {
      const response = await handler(new Request(new URL(path, url)))
      expect([response.status, (await problemOf(response)).code]).toEqual([404, 'bad-argument'])
    }
    const response = await ask('process', { method: 'PATCH', body: '{}' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, DELETE'])
    expect((await problemOf(response)).code).toBe('bad-argument')
    expect((await ask('constructor')).status).toBe(404)
  })

  test('D85 that a page of another origin may send unasked is refused', async () => {
    const { ask, backend, url, handler } = served()
    await backend.registerWorkflow(WORKFLOW)
    for (const headers of [
      {},
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json-patch' },
    ]) {
      const response = await ask('processes?workflow=test', { method: 'POST', headers, body: '{}' })
      expect([response.status, (await problemOf(response)).code]).toEqual([415, 'bad-argument'])
    }
    expect((await backend.processes()).processes).toEqual([])
    const typed = { method: 'POST', headers: { 'content-type': 'Application/JSON; charset=utf-8' } }
    expect((await handler(new Request(`${url}/v1/processes?workflow=test`, typed))).status).toBe(200)
  })

  test('D85 may be so long and no longer, said or not', async () => {
    const { ask, backend, remote } = served({ maxBody: 1000 })
    await backend.registerWorkflow(WORKFLOW)
    const { seen, body } = bodyOf(`"${'x'.repeat(398)}"`, 1e9)
    const unsaid = await ask('tick', {
      method: 'POST',
      headers: JSON_TYPE,
      body,
      duplex: 'half',
    } as RequestInit)
    expect([unsaid.status, await problemOf(unsaid)]).toMatchObject([
      413,
      { code: 'limit-exceeded', fields: { limit: 'bytes', maximum: 1000 } },
    ])
    expect([seen.pulled, seen.canceled]).toEqual([3, true])
    const said = bodyOf('x', 1)
    const headers = { ...JSON_TYPE, 'content-length': '1001' }
    const response = await ask('tick', {
      method: 'POST',
      headers,
      body: said.body,
      duplex: 'half',
    } as RequestInit)
    expect([response.status, said.seen.pulled]).toEqual([413, 0])
    await expect(remote.startProcess({ workflow: 'test', input: 'x'.repeat(1000) })).rejects.toMatchObject({
      code: 'limit-exceeded',
      fields: { limit: 'bytes', maximum: 1000, pointer: '' },
    })
    await remote.startProcess({ workflow: 'test', input: 'x'.repeat(900) })
    expect((await backend.processes()).processes).toHaveLength(1)
  })

  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  const token = '"token":"x"'
  const hostile: readonly (readonly [what: string, path: string, body: string, code: ErrorCode])[] = [
    ['no JSON', 'tick', '{', 'bad-argument'],
    ['a tag that is none', 'tick', '{"a":{"$type":"evil"}}', 'bad-argument'],
    ['a list', 'processes?workflow=test', '[]', 'bad-argument'],
    ['null', 'process/signal?id=p', 'null', 'bad-argument'],
    ['a text', 'decisions/complete', '"x"', 'bad-argument'],
    ['nesting without end', 'process/signal?id=p', `{"name":"x","data":${deep}}`, 'unsupported-value'],
    [
      'tags without end',
      'process/signal?id=p',
      `{"name":"x","data":[{"$type":"undefined"},${deep}]}`,
      'bad-argument',
    ],
    ['a prototype', 'process/signal?id=p', '{"name":"x","__proto__":{"data":1}}', 'bad-argument'],
    ['a name by its prototype', 'process/signal?id=p', '{"__proto__":{"name":"x"}}', 'bad-argument'],
    ['a name that is a number', 'process/signal?id=p', '{"name":1e999}', 'bad-argument'],
    ['an empty name', 'process/signal?id=p', '{"name":""}', 'bad-argument'],
    ['a field that is not known', 'process/signal?id=p', '{"name":"x","when":"later"}', 'bad-argument'],
    ['tags that are none', 'processes?workflow=test', '{"tags":[1]}', 'bad-argument'],
    ['tags that have a length', 'processes?workflow=test', '{"tags":{"length":1}}', 'bad-argument'],
    ['no workflow', 'processes', '{}', 'bad-argument'],
    ['a huge limit', 'decisions/poll', '{"limit":1e300}', 'bad-argument'],
    ['a negative wait', 'decisions/poll', '{"wait":-1}', 'bad-argument'],
    [
      'a wait that is no number',
      'activities/poll',
      '{"wait":{"$type":"number","value":"NaN"}}',
      'bad-argument',
    ],
    ['half a limit', 'activities/poll', '{"limit":0.5}', 'bad-argument'],
    [
      'a forged token of a decision',
      'decisions/complete',
      '{"token":"d,3,lease,p","decisions":[]}',
      'unknown-decision',
    ],
    [
      'a forged token of an activity',
      'activities/heartbeat',
      '{"token":"a,3,1,lease,p,a"}',
      'unknown-activity',
    ],
    [
      'a token of another kind',
      'decisions/complete',
      '{"token":"a,3,1,lease,p,a","decisions":[]}',
      'bad-token',
    ],
    ['a token that is a list', 'decisions/complete', '{"token":["d"],"decisions":[]}', 'bad-argument'],
    ['decisions that are none', 'decisions/complete', `{${token},"decisions":{"length":1}}`, 'bad-argument'],
    ['an error that is none', 'decisions/fail', `{${token},"error":"x"}`, 'bad-argument'],
    [
      'an error with more',
      'decisions/fail',
      `{${token},"error":{"name":"E","message":"","x":1}}`,
      'bad-argument',
    ],
    [
      'a result that is none',
      'activities/complete',
      `{${token},"result":{"type":"constructor"}}`,
      'bad-argument',
    ],
    [
      'a result of the wrong type',
      'activities/complete',
      `{${token},"result":{"type":"failed","reason":1}}`,
      'bad-argument',
    ],
    [
      'a time that is none',
      'activities/complete',
      `{${token},"result":{"type":"timed-out","timeout":"x"}}`,
      'bad-argument',
    ],
    ['a fork without a place', 'process/fork?id=p', '{"at":-1}', 'bad-argument'],
    ['no process', 'process/cancel', '{}', 'bad-argument'],
  ]
  test.each(hostile)('D85 with %s is refused by a typed error', async (_, path, body, code) => {
    const told: unknown[] = []
    const { post, backend, clock } = served({ onError: (error) => told.push(error) })
    const work = new BackendWork({ backend, clock })
    await work.register()
    await backend.startProcess({ workflow: 'test', id: 'p' })
    await work.decide(schedule('a'))
    const before = await backend.history('p')
    const problem = await problemOf(await post(path, body))
    expect(problem.code).toBe(code)
    expect(problem.status).toBeLessThan(500)
    expect(await backend.history('p')).toEqual(before)
    expect(told).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'data') || Object.hasOwn(Object.prototype, 'name')).toBe(false)
  })

  test('D85 with a query that is none is refused by a typed error', async () => {
    const { ask, backend } = served()
    await backend.registerWorkflow(WORKFLOW)
    await backend.startProcess({ workflow: 'test', id: 'p' })
    for (const query of [
      'process',
      'process?id=%22',
      'process?id=p&until=soon&wait=1',
      'process?id=p&until=closed&wait=-1',
      'process/history?id=p&after=1e3',
      'process/history?id=p&limit=99999999999999999999',
      'processes?status=ajar',
      'processes?after=%5C',
      'processes?after=forged',
    ]) {
      const response = await ask(query)
      expect([query, response.status, (await problemOf(response)).code]).toEqual([query, 400, 'bad-argument'])
    }
    expect((await ask('process/history?id=nobody')).status).toBe(404)
    // There is none, and there cannot be one.
    expect((await ask(`process?id=${'x'.repeat(5000)}`)).status).toBe(200)
  })

  test('D85 with a type that is none is refused before it is stored', async () => {
    const { ask, backend } = served()
    const put = (path: string, body: unknown): Promise<Response> =>
      ask(path, { method: 'PUT', headers: JSON_TYPE, body: encodeValue(body) })
    for (const wrong of [
      { timeout: 'x' },
      { childPolicy: 'eat' },
      { retention: -1 },
      { colour: 'red' },
      { name: 7 },
    ]) {
      expect((await put('types/workflow', { ...WORKFLOW, ...wrong })).status).toBe(400)
    }
    await expect(backend.startProcess({ workflow: 'test' })).rejects.toMatchObject({ code: 'unknown-type' })
    expect((await put('types/workflow', { ...WORKFLOW, timeout: 1e12 })).status).toBe(204)
    await backend.startProcess({ workflow: 'test' })
  })
})

describe('an error of the backend', () => {
  const failing = (error: Error): WorkflowBackend => {
    const { backend } = served()
    backend.tick = () => Promise.reject(error)
    return backend
  }

  test('D85 of this package is told with code, message and fields, without what lies beneath', async () => {
    const cause = new Error('secret of the server')
    const busy = new UnitflowError('store-busy', 'busy for 10 ms', { waited: 10 }, { cause })
    const told: unknown[] = []
    const { post, remote } = served({
      backend: failing(busy),
      onError: (error, call) => told.push([error, call]),
    })
    const response = await post('tick', {})
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('secret')
    expect(text).not.toContain('.ts')
    expect(response.headers.get('cache-control')).toBe('no-store')
    await expect(remote.tick()).rejects.toMatchObject({
      name: 'UnitflowError',
      code: 'store-busy',
      message: 'busy for 10 ms',
      fields: { waited: 10 },
    })
    expect(told).toEqual([
      [busy, { operation: 'tick' }],
      [busy, { operation: 'tick' }],
    ])
  })

  test('D85 of something else is told as a failure, and nothing of it', async () => {
    const { post, remote } = served({ backend: failing(new TypeError('secret of the server')) })
    expect(await (await post('tick', {})).text()).not.toContain('secret')
    await expect(remote.tick()).rejects.toMatchObject({
      code: 'store-failed',
      message: 'tick: the backend failed',
      fields: { operation: 'tick', key: '' },
    })
  })
})

test('D85 options that are none are refused at once', () => {
  const { backend } = served()
  const options = { backend, authorize: () => 'allow' as const }
  for (const wrong of [{ maxBody: 0 }, { maxPage: 1.5 }, { maxWait: -1 }, { maxWait: NaN }]) {
    expect(() => createBackendHandler({ ...options, ...wrong })).toThrow(UnitflowError)
  }
})

test('D85 a handler is served at the root, or below any path', async () => {
  const { backend } = served()
  for (const [path, place] of [
    [undefined, '/v1/processes'],
    ['', '/v1/processes'],
    ['/a/b/', '/a/b/v1/processes'],
    ['a', '/a/v1/processes'],
  ] as const) {
    const handler = createBackendHandler({
      backend,
      authorize: vi.fn(() => 'allow' as const),
      ...(path !== undefined && { path }),
    })
    expect((await handler(new Request(`https://server.invalid${place}`))).status).toBe(200)
  }
})

test('D85 a server of Node goes on after what is no request', async () => {
  const { handler } = served({ path: '/' })
  const server = await serveByNode(handler)
  try {
    for (const line of ['GET //[ HTTP/1.1', 'OPTIONS * HTTP/1.1', 'TRACE / HTTP/1.1', 'GET nonsense']) {
      const socket = connect(server.port, '127.0.0.1')
      socket.end(`${line}\r\nHost: x y\r\nConnection: close\r\n\r\n`)
      const chunks: unknown[] = await socket.toArray()
      expect(String(chunks[0])).toMatch(/^HTTP\/1\.1 40[04]/)
    }
    expect((await fetch(`${server.url}/v1/processes`)).status).toBe(200)
  } finally {
    await server.close()
  }
})
