import { describe, expect, test } from 'vitest'
import { UnitflowError } from '../../../ts/errors/index.js'
import { createHttpStore } from '../../../ts/stores/http/index.js'
import type { CacheStore } from '../../../ts/stores/index.js'
import { createLayeredStore } from '../../../ts/stores/layered/index.js'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import { cacheStoreSuite, failingStore, type StoreOperation } from '../../../ts/testing/index.js'
import { testServer } from './http-server.js'
import { listed } from './temporary-root.js'

const ROOT = `v2/roots/${'a'.repeat(64)}`
const OTHER_ROOT = `v2/roots/${'c'.repeat(64)}`
const OBJECT = `v2/objects/${'b'.repeat(40)}`
const OTHER_OBJECT = `v2/objects/${'d'.repeat(40)}`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

cacheStoreSuite({
  name: 'layered: memory, memory',
  test,
  without: ['reopen'],
  create: async () => ({ store: createLayeredStore(createMemoryStore(), createMemoryStore()) }),
})

cacheStoreSuite({
  name: 'layered: memory, http',
  test,
  without: ['replace'],
  create: async () => {
    const { fetch } = testServer(createMemoryStore())
    const open = async (): Promise<CacheStore> =>
      createLayeredStore(createMemoryStore(), createHttpStore('/units', { fetch }))
    return { store: await open(), reopen: open }
  },
})

/** A store that notes what it is asked, and fails while it is told to. */
function watched() {
  const inner = createMemoryStore()
  const calls: string[] = []
  const failing = new Set<StoreOperation>()
  const error = new UnitflowError('store-failed', 'out of reach', { operation: 'test', key: '' })
  const store = failingStore(inner, {
    fail(operation, key) {
      calls.push(`${operation} ${key}`)
      return failing.has(operation) ? error : undefined
    },
  })
  const offline = (): void => {
    for (const operation of ['get', 'getMany', 'set', 'setMany', 'delete', 'keys', 'has', 'replace'] as const)
      failing.add(operation)
  }
  return { inner, store, calls, failing, error, offline }
}

function setUp() {
  const [near, middle, far] = [watched(), watched(), watched()]
  const told: string[] = []
  const errors: [unknown, string][] = []
  const store = createLayeredStore({
    layers: [near.store, middle.store, far.store],
    onOffline: (error, key) => told.push(`${(error as Error).message}: ${key}`),
    onLayerError: (error, key) => errors.push([error, key]),
  })
  return { near, middle, far, store, told, errors }
}

describe('objects', () => {
  test('U29 are taken from the nearest layer that has them, and fill those before it', async () => {
    const { near, middle, far, store } = setUp()
    await far.inner.set(OBJECT, bytes('far'))
    expect(await store.get(OBJECT)).toEqual(bytes('far'))
    expect(await near.inner.get(OBJECT)).toEqual(bytes('far'))
    expect(await middle.inner.get(OBJECT)).toEqual(bytes('far'))
    far.calls.length = 0
    expect(await store.get(OBJECT)).toEqual(bytes('far'))
    expect(far.calls).toEqual([])

    await middle.inner.set(OTHER_OBJECT, bytes('middle'))
    expect(await store.get(OTHER_OBJECT)).toEqual(bytes('middle'))
    expect(await near.inner.get(OTHER_OBJECT)).toEqual(bytes('middle'))
    expect(far.calls).toEqual([])
    expect(await store.get('v2/objects/none')).toBeUndefined()
    expect(far.calls).toEqual(['get v2/objects/none'])
  })

  test('U29 of getMany each come from their layer, in one round each, beside roots', async () => {
    const { near, middle, far, store } = setUp()
    await near.inner.set(OBJECT, bytes('n'))
    await middle.inner.set(OTHER_OBJECT, bytes('m'))
    await far.inner.setMany([
      [ROOT, bytes('r')],
      ['v2/objects/3', bytes('f')],
    ])
    const keys = [ROOT, 'v2/objects/3', OTHER_OBJECT, OBJECT, 'v2/objects/none', 'v2/objects/3', OTHER_ROOT]
    expect(await store.getMany(keys)).toEqual([
      bytes('r'),
      bytes('f'),
      bytes('m'),
      bytes('n'),
      undefined,
      bytes('f'),
      undefined,
    ])
    expect(far.calls.filter((call) => call.includes('objects'))).toEqual([
      'getMany v2/objects/3',
      'getMany v2/objects/none',
      'getMany v2/objects/3',
    ])
    expect(await listed(near.inner)).toEqual([ROOT, 'v2/objects/3', OBJECT, OTHER_OBJECT].sort())
    expect(await listed(middle.inner)).toEqual([ROOT, 'v2/objects/3', OTHER_OBJECT].sort())
  })

  test('U29 has asks the last layer, so that a writer is not told of what only a near one keeps', async () => {
    const { near, far, store } = setUp()
    await near.inner.set(OBJECT, bytes('pruned'))
    await far.inner.set(OTHER_OBJECT, bytes('x'))
    expect(await store.has!([OBJECT, OTHER_OBJECT])).toEqual([false, true])
    const plain = { ...far.inner }
    delete plain.has
    expect(await createLayeredStore(near.inner, plain).has!([OBJECT, OTHER_OBJECT])).toEqual([false, true])
    expect(await listed(store)).toEqual([OTHER_OBJECT])
  })
})

describe('roots', () => {
  test('U29 are asked of the last layer every time, and the nearer ones follow', async () => {
    const { near, middle, far, store, told } = setUp()
    for (const value of ['one', 'two']) {
      await far.inner.set(ROOT, bytes(value))
      expect(await store.get(ROOT)).toEqual(bytes(value))
      expect(await near.inner.get(ROOT)).toEqual(bytes(value))
      expect(await middle.inner.get(ROOT)).toEqual(bytes(value))
    }
    near.calls.length = 0
    await store.get(ROOT)
    expect(near.calls).toEqual([`get ${ROOT}`])
    await far.inner.delete(ROOT)
    expect(await store.get(ROOT)).toBeUndefined()
    expect(await near.inner.get(ROOT)).toBeUndefined()
    expect(await middle.inner.get(ROOT)).toBeUndefined()
    expect(told).toEqual([])
  })

  test('U29 a read that is overtaken by a write, a deletion or a newer read leaves the near layer alone', async () => {
    const near = createMemoryStore()
    const far = createMemoryStore()
    const held: (() => void)[] = []
    const slow: CacheStore = {
      ...far,
      async get(key) {
        const value = await far.get(key)
        await new Promise<void>((resolve) => held.push(resolve))
        return value
      },
    }
    const store = createLayeredStore(near, slow)
    await far.set(ROOT, bytes('old'))

    const overtaken = store.get(ROOT)
    await expect.poll(() => held.length).toBe(1)
    await store.set(ROOT, bytes('new'))
    held[0]!()
    expect(await overtaken).toEqual(bytes('old'))
    expect(await near.get(ROOT)).toEqual(bytes('new'))

    const older = store.get(ROOT)
    await expect.poll(() => held.length).toBe(2)
    await far.set(ROOT, bytes('newest'))
    const newer = store.get(ROOT)
    await expect.poll(() => held.length).toBe(3)
    held[2]!()
    expect(await newer).toEqual(bytes('newest'))
    held[1]!()
    await older
    expect(await near.get(ROOT)).toEqual(bytes('newest'))

    const last = store.get(ROOT)
    await expect.poll(() => held.length).toBe(4)
    await store.delete(ROOT)
    held[3]!()
    await last
    expect(await near.get(ROOT)).toBeUndefined()
  })
})

describe('offline', () => {
  test('U29 what is near is served, and said of roots only', async () => {
    const { far, store, told, errors } = setUp()
    await store.setMany([
      [ROOT, bytes('root')],
      [OBJECT, bytes('object')],
    ])
    far.offline()
    expect(await store.get(OBJECT)).toEqual(bytes('object'))
    expect(told).toEqual([])
    expect(await store.get(ROOT)).toEqual(bytes('root'))
    expect(await store.getMany([OBJECT, ROOT])).toEqual([bytes('object'), bytes('root')])
    expect(told).toEqual([`out of reach: ${ROOT}`, `out of reach: ${ROOT}`])
    expect(errors).toEqual([])
  })

  test('U29 the farthest of the near layers answers, and those that fail are passed over', async () => {
    const { near, middle, far, store, told, errors } = setUp()
    await near.inner.set(ROOT, bytes('near'))
    await middle.inner.set(ROOT, bytes('middle'))
    far.offline()
    expect(await store.get(ROOT)).toEqual(bytes('middle'))
    middle.offline()
    expect(await store.get(ROOT)).toEqual(bytes('near'))
    expect(told).toHaveLength(2)
    expect(errors).toEqual([[middle.error, ROOT]])
  })

  test('U29 what is nowhere near is the failure, never a miss', async () => {
    const { far, store, told } = setUp()
    await store.set(ROOT, bytes('root'))
    far.offline()
    await expect(store.get(OTHER_ROOT)).rejects.toBe(far.error)
    await expect(store.getMany([ROOT, OTHER_ROOT])).rejects.toBe(far.error)
    await expect(store.get(OBJECT)).rejects.toBe(far.error)
    await expect(listed(store)).rejects.toBe(far.error)
    await expect(store.has!([OBJECT])).rejects.toBe(far.error)
    expect(told).toEqual([])
    await far.inner.close()
    far.failing.clear()
    await expect(store.get(ROOT)).rejects.toMatchObject({ code: 'store-closed' })
  })

  test('U30 a write that the last layer refuses is in no layer', async () => {
    const { near, far, store } = setUp()
    await store.set(ROOT, bytes('old'))
    far.offline()
    await expect(store.set(ROOT, bytes('new'))).rejects.toBe(far.error)
    await expect(store.setMany([[OBJECT, bytes('new')]])).rejects.toBe(far.error)
    await expect(store.delete(ROOT)).rejects.toBe(far.error)
    await expect(store.replace!(ROOT, bytes('old'), bytes('new'))).rejects.toBe(far.error)
    expect(await near.inner.get(ROOT)).toEqual(bytes('old'))
    expect(await listed(near.inner)).toEqual([ROOT])
  })

  test('U29 memory before HTTP works on without a server, and catches up with it', async () => {
    const kept = createMemoryStore()
    const server = testServer(kept)
    const told: string[] = []
    const store = createLayeredStore({
      layers: [
        createMemoryStore(),
        createHttpStore('/units', { fetch: server.fetch, retry: { backoff: 1 } }),
      ],
      onOffline: (error, key) => told.push(`${(error as UnitflowError).code} ${key}`),
    })
    await kept.set(ROOT, bytes('one'))
    await store.get(ROOT)
    server.intercept = () => Promise.reject(new TypeError('fetch failed'))
    expect(await store.get(ROOT)).toEqual(bytes('one'))
    expect(told).toEqual([`store-failed ${ROOT}`])
    server.intercept = undefined
    await kept.set(ROOT, bytes('two'))
    expect(await store.get(ROOT)).toEqual(bytes('two'))
    expect(told).toHaveLength(1)
  })
})

describe('a near layer that fails', () => {
  test('U29 does not fail a read that the last layer answers, and keeps nothing that is out of date', async () => {
    const { near, far, store, errors } = setUp()
    await store.set(ROOT, bytes('old'))
    await far.inner.set(ROOT, bytes('new'))
    await far.inner.set(OBJECT, bytes('object'))
    near.failing.add('set').add('setMany')
    expect(await store.get(ROOT)).toEqual(bytes('new'))
    expect(await store.get(OBJECT)).toEqual(bytes('object'))
    expect(await near.inner.get(ROOT)).toBeUndefined()
    expect(errors).toEqual([
      [near.error, ROOT],
      [near.error, OBJECT],
    ])
    near.offline()
    expect(await store.get(ROOT)).toEqual(bytes('new'))
    expect(await store.get(OBJECT)).toEqual(bytes('object'))
  })

  test('U29 makes no miss of an object that it may have', async () => {
    const { near, store } = setUp()
    near.failing.add('get')
    await expect(store.get(OBJECT)).rejects.toBe(near.error)
  })

  test('U30 does not fail a write or a deletion that the last layer has done', async () => {
    const { near, far, store, errors } = setUp()
    near.offline()
    await store.set(ROOT, bytes('one'))
    expect(await store.replace!(ROOT, bytes('one'), bytes('two'))).toBe(true)
    expect(await far.inner.get(ROOT)).toEqual(bytes('two'))
    await store.delete(ROOT)
    expect(await far.inner.get(ROOT)).toBeUndefined()
    expect(errors.length).toBeGreaterThan(2)
    expect(errors.every(([error, key]) => error === near.error && key === ROOT)).toBe(true)
  })
})

test('U32 replace decides at the last layer, and only what it did reaches the nearer ones', async () => {
  const { near, far, store } = setUp()
  await near.inner.set(ROOT, bytes('stale'))
  await far.inner.set(ROOT, bytes('one'))
  expect(await store.replace!(ROOT, bytes('stale'), bytes('two'))).toBe(false)
  expect(await near.inner.get(ROOT)).toEqual(bytes('stale'))
  expect(await store.replace!(ROOT, bytes('one'), bytes('two'))).toBe(true)
  expect(await near.inner.get(ROOT)).toEqual(bytes('two'))
  expect(await far.inner.get(ROOT)).toEqual(bytes('two'))
})

test('U30 close closes every layer, also when one fails to', async () => {
  const closed: string[] = []
  const failure = new Error('stuck')
  const layer = (name: string, error?: Error): CacheStore => ({
    ...createMemoryStore(),
    close: async () => {
      closed.push(name)
      if (error !== undefined) throw error
    },
  })
  await expect(createLayeredStore(layer('a', failure), layer('b'), layer('c')).close()).rejects.toBe(failure)
  expect(closed).toEqual(['a', 'b', 'c'])
})

test('U29 one layer is enough, none is refused', async () => {
  const store = createLayeredStore(createMemoryStore())
  await store.set(ROOT, bytes('x'))
  expect(await store.get(ROOT)).toEqual(bytes('x'))
  for (const make of [() => createLayeredStore(), () => createLayeredStore({ layers: [] })]) {
    expect(make).toThrow('layers: expected at least one store, got none')
  }
})
