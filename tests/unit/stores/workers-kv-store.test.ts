import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest'
import {
  createWorkersKvStore,
  MAX_WORKERS_KV_VALUE_BYTES,
  type WorkersKvListing,
  type WorkersKvNamespace,
} from '../../../ts/stores/workers-kv/index.js'
import { cacheStoreSuite } from '../../../ts/testing/index.js'
import { listed } from './temporary-root.js'

const value = new Uint8Array([1, 2, 3])
const tooMany = (): Error => new Error('KV PUT failed: 429 Too Many Requests')

/** A namespace as it is seen from one place: on `medium`, which other places share, with reads that are kept. */
function fakeNamespace(
  medium = new Map<string, ArrayBuffer>(),
  { keepsReads = false, pageSize = 1000 } = {},
): WorkersKvNamespace {
  const kept = new Map<string, ArrayBuffer | null>()
  return {
    async get(key, type) {
      expect(type).toBe('arrayBuffer')
      const found = kept.get(key) ?? (kept.has(key) ? null : (medium.get(key) ?? null))
      if (keepsReads) kept.set(key, found)
      return found?.slice(0) ?? null
    },
    async put(key, bytes) {
      kept.delete(key)
      medium.set(key, new Uint8Array(bytes).buffer)
    },
    async delete(key) {
      kept.delete(key)
      medium.delete(key)
    },
    async list({ prefix = '', cursor = '', limit = pageSize }) {
      const names = [...medium.keys()].sort().filter((name) => name.startsWith(prefix) && name > cursor)
      const page = names.slice(0, limit)
      const keys = page.map((name) => ({ name }))
      const last = page.at(-1)
      if (last === undefined || page.length === names.length) return { keys, list_complete: true }
      return { keys, list_complete: false, cursor: last }
    },
  }
}

/** The types of miniflare need those of Cloudflare, which are not installed. */
async function namespaceOf(miniflare: Miniflare): Promise<WorkersKvNamespace> {
  const namespace: unknown = await miniflare.getKVNamespace('UNITS')
  if (!isNamespace(namespace)) throw new Error('miniflare gave no namespace')
  return namespace
}

function isNamespace(value: unknown): value is WorkersKvNamespace {
  if (typeof value !== 'object' || value === null) return false
  return ['get', 'put', 'delete', 'list'].every((name) => typeof Reflect.get(value, name) === 'function')
}

cacheStoreSuite({
  name: 'workers-kv',
  test,
  without: ['has', 'replace'],
  create: async () => {
    const medium = new Map<string, ArrayBuffer>()
    const open = () => createWorkersKvStore(fakeNamespace(medium, { pageSize: 2 }))
    return { store: open(), reopen: async () => open() }
  },
})

cacheStoreSuite({
  name: 'workers-kv in two places',
  test,
  without: ['has', 'replace'],
  create: async () => {
    const medium = new Map<string, ArrayBuffer>()
    const open = () => createWorkersKvStore(fakeNamespace(medium, { keepsReads: true }))
    return { store: open(), reopen: async () => open() }
  },
})

describe('on workerd', () => {
  let miniflare: Miniflare
  beforeAll(() => {
    miniflare = new Miniflare({ modules: true, script: 'export default {}', kvNamespaces: ['UNITS'] })
  })
  afterAll(() => miniflare.dispose())

  cacheStoreSuite({
    name: 'workers-kv',
    test,
    without: ['has', 'replace'],
    create: async () => {
      const namespace = await namespaceOf(miniflare)
      return {
        store: createWorkersKvStore(namespace),
        reopen: async () => createWorkersKvStore(await namespaceOf(miniflare)),
        cleanup: async () => {
          for (const { name } of (await namespace.list({})).keys) await namespace.delete(name)
        },
      }
    },
  })

  test('U29 a value of 25 MiB is held, one of a byte more is refused, by KV as well', async () => {
    const namespace = await namespaceOf(miniflare)
    const store = createWorkersKvStore(namespace)
    await store.set('largest', new Uint8Array(MAX_WORKERS_KV_VALUE_BYTES))
    expect((await store.get('largest'))?.length).toBe(MAX_WORKERS_KV_VALUE_BYTES)
    await store.delete('largest')
    const larger = new Uint8Array(MAX_WORKERS_KV_VALUE_BYTES + 1)
    await expect(namespace.put('larger', larger)).rejects.toThrow('413')
    await expect(store.set('larger', larger)).rejects.toMatchObject({ code: 'store-failed' })
  })

  test('U30 more keys than a page of KV holds are all listed', async () => {
    const store = createWorkersKvStore(await namespaceOf(miniflare))
    const keys = Array.from({ length: 1010 }, (_, index) => `doc/${index}`)
    await store.setMany(keys.map((key) => [key, value]))
    expect(await listed(store, 'doc')).toEqual(keys.sort())
  })
})

/** A namespace as Cloudflare's own types have it, as far as it matters here. */
interface NamespaceOfWorkers<Key extends string = string> {
  get(key: Key, options?: { type?: undefined; cacheTtl?: number }): Promise<string | null>
  get(key: Key, type: 'text'): Promise<string | null>
  get<T = unknown>(key: Key, type: 'json'): Promise<T | null>
  get(key: Key, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
  get(key: Key, type: 'stream'): Promise<ReadableStream | null>
  get(keys: Key[], type: 'text'): Promise<Map<string, string | null>>
  put(
    key: Key,
    value: string | ArrayBuffer | ArrayBufferView,
    options?: { metadata?: unknown },
  ): Promise<void>
  delete(key: Key): Promise<void>
  list<T = unknown>(options?: {
    limit?: number
    prefix?: string | null
    cursor?: string | null
  }): Promise<
    | {
        list_complete: false
        keys: { name: Key; metadata?: T }[]
        cursor: string
        cacheStatus: string | null
      }
    | { list_complete: true; keys: { name: Key; metadata?: T }[]; cacheStatus: string | null }
  >
}

test('a namespace of the type that Workers give it is taken as it is', () => {
  expectTypeOf<NamespaceOfWorkers>().toExtend<WorkersKvNamespace>()
  expectTypeOf<Omit<NamespaceOfWorkers, 'list'>>().not.toExtend<WorkersKvNamespace>()
})

describe('a namespace that fails', () => {
  const failure = new Error('KV GET failed: 500 Internal Server Error')
  function failing(method: keyof WorkersKvNamespace, error: unknown): WorkersKvNamespace {
    return { ...fakeNamespace(), [method]: vi.fn().mockRejectedValue(error) }
  }
  const store = (method: keyof WorkersKvNamespace, error: unknown = failure) =>
    createWorkersKvStore(failing(method, error))
  const calls: Record<string, () => Promise<unknown>> = {
    get: () => store('get').get('a/b'),
    getMany: () => store('get').getMany(['a/b', 'c']),
    set: () => store('put').set('a/b', value),
    setMany: () => store('put').setMany([['a/b', value]]),
    delete: () => store('delete').delete('a/b'),
    keys: () => listed(store('list'), 'a/b'),
  }

  test.each(Object.entries(calls))(
    'U29 %s rejects with store-failed and the cause',
    async (operation, call) => {
      const key = 'a/b'
      await expect(call()).rejects.toMatchObject({
        code: 'store-failed',
        fields: { operation, key },
        cause: failure,
        message: `${operation} "${key}": the KV namespace failed (${failure.message})`,
      })
    },
  )

  test('U29 a listing of everything names no key, and what is thrown may be anything', async () => {
    await expect(listed(store('list', 'text'))).rejects.toMatchObject({
      code: 'store-failed',
      fields: { operation: 'keys', key: '' },
      cause: 'text',
      message: 'keys: the KV namespace failed (text)',
    })
  })

  test('U29 a method that throws at once is no different', async () => {
    const throwing: WorkersKvNamespace = {
      ...fakeNamespace(),
      get: () => {
        throw failure
      },
    }
    await expect(createWorkersKvStore(throwing).get('key')).rejects.toMatchObject({ cause: failure })
  })

  test('U30 other failures than 429 are not repeated', async () => {
    for (const message of ['KV PUT failed: 500 429', 'Too many API requests by single worker invocation.']) {
      const put = vi.fn(() => Promise.reject(new Error(message)))
      const refused = createWorkersKvStore({ ...fakeNamespace(), put }, { retryDelay: 0 })
      await expect(refused.set('key', value)).rejects.toMatchObject({ code: 'store-failed' })
      expect(put).toHaveBeenCalledTimes(1)
    }
  })

  test('U30 a page that is not the last and leads nowhere is an error, not the end', async () => {
    const list = async (): Promise<WorkersKvListing> => ({ keys: [{ name: 'a' }], list_complete: false })
    await expect(listed(createWorkersKvStore({ ...fakeNamespace(), list }))).rejects.toMatchObject({
      code: 'store-failed',
      fields: { operation: 'keys', key: '' },
    })
  })

  test('U30 setMany begins nothing after a failure, and rejects when nothing is under way', async () => {
    const begun: string[] = []
    let underWay = 0
    const put = async (key: string): Promise<void> => {
      begun.push(key)
      underWay++
      await new Promise((resolve) => setTimeout(resolve, key === 'k0' ? 1 : 20))
      underWay--
      if (key === 'k0') throw failure
    }
    const entries = Array.from({ length: 20 }, (_, index) => [`k${index}`, value] as const)
    const refusing = createWorkersKvStore({ ...fakeNamespace(), put })
    await expect(refusing.setMany(entries)).rejects.toMatchObject({ fields: { key: 'k0' } })
    expect([begun.length, underWay]).toEqual([6, 0])
  })
})

describe('429', () => {
  /** Refuses the first calls of one method. */
  function refusing(method: keyof WorkersKvNamespace, times: number) {
    const inner = fakeNamespace(new Map([['key', value.slice().buffer]]))
    const mock = vi.fn()
    for (let time = 0; time < times; time++) mock.mockRejectedValueOnce(tooMany())
    async function taken<T>(called: keyof WorkersKvNamespace, work: () => Promise<T>): Promise<T> {
      if (called === method) await mock()
      return work()
    }
    const namespace: WorkersKvNamespace = {
      get: (key, type) => taken('get', () => inner.get(key, type)),
      put: (key, bytes) => taken('put', () => inner.put(key, bytes)),
      delete: (key) => taken('delete', () => inner.delete(key)),
      list: (options) => taken('list', () => inner.list(options)),
    }
    return { namespace, mock }
  }

  test.each(['get', 'put', 'delete', 'list'] as const)(
    'U30 %s is repeated until KV takes it',
    async (method) => {
      const { namespace, mock } = refusing(method, 4)
      const store = createWorkersKvStore(namespace, { retryDelay: 0 })
      if (method === 'get') expect(await store.get('key')).toEqual(value)
      if (method === 'put') await store.set('key', new Uint8Array(1))
      if (method === 'delete') await store.delete('key')
      if (method === 'list') expect(await listed(store)).toEqual(['key'])
      expect(mock).toHaveBeenCalledTimes(5)
      if (method === 'put') expect(await store.get('key')).toEqual(new Uint8Array(1))
      if (method === 'delete') expect(await store.get('key')).toBeUndefined()
    },
  )

  test('U30 it is given up after the retries', async () => {
    const { namespace, mock } = refusing('put', 100)
    const store = createWorkersKvStore(namespace, { retries: 2, retryDelay: 0 })
    await expect(store.setMany([['key', value]])).rejects.toMatchObject({
      code: 'store-failed',
      fields: { operation: 'setMany', key: 'key' },
      cause: tooMany(),
      message: 'setMany "key": the KV namespace failed (KV PUT failed: 429 Too Many Requests; 3 attempts)',
    })
    expect(mock).toHaveBeenCalledTimes(3)
  })

  test('U30 the waits begin at a second, which is what a key needs, and double', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { namespace, mock } = refusing('put', 100)
    const done = expect(createWorkersKvStore(namespace).set('key', value)).rejects.toMatchObject({
      code: 'store-failed',
    })
    const times: number[] = []
    const start = Date.now()
    for (let attempt = 1; attempt <= 5; attempt++) {
      while (mock.mock.calls.length < attempt) await vi.advanceTimersByTimeAsync(10)
      times.push(Date.now() - start)
    }
    await done
    times.slice(1).forEach((time, index) => {
      const wait = time - times[index]!
      expect(wait).toBeGreaterThanOrEqual(1000 * 2 ** index - 10)
      expect(wait).toBeLessThanOrEqual(1500 * 2 ** index + 10)
    })
    expect(mock).toHaveBeenCalledTimes(5)
  })
})

test('U29 of a setMany with a value that is too large nothing is written, and the limit is named', async () => {
  const medium = new Map<string, ArrayBuffer>()
  const store = createWorkersKvStore(fakeNamespace(medium))
  const larger = new Uint8Array(MAX_WORKERS_KV_VALUE_BYTES + 1)
  await expect(store.setMany([['small', value], ['large', larger]])).rejects.toMatchObject({
    code: 'store-failed',
    fields: { operation: 'setMany', key: 'large' },
    message: 'setMany "large": KV holds values of at most 26214400 bytes (25 MiB), this one has 26214401',
  }) // prettier-ignore
  expect(medium.size).toBe(0)
})

test('U29 getMany and setMany keep to six connections, and use them', async () => {
  const inner = fakeNamespace()
  let [open, most] = [0, 0]
  async function connected<T>(work: () => Promise<T>): Promise<T> {
    most = Math.max(most, ++open)
    await new Promise((resolve) => setTimeout(resolve, 1))
    open--
    return work()
  }
  const store = createWorkersKvStore({
    ...inner,
    get: (key, type) => connected(() => inner.get(key, type)),
    put: (key, bytes) => connected(() => inner.put(key, bytes)),
  })
  const keys = Array.from({ length: 30 }, (_, index) => `k${index}`)
  await store.setMany(keys.map((key) => [key, value]))
  expect([most, open]).toEqual([6, 0])
  most = 0
  expect(await store.getMany(keys)).toEqual(keys.map(() => value))
  expect([most, open]).toEqual([6, 0])
})

test('U29 a prefix costs no listing of its neighbours', async () => {
  const inner = fakeNamespace()
  for (const key of ['doc1', 'doc1-x', 'doc1/a', 'doc1/b/c', 'doc12', 'doc12/a', 'doc1.y']) await inner.put(key, value) // prettier-ignore
  const seen: string[] = []
  const store = createWorkersKvStore({
    ...inner,
    async list(options) {
      const page = await inner.list(options)
      seen.push(...page.keys.map(({ name }) => name))
      return page
    },
  })
  expect(await listed(store, 'doc1')).toEqual(['doc1', 'doc1/a', 'doc1/b/c'])
  expect(seen).toEqual(['doc1', 'doc1/a', 'doc1/b/c'])
  expect(await listed(store, 'doc')).toEqual([])
})

test('U29 an empty page is not the end of a listing', async () => {
  const inner = fakeNamespace()
  for (const key of ['doc', 'doc/a']) await inner.put(key, value)
  const store = createWorkersKvStore({
    ...inner,
    list: async (options) =>
      options.cursor === undefined
        ? { keys: [], list_complete: false, cursor: ' ' }
        : inner.list({ ...options, cursor: options.cursor.trim() }),
  })
  expect(await listed(store, 'doc')).toEqual(['doc', 'doc/a'])
  expect(await listed(store)).toEqual(['doc', 'doc/a'])
})

test('U29 a miss that KV keeps stays a miss elsewhere, and is no error', async () => {
  const medium = new Map<string, ArrayBuffer>()
  const here = createWorkersKvStore(fakeNamespace(medium, { keepsReads: true }))
  const there = createWorkersKvStore(fakeNamespace(medium, { keepsReads: true }))
  expect(await there.get('key')).toBeUndefined()
  await here.set('key', value)
  expect(await here.get('key')).toEqual(value)
  expect(await there.getMany(['key'])).toEqual([undefined])
})

test('U29 what is no namespace, and options that are none, are refused at once', () => {
  const refused = (namespace: unknown, options?: object) => () =>
    createWorkersKvStore(namespace as WorkersKvNamespace, options)
  const expected = (argument: string): unknown =>
    expect.objectContaining({
      code: 'bad-argument',
      fields: expect.objectContaining({ argument }) as unknown,
    })
  for (const wrong of [undefined, null, 'UNITS', {}, new Map()])
    expect(refused(wrong)).toThrow(expected('namespace'))
  for (const retries of [-1, 1.5, NaN, Infinity, '1'])
    expect(refused(fakeNamespace(), { retries })).toThrow(expected('retries'))
  for (const retryDelay of [-1, NaN, Infinity, '1'])
    expect(refused(fakeNamespace(), { retryDelay })).toThrow(expected('retryDelay'))
})
