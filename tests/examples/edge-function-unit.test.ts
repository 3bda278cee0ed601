import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, unitJson } from 'unitflow'
import type { CacheReport, CacheStore, ElementUnit } from 'unitflow'
import { forgetRoots, heldRoot } from '../../examples/edge-function/held-roots.js'
import {
  edgeFunction,
  edited,
  LATER,
  namespaceOf,
  problemOf,
  storedValues,
  touched,
  unitInMemory,
} from './edge-function-worker.js'

const edge = edgeFunction('edge-function-unit')
const UNIT = '/workflows/orders/units/Order'

describe('a unit', () => {
  test.each([
    ['', []],
    ['?element=Approve_Payment', ['Approve_Payment']],
    [
      '?element=Approve_Payment&element=Shipping/Pack',
      ['Approve_Payment', { processId: 'Shipping', elementId: 'Pack' }],
    ],
    ['?element=%53hipping%2FPack', [{ processId: 'Shipping', elementId: 'Pack' }]],
    ['?element=%2553hipping', ['Shipping']],
  ])('is the one that reading gives, at %s', async (query, elements) => {
    await edge.put('orders')
    const response = await edge.ask(UNIT + query)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    const unit = (await response.json()) as ElementUnit
    const expected = await unitInMemory(edge.specs, { processId: 'Order', elements })
    expect(unit).toEqual(expected)
    expect(unitJson(unit)).toBe(unitJson(expected))
  })

  test('of ids that need escaping is found', async () => {
    const odd = 'a/b?c%2F ü'
    const body = edge.approval.replaceAll('"Approval"', JSON.stringify(odd))
    const report = await edge.put(encodeURIComponent(odd), body)
    expect(report.cacheKey).toBe(odd)
    const path = `/workflows/${encodeURIComponent(odd)}/units/${encodeURIComponent(report.top)}`
    expect(((await (await edge.ask(path)).json()) as ElementUnit).processId).toBe(report.top)
    const element = encodeURIComponent(encodeURIComponent(report.top))
    expect((await edge.ask(`${path}?element=${element}`)).status).toBe(200)
  })

  test('has a strong ETag of its content: it stays while other processes change', async () => {
    await edge.put('orders')
    const first = await edge.ask(UNIT)
    const etag = first.headers.get('etag')!
    const body = await first.text()
    expect(etag).toBe(`"${createHash('sha256').update(body).digest('hex')}"`)
    const { version, written } = await edge.put('orders', edited(edge.specs, 'Payment'))
    expect(written).toEqual(['Payment'])
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const same = await edge.ask(UNIT, { headers: { 'if-none-match': tags } })
      expect(same.status).toBe(304)
      expect(await same.text()).toBe('')
      expect(same.headers.get('etag')).toBe(etag)
      expect(same.headers.get('unitflow-version')).toBe(version)
    }
    const changed = await edge.ask('/workflows/orders/units/Payment', { headers: { 'if-none-match': etag } })
    expect(changed.status).toBe(200)
  })

  test('may be kept for ever when it is asked for by version, and must be asked about by name', async () => {
    const { version } = await edge.put('orders')
    const { version: newer } = await edge.put('orders', edited(edge.specs, 'Order'))
    expect(newer).not.toBe(version)
    const answers = [
      [UNIT, newer, 'private, no-cache'],
      [`${UNIT}?version=${newer}`, newer, 'private, max-age=31536000, immutable'],
      [`${UNIT}?version=${version}`, version, 'private, max-age=31536000, immutable'],
      [`/workflows/${version}/units/Order`, version, 'private, max-age=31536000, immutable'],
    ] as const
    for (const [path, expected, cacheControl] of answers) {
      const response = await edge.ask(path)
      expect(response.headers.get('unitflow-version'), path).toBe(expected)
      expect(response.headers.get('cache-control'), path).toBe(cacheControl)
      expect(response.headers.get('vary'), path).toBe('Authorization')
    }
    const unknown = await edge.ask(`${UNIT}?version=${'0'.repeat(64)}`)
    expect(unknown.status).toBe(404)
    expect(await problemOf(unknown)).toMatchObject({ code: 'unknown-version' })
    // The name of another workflow is no version.
    await edge.put('other')
    expect((await edge.ask(`${UNIT}?version=other`)).status).toBe(404)
  })

  test('of one object costs two reads of KV, and one while the root is held', async () => {
    await edge.put('orders')
    const cold = touched(await edge.ask(UNIT, { headers: LATER }))
    expect(cold.map((call) => call.replace(/[0-9a-f]{40,}$/, ''))).toEqual([
      'get tenant-acme/v2/roots/',
      'get tenant-acme/v2/objects/',
    ])
    expect(touched(await edge.ask(UNIT))).toEqual(cold.slice(1))
    expect(touched(await edge.ask('/workflows/orders/units/Payment'))).toHaveLength(1)
    expect(touched(await edge.ask(UNIT, { headers: LATER }))).toEqual(cold)
  })

  test('is of the new version as soon as the isolate that holds the root has taken it', async () => {
    await edge.put('orders')
    await edge.ask(UNIT)
    const response = await edge.ask('/workflows/orders', { method: 'PUT', body: edited(edge.specs, 'Order') })
    const { version } = (await response.json()) as CacheReport
    expect((await edge.ask(UNIT)).headers.get('unitflow-version')).toBe(version)
  })

  test('is of no root that was read before a write, and arrived after it', async () => {
    const store = createMemoryStore()
    const { version: before } = await cacheElementUnitsForWorkflow(store, 'orders', edge.approval)
    const hasRead = Promise.withResolvers<undefined>()
    const mayArrive = Promise.withResolvers<undefined>()
    const slow: CacheStore = {
      ...store,
      async get(key) {
        const value = await store.get(key)
        hasRead.resolve(undefined)
        await mayArrive.promise
        return value
      },
    }
    const reading = heldRoot(slow, 'acme', 'orders')
    await hasRead.promise
    const { version: after } = await cacheElementUnitsForWorkflow(store, 'orders', edge.specs)
    forgetRoots('acme')
    mayArrive.resolve(undefined)
    expect((await reading)?.version).toBe(before)
    expect((await heldRoot(store, 'acme', 'orders'))?.version).toBe(after)
  })

  test.each([
    ['/workflows/nothing/units/Order', 404, 'unknown-cache-key', { cacheKey: 'nothing' }],
    ['/workflows/orders/units/Nothing', 404, 'unknown-process', { cacheKey: 'orders', processId: 'Nothing' }],
    [
      `${UNIT}?element=Nothing`,
      404,
      'unknown-element',
      { cacheKey: 'orders', processId: 'Order', elements: ['Nothing'] },
    ],
  ])('that is not there is a typed error: %s', async (path, status, code, fields) => {
    await edge.put('orders')
    const response = await edge.ask(path)
    expect(response.status).toBe(status)
    expect(await problemOf(response)).toMatchObject({ code, fields, name: 'UnitflowError' })
  })

  test.each([
    [`${UNIT}?elemnt=Pack`, 'bad-query'],
    [`${UNIT}?version=a&version=b`, 'bad-query'],
    [`${UNIT}?element=a/b/c`, 'bad-query'],
    [`${UNIT}?element=%25`, 'bad-url'],
    ['/workflows/orders/units/%ff', 'bad-url'],
    ['/workflows/%/units/Order', 'bad-url'],
    ['/workflows/?prefix=../x', 'bad-key'],
    ['/workflows/?cursor=x', 'bad-query'],
  ])('asked for wrongly is refused: %s', async (path, code) => {
    const response = await edge.ask(path)
    expect(response.status).toBe(400)
    expect(await problemOf(response)).toMatchObject({ code })
  })

  test('whose object is lost, or damaged, is a typed error', async () => {
    const { processes } = await edge.put('orders')
    const key = `v2/objects/${processes[0]!.hash.slice(0, 40)}`
    const namespace = await namespaceOf(edge.worker)
    await namespace.put(`tenant-acme/${key}`, 'torn')
    const [unit, value] = [await edge.ask(UNIT), await edge.ask(`/workflows/${key}`)]
    for (const damaged of [unit, value]) {
      expect(damaged.status).toBe(500)
      expect(await problemOf(damaged)).toMatchObject({ code: 'object-damaged', fields: { key } })
    }
    await namespace.delete(`tenant-acme/${key}`)
    const lost = await edge.ask(UNIT)
    expect(lost.status).toBe(503)
    expect(lost.headers.get('retry-after')).toBe('1')
    expect(await problemOf(lost)).toMatchObject({ code: 'object-missing', fields: { key, retryable: true } })
  })

  test('of a damaged root is a typed error', async () => {
    await edge.put('orders')
    const name = Object.keys(await storedValues(edge.worker)).filter((key) => key.includes('/roots/'))
    const namespace = await namespaceOf(edge.worker)
    for (const key of name) await namespace.put(key, '{"unitflow":2}')
    const response = await edge.ask(UNIT, { headers: LATER })
    expect(response.status).toBe(500)
    expect(await problemOf(response)).toMatchObject({ code: 'root-damaged', fields: { cacheKey: 'orders' } })
  })
})
