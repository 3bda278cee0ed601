import 'fake-indexeddb/auto'
import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  listWorkflows,
  prune,
  readElementUnit,
  removeWorkflow,
  unitJson,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { createLayeredStore } from 'unitflow/stores/layered'
import { fetchUnit } from '../../examples/edge-function/client.js'
import { tenantStore } from '../../examples/edge-function/tenant-store.js'
import { cacheStoreSuite } from '../../ts/testing/index.js'
import { edgeFunction, edited, isRefused, later, storedValues } from './edge-function-worker.js'

const edge = edgeFunction('edge-function-store')

describe('a store over HTTP', () => {
  test('reads what was cached, and may not write with a token that reads', async () => {
    const { version } = await edge.put('orders')
    const store = edge.store('acme-read')
    const unit = await readElementUnit(store, 'orders', { processId: 'Order', elements: ['Approve_Payment'] })
    const memory = createMemoryStore()
    await cacheElementUnitsForWorkflow(memory, 'orders', edge.specs)
    const request = { processId: 'Order', elements: ['Approve_Payment'] }
    expect(unitJson(unit)).toBe(unitJson(await readElementUnit(memory, 'orders', request)))
    expect((await listWorkflows(store)).map(({ cacheKey }) => cacheKey).sort()).toEqual(
      [version, 'orders'].sort(),
    )
    const before = await storedValues(edge.worker)
    await isRefused(
      cacheElementUnitsForWorkflow(store, 'orders', edited(edge.specs, 'Order')),
      'store-read-only',
    )
    await isRefused(store.delete(Object.keys(before)[0]!.slice('tenant-acme/'.length)), 'store-read-only')
    await isRefused(edge.store('nobody').get('v2/roots/x'), 'store-failed')
    expect(await storedValues(edge.worker)).toEqual(before)
  })

  test('caches, removes and prunes with a token that writes', async () => {
    const store = edge.store('acme-write')
    await cacheElementUnitsForWorkflow(store, 'orders', edge.specs)
    const { unit } = await fetchUnit(edge.source(), { processId: 'Order' })
    expect(unit.included).toEqual(['Order'])
    await removeWorkflow(store, 'orders')
    await prune(store, { grace: 0 })
    await prune(store, { grace: 0 })
    expect(await storedValues(edge.worker)).toEqual({})
    await isRefused(fetchUnit(edge.source('acme-read', later), { processId: 'Order' }), 'unknown-cache-key')
  })

  test('cannot keep under a hash what does not have it, nor under another name', async () => {
    const store = edge.store('acme-write')
    await isRefused(store.set(`v2/objects/${'0'.repeat(40)}`, new Uint8Array([1])), 'store-failed')
    for (const key of ['v2/objects/x', 'v2/other/x', 'v2', 'elsewhere', `v2/roots/${'0'.repeat(40)}`]) {
      await expect(store.set(key, new Uint8Array([1])), key).rejects.toThrow()
    }
    expect(await storedValues(edge.worker)).toEqual({})
  })

  test('is sent a root only when it has changed, and objects that may be kept', async () => {
    await edge.put('orders')
    const answers: Response[] = []
    const noted: typeof fetch = async (...asked) => {
      const response = await fetch(...asked)
      answers.push(response)
      return response
    }
    const store = edge.store('acme-read', noted)
    for (let times = 0; times < 2; times++) await readElementUnit(store, 'orders', { processId: 'Order' })
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 200])
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual([
      'private, no-cache',
      'private, max-age=31536000, immutable',
      'private, no-cache',
      'private, max-age=31536000, immutable',
    ])
    expect(answers[1]!.headers.get('etag')).toMatch(/^"[0-9a-f]{64}"$/)
  })

  test('below a layered one: each object is asked for once, and offline it gives what it has', async () => {
    await edge.put('orders')
    let isOnline = true
    const asked: string[] = []
    const sometimes: typeof fetch = async (input, init) => {
      if (!isOnline) throw new TypeError('offline')
      asked.push(input instanceof Request ? input.url : String(input))
      return fetch(input, init)
    }
    const offline: string[] = []
    const store = createLayeredStore({
      layers: [createMemoryStore(), edge.store('acme-read', sometimes)],
      onOffline: (_, key) => offline.push(key),
    })
    const first = await readElementUnit(store, 'orders', { processId: 'Order' })
    await readElementUnit(store, 'orders', { processId: 'Order' })
    expect(asked.filter((path) => path.includes('/v2/objects/'))).toHaveLength(1)
    isOnline = false
    expect(await readElementUnit(store, 'orders', { processId: 'Order' })).toEqual(first)
    expect(offline).toHaveLength(1)
    isOnline = true
    await edge.put('orders', edited(edge.specs, 'Order'))
    expect((await readElementUnit(store, 'orders', { processId: 'Order' })).specs).not.toEqual(first.specs)
  })
})

test('a browser has the three lines of README, and after a reload what it read before, offline too', async () => {
  await edge.put('orders')
  let isOnline = true
  const sometimes: typeof fetch = (input, init) =>
    isOnline ? fetch(input, init) : Promise.reject(new TypeError('offline'))
  const opened = (): CacheStore =>
    createLayeredStore(
      createMemoryStore(),
      createIndexedDbStore({ name: 'units-acme' }),
      edge.store('acme-read', sometimes),
    )
  const first = opened()
  const unit = await readElementUnit(first, 'orders', { processId: 'Order' })
  await first.close()
  isOnline = false
  const second = opened()
  expect(await readElementUnit(second, 'orders', { processId: 'Order' })).toEqual(unit)
  await isRefused(readElementUnit(second, 'orders', { processId: 'Payment' }), 'store-failed')
  await second.close()
})

cacheStoreSuite({
  name: "a tenant's part of a store",
  test,
  without: ['has', 'replace', 'reopen'],
  create: async () => ({ store: tenantStore(createMemoryStore(), 'acme') }),
  deviations: [
    {
      reason: "the tenant's name takes some of the 400 characters",
      tests: ['U28 keys of 400 characters are kept apart'],
    },
    {
      reason: 'a key that is no string becomes one, which the type forbids',
      tests: ['U28 keys that are not of the safe form are refused by every method'],
    },
  ],
})

test("a tenant's part of a store refuses keys that would leave it", async () => {
  const whole = createMemoryStore()
  const store = tenantStore(whole, 'acme')
  const value = new Uint8Array([1])
  for (const key of [
    '',
    '.',
    '..',
    '../tenant-acme-2/x',
    'a/../../x',
    '/x',
    'a//b',
    '..\\x',
    'a\0',
    'x'.repeat(400),
  ]) {
    const list = async (): Promise<void> => {
      for await (const found of store.keys(key)) expect(found).toBe('')
    }
    const calls = [
      store.get(key),
      store.getMany(['a', key]),
      store.set(key, value),
      store.setMany([
        ['a', value],
        [key, value],
      ]),
      store.delete(key),
      list(),
    ]
    for (const call of calls) await isRefused(call, 'bad-key')
  }
  for await (const key of whole.keys()) expect(key).toBe('nothing')
})
