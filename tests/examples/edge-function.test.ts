import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore } from 'unitflow'
import { run } from '../packaging/run.js'
import {
  edgeFunction,
  edited,
  LATER,
  problemOf,
  storedValues,
  touched,
  unitInMemory,
} from './edge-function-worker.js'

const edge = edgeFunction('edge-function')
const UNIT = '/workflows/orders/units/Order'

describe('caching', () => {
  test('answers with the report that caching gives anywhere, under the key and under the version', async () => {
    const report = await edge.put('orders')
    const elsewhere = await cacheElementUnitsForWorkflow(createMemoryStore(), 'orders', edge.specs)
    expect({ ...report, bytes: undefined }).toEqual({ ...elsewhere, bytes: undefined })
    expect(report.bytes.objects).toBe(elsewhere.bytes.objects)
    for (const key of ['orders', report.version]) {
      expect((await edge.ask(`/workflows/${key}/units/Order`)).headers.get('unitflow-version')).toBe(
        report.version,
      )
    }
    expect((await edge.put('orders')).written).toEqual([])
  })

  test('a key that is a version takes no other version, and writes nothing of it', async () => {
    const { version } = await edge.put('orders', edge.approval)
    const before = await storedValues(edge.worker)
    expect((await edge.put(version, edge.approval)).cacheKey).toBe(version)
    const refused = await edge.ask(`/workflows/${version}`, { method: 'PUT', body: edge.specs })
    expect(refused.status).toBe(409)
    expect(await problemOf(refused)).toMatchObject({ code: 'version-mismatch' })
    expect(await storedValues(edge.worker)).toEqual(before)
  })

  test.each([
    ['{"spec": ', 400, 'not-json'],
    ['{"spec": 1, "subprocess_specs": {}}', 422, 'bad-spec'],
    [
      '<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
      422,
      'not-a-spec',
    ],
    ['', 400, 'not-json'],
    ['['.repeat(2000), 413, 'limit-exceeded'],
  ])(
    'a bad workflow is refused with its error, and leaves nothing written: %.20s',
    async (body, status, code) => {
      const refused = await edge.ask('/workflows/orders', { method: 'PUT', body })
      expect(refused.status).toBe(status)
      const problem = await problemOf(refused)
      expect(problem).toMatchObject({ code, type: `urn:unitflow:error:${code}`, name: 'UnitflowError' })
      expect(problem['fields']).toBeTypeOf('object')
      expect(await storedValues(edge.worker)).toEqual({})
      expect(touched(refused)).toEqual([])
    },
  )

  test('bytes that are no UTF-8 are refused', async () => {
    const refused = await edge.ask('/workflows/orders', {
      method: 'PUT',
      body: new Uint8Array([0x7b, 0xff, 0x7d]),
    })
    expect(refused.status).toBe(400)
    expect(await problemOf(refused)).toMatchObject({ code: 'not-utf8', fields: { offset: 1 } })
  })

  test('of concurrent ones, one stays whole', async () => {
    const bodies = [edge.specs, edited(edge.specs, 'Order'), edited(edge.specs, 'Payment')]
    const reports = await Promise.all([...bodies, ...bodies].map((body) => edge.put('orders', body)))
    const last = await edge.ask(UNIT, { headers: LATER })
    const version = last.headers.get('unitflow-version')
    const winner = bodies[reports.findIndex((report) => report.version === version)]!
    for (const { id } of reports[0]!.processes) {
      const response = await edge.ask(`/workflows/orders/units/${id}`)
      expect(await response.json()).toEqual(await unitInMemory(winner, { processId: id }))
    }
  })
})

describe('the size of a body', () => {
  const LIMIT = 8 * 1024 * 1024

  /** The status for a request that has sent this much, and says that more comes. */
  const statusBeforeTheEnd = (path: string, headers: Record<string, string>, sent: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sending = httpRequest(edge.origin + path, {
        method: 'PUT',
        headers: { authorization: 'Bearer acme-write', ...headers },
      })
      sending.on('response', (response) => {
        resolve(response.statusCode)
        sending.destroy()
      })
      sending.on('error', reject)
      sending.flushHeaders()
      if (sent > 0) sending.write(new Uint8Array(sent).fill(32))
    })

  const ROOT = `/workflows/v2/roots/${'0'.repeat(64)}`

  test.each(['/workflows/orders', ROOT])(
    'that says that it is too large is refused unread: %s',
    async (path) => {
      expect(await statusBeforeTheEnd(path, { 'content-length': String(LIMIT + 1) }, 0)).toBe(413)
    },
  )

  test.each(['/workflows/orders', ROOT])('is counted while it comes, and does not end: %s', async (path) => {
    expect(await statusBeforeTheEnd(path, { 'transfer-encoding': 'chunked' }, LIMIT + 1)).toBe(413)
    expect(await storedValues(edge.worker)).toEqual({})
  })

  test('is refused with a problem', async () => {
    const stream = new Blob([new Uint8Array(LIMIT + 1)]).stream()
    const refused = await edge.ask('/workflows/orders', { method: 'PUT', body: stream })
    expect(refused.status).toBe(413)
    expect(await problemOf(refused)).toMatchObject({ code: 'too-large', type: 'about:blank' })
  })

  test('of exactly the limit is taken', async () => {
    const body = edge.specs + ' '.repeat(LIMIT - Buffer.byteLength(edge.specs))
    expect((await edge.put('orders', body)).processes.length).toBe(37)
  })
})

test('a store that fails, and what nobody foresaw, tell nothing of the inside', async () => {
  const cases = [
    ['failing', 503, 'store-failed'],
    ['absurd', 500, 'internal'],
    ['no-tenants', 500, 'misconfigured'],
    ['no-namespace', 500, 'bad-argument'],
  ] as const
  for (const [fault, status, code] of cases) {
    const response = await edge.ask(UNIT, { headers: { 'test-fault': fault, ...LATER } })
    expect(response.status, fault).toBe(status)
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ code })
    expect(Object.keys(problem)).not.toContain('cause')
    if (code === 'internal') expect(problem['detail']).toBe('something went wrong here; the log knows what')
  }
})

test('methods: what a path does not know is 405 with Allow; HEAD is GET without a body; OPTIONS needs no token', async () => {
  await edge.put('orders')
  const root = Object.keys(await storedValues(edge.worker)).find((name) => name.includes('/roots/'))!
  const paths = [
    ['/workflows/orders', 'PUT, OPTIONS', 'GET'],
    [UNIT, 'GET, HEAD, OPTIONS', 'PUT'],
    ['/workflows/', 'GET, HEAD, OPTIONS', 'POST'],
    [`/workflows/${root.slice('tenant-acme/'.length)}`, 'GET, PUT, DELETE, HEAD, OPTIONS', 'POST'],
  ] as const
  for (const [path, allow, method] of paths) {
    const refused = await edge.ask(path, { method, ...(method === 'GET' ? {} : { body: '' }) })
    expect(refused.status, path).toBe(405)
    expect(refused.headers.get('allow')).toBe(allow)
    expect(await problemOf(refused)).toMatchObject({ code: 'method-not-allowed' })
    const preflight = await edge.ask(path, {
      method: 'OPTIONS',
      token: '',
      headers: { origin: 'https://editor.example' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-methods')).toBe(allow)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('If-None-Match')
    if (!allow.includes('GET')) continue
    const [whole, head] = [await edge.ask(path), await edge.ask(path, { method: 'HEAD' })]
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    for (const name of ['etag', 'cache-control', 'content-type', 'unitflow-version']) {
      expect(head.headers.get(name), name).toBe(whole.headers.get(name))
    }
    expect(whole.headers.get('access-control-expose-headers')).toContain('ETag')
  }
  const missing = await edge.ask('/workflows/nothing/units/Order', { method: 'HEAD' })
  expect([missing.status, await missing.text()]).toEqual([404, ''])
})

test('the example compiles by itself, as it is copied', async () => {
  await run(process.execPath, [join(edge.folder, 'node_modules/typescript/bin/tsc'), '-p', edge.folder], {
    cwd: edge.folder,
  })
})

test('what is deployed is what is tested: entry, bindings, class and date', async () => {
  const text = (await readFile(join(edge.folder, 'wrangler.jsonc'), 'utf8')).replace(/^\s*\/\/.*$/gm, '')
  const config = JSON.parse(text.replace(/,(\s*[}\]])/g, '$1')) as Record<string, unknown>
  expect(config).toMatchObject({
    main: 'worker.ts',
    compatibility_date: '2026-01-01',
    kv_namespaces: [{ binding: 'UNITS' }],
    durable_objects: { bindings: [{ name: 'RUNS', class_name: 'Run' }] },
    migrations: [{ tag: 'v1', new_sqlite_classes: ['Run'] }],
  })
})
