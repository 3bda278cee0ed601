import { describe, expect, test } from 'vitest'
import { runInNewContext } from 'node:vm'
import type { CacheStore } from '../../../ts/stores/index.js'
import { assertStoreKey, isStoreKey, MAX_STORE_KEY_LENGTH } from '../../../ts/stores/index.js'
import { checkedStore } from '../../../ts/stores/checked-store.js'
import { createMemoryStore } from '../../../ts/stores/memory/index.js'
import { listed } from './temporary-root.js'

/** A medium that records what reaches it, and whose writes end when the test says so. */
function recordingMedium(): { medium: CacheStore; calls: unknown[][]; endWrites: () => void } {
  const calls: unknown[][] = []
  let endWrites = (): void => undefined
  const ended = new Promise<void>((resolve) => (endWrites = resolve))
  const medium: CacheStore = {
    get: async (...args) => void calls.push(['get', ...args]),
    getMany: async (keys) => keys.map(() => void calls.push(['getMany'])),
    async set(...args) {
      calls.push(['set', ...args])
      await ended
      calls.push(['set ended'])
    },
    setMany: async (...args) => void calls.push(['setMany', ...args]),
    delete: async (...args) => void calls.push(['delete', ...args]),
    async *keys() {
      yield* ['a', 'not a key', '../b', 'b']
    },
    close: async () => void calls.push(['close']),
  }
  return { medium, calls, endWrites: () => endWrites() }
}

describe('checkedStore', () => {
  test('U30 close waits for what is under way, and lets go of the medium once', async () => {
    const { medium, calls, endWrites } = recordingMedium()
    const store = checkedStore(medium)
    const write = store.set('key', new Uint8Array(1))
    const closing = [store.close(), store.close()]
    await expect(store.get('key')).rejects.toMatchObject({
      code: 'store-closed',
      fields: { operation: 'get' },
    })
    expect(calls.map(([name]) => name)).toEqual(['set'])
    endWrites()
    await Promise.all([...closing, write, store.close()])
    expect(calls.map(([name]) => name)).toEqual(['set', 'set ended', 'close'])
  })

  test('U30 close does not wait for a listing that nobody goes on with', async () => {
    const { medium } = recordingMedium()
    const store = checkedStore(medium)
    const keys = store.keys()[Symbol.asyncIterator]()
    await keys.next()
    await store.close()
    await expect(keys.next()).rejects.toMatchObject({ code: 'store-closed' })
  })

  test('U28 names in a medium that are no keys are not listed', async () => {
    expect(await listed(checkedStore(recordingMedium().medium))).toEqual(['a', 'b'])
  })

  test('U30 the medium gets copies of its own, each key once, and no empty lists', async () => {
    const { medium, calls } = recordingMedium()
    const store = checkedStore(medium)
    const buffer = Buffer.from('value')
    await store.setMany([])
    expect(await store.getMany([])).toEqual([])
    expect(calls).toEqual([])
    await store.setMany([
      ['a', new Uint8Array(3)],
      ['b', buffer],
      ['a', buffer.subarray(1)],
    ])
    buffer.fill(0)
    const expected = [['a', new TextEncoder().encode('alue')], ['b', new TextEncoder().encode('value')]] // prettier-ignore
    expect(calls).toEqual([['setMany', expected]])
  })

  test('U29 what a medium leaves out is left out', () => {
    const store = checkedStore(recordingMedium().medium)
    expect(['has' in store, 'replace' in store]).toEqual([false, false])
  })

  test.each([
    ['text'],
    [new ArrayBuffer(1)],
    [new Uint16Array(1)],
    [[1]],
    [null],
    [undefined],
    [new DataView(new ArrayBuffer(1))],
  ])('U29 a value that is %o is refused', async (wrong) => {
    const store = createMemoryStore()
    const value = wrong as unknown as Uint8Array
    const refusal = { code: 'bad-argument', fields: { argument: 'value', expected: 'Uint8Array' } }
    await expect(store.set('key', value)).rejects.toMatchObject(refusal)
    await expect(store.setMany([['key', value]])).rejects.toMatchObject(refusal)
    await expect(store.replace!('key', undefined, value)).rejects.toMatchObject(refusal)
    expect(await listed(store)).toEqual([])
  })

  test('U29 bytes of another realm are bytes', async () => {
    const store = createMemoryStore()
    const value = runInNewContext('new Uint8Array([1, 2])') as Uint8Array
    expect(value).not.toBeInstanceOf(Uint8Array)
    await store.set('key', value)
    expect(await store.get('key')).toEqual(new Uint8Array([1, 2]))
  })
})

describe('store keys', () => {
  test.each([
    'a',
    'a/b',
    '.a',
    'a..b',
    'con1',
    'xcon',
    'con-',
    'a/nul-',
    'com',
    'A-Z_0.9/x',
    'x'.repeat(400),
    'com10.x',
  ])('U28 %s is a key', (key) => {
    expect(isStoreKey(key)).toBe(true)
    expect(() => assertStoreKey(key)).not.toThrow()
  })

  test.each([
    '',
    '.',
    '..',
    'a/',
    '/a',
    'a//b',
    'a.',
    'a./b',
    'con',
    'a/Con.x',
    'LPT1/a',
    'é',
    'a\n',
    'x'.repeat(401),
  ])('U28 %j is none', (key) => {
    expect(isStoreKey(key)).toBe(false)
    expect(() => assertStoreKey(key)).toThrow(
      expect.objectContaining({ code: 'bad-key', name: 'UnitflowError' }),
    )
  })

  test('U28 the message quotes a long or wild key safely, and says what was expected', () => {
    const wild = `${'x'.repeat(500)}\n`
    expect(() => assertStoreKey(wild)).toThrow(
      /^store key "x{80}"… \(501 characters\) is refused: expected 1 to 400/,
    )
    expect(() => assertStoreKey('a\nb')).toThrow(/"a\\nb"/)
    for (const key of [undefined, null, 7, {}, Object.create(null), Symbol('s')]) {
      expect(() => assertStoreKey(key as string)).toThrow(expect.objectContaining({ code: 'bad-key' }))
    }
    expect(MAX_STORE_KEY_LENGTH).toBe(400)
  })
})
