import { MAX_STORE_KEY_LENGTH } from '../../stores/index.js'
import { assertBytes, assertEqual, assertRejects, assertThat } from '../assertions.js'
import { bytesOf, type CacheStoreCase, keysOf } from './case.js'

/** Of the safe form, and each a trap for some medium. */
const UNUSUAL = [
  '.hidden',
  '..a',
  'a..b/c',
  '-',
  '_',
  '--help',
  '__proto__',
  'constructor',
  'toString',
  '0',
  '007',
  'v1/orders/manifest.0123456789abcdef.json',
  'console',
  'nullable.txt',
  'com10',
  'a.b.c.d',
  'index.html',
  'a/b/c/d/e/f/g/h/i/j/k',
]

/** No key: what each could do to a medium that took it. */
const HOSTILE: readonly unknown[] = [
  '',
  '.',
  '..',
  '../x',
  'a/../b',
  'a/..',
  './a',
  'a/./b',
  '/abs',
  '/',
  'a/',
  'a//b',
  '\\x',
  'a\\b',
  'C:\\x',
  'C:x',
  'file:///x',
  'CON',
  'con',
  'nul.txt',
  'a/COM1',
  'com1/a',
  'LPT9.tar.gz',
  'aux',
  'prn.a',
  'trailing.',
  'trailing./a',
  '...',
  'a b',
  ' a',
  'a\n',
  'a\0',
  'a\0/../b',
  'a~b',
  'a%2fb',
  'a?b',
  'a#b',
  'a*',
  'é',
  'ａ',
  '\ud800',
  'a\udfff',
  'x'.repeat(MAX_STORE_KEY_LENGTH + 1),
  'x/'.repeat(5000) + 'x',
  undefined,
  null,
  7,
  true,
  ['a'],
  { key: 'a' },
  Object.create(null),
  Symbol('a'),
]

/** A store as a program in plain JavaScript sees it, which may hand in anything. */
interface UntypedStore {
  get(key: unknown): unknown
  getMany(keys: readonly unknown[]): unknown
  set(key: unknown, value: Uint8Array): unknown
  setMany(entries: readonly (readonly [key: unknown, value: Uint8Array])[]): unknown
  delete(key: unknown): unknown
  keys(prefix: unknown): AsyncIterable<string>
  has?(keys: readonly unknown[]): unknown
  replace?(key: unknown, expected: Uint8Array | undefined, value: Uint8Array): unknown
}

/** Keys: which are taken, which are refused, and how they are listed (U28). */
export const keyCases: readonly CacheStoreCase[] = [
  {
    name: 'U28 keys of unusual but safe form are kept apart',
    async run({ store }) {
      await store.setMany(UNUSUAL.map((key) => [key, bytesOf(key)]))
      for (const key of UNUSUAL) assertBytes(await store.get(key), bytesOf(key), key)
      assertEqual(await keysOf(store), [...UNUSUAL].sort(), 'keys')
    },
  },
  {
    name: 'U28 keys that differ only in case are both kept',
    async run({ store }) {
      const keys = ['A', 'a', 'doc/B', 'doc/b', 'Folder/x', 'folder/x']
      for (const key of keys) await store.set(key, bytesOf(key))
      for (const key of keys) assertBytes(await store.get(key), bytesOf(key), key)
      assertEqual(await keysOf(store), [...keys].sort(), 'keys')
    },
  },
  {
    name: 'U28 a key that differs only in case from one that is held is a miss',
    async run({ store }) {
      await store.setMany([
        ['doc/Name', bytesOf('x')],
        ['Upper/name', bytesOf('y')],
      ])
      for (const key of ['doc/name', 'DOC/Name', 'upper/name', 'UPPER/NAME']) {
        assertEqual(await store.get(key), undefined, `get ${key}`)
        assertEqual(await store.getMany([key]), [undefined], `getMany ${key}`)
        assertEqual(await store.has?.([key]), store.has === undefined ? undefined : [false], `has ${key}`)
        assertEqual(await keysOf(store, key), [], `keys ${key}`)
        await store.delete(key)
      }
      assertEqual(await keysOf(store), ['Upper/name', 'doc/Name'], 'keys')
    },
  },
  {
    name: `U28 keys of ${MAX_STORE_KEY_LENGTH} characters are kept apart`,
    async run({ store }) {
      const length = MAX_STORE_KEY_LENGTH
      const keys = [
        'x'.repeat(length),
        `${'x'.repeat(length - 1)}y`,
        'x'.repeat(length - 1),
        `${'x'.repeat(200)}/${'x'.repeat(199)}`,
        `${'y'.repeat(200)}con`,
        `${'y'.repeat(200)}.a/b`,
        'y'.repeat(199),
        'z/'.repeat(length / 2 - 1) + 'zz',
        'w'.repeat(200),
        'w'.repeat(201),
      ]
      await store.setMany(keys.map((key, index) => [key, bytesOf(String(index))]))
      for (const [index, key] of keys.entries()) {
        assertBytes(await store.get(key), bytesOf(String(index)), `key ${index}`)
        assertEqual(await keysOf(store, key), [key], `keys with key ${index} as the prefix`)
      }
      assertEqual(await keysOf(store), [...keys].sort(), 'keys')
      for (const key of keys) await store.delete(key)
      assertEqual(await keysOf(store), [], 'keys when all are deleted')
    },
  },
  {
    name: 'U28 keys that are not of the safe form are refused by every method',
    async run({ store }) {
      const untyped: UntypedStore = store
      const value = bytesOf('x')
      await store.set('there', value)
      for (const key of HOSTILE) {
        const shown = typeof key === 'string' ? JSON.stringify(key.slice(0, 40)) : typeof key
        await assertRejects(() => untyped.get(key), 'bad-key', `get ${shown}`)
        await assertRejects(() => untyped.getMany(['there', key]), 'bad-key', `getMany ${shown}`)
        await assertRejects(() => untyped.set(key, value), 'bad-key', `set ${shown}`)
        const entries = [['new', value] as const, [key, value] as const]
        await assertRejects(() => untyped.setMany(entries), 'bad-key', `setMany ${shown}`)
        await assertRejects(() => untyped.delete(key), 'bad-key', `delete ${shown}`)
        if (untyped.has !== undefined) {
          await assertRejects(() => untyped.has?.(['there', key]), 'bad-key', `has ${shown}`)
        }
        if (untyped.replace !== undefined) {
          await assertRejects(() => untyped.replace?.(key, undefined, value), 'bad-key', `replace ${shown}`)
        }
        if (key === undefined) continue
        const list = async (): Promise<void> => {
          for await (const found of untyped.keys(key)) assertThat(found === '', `keys ${shown} gave ${found}`)
        }
        await assertRejects(list, 'bad-key', `keys ${shown}`)
      }
      assertEqual(await keysOf(store), ['there'], 'a refused call has written something: keys')
    },
  },
  {
    name: 'U28 keys lists what is there, and nothing in an empty store',
    async run({ store }) {
      await store.set('gone', bytesOf('x'))
      await store.delete('gone')
      assertEqual(await keysOf(store), [], 'keys of an empty store')
      assertEqual(await keysOf(store, 'gone'), [], 'keys with a prefix')
      const keys = Array.from({ length: 50 }, (_, index) => `list/${index % 5}/${index}`)
      await store.setMany(keys.map((key) => [key, bytesOf(key)]))
      assertEqual(await keysOf(store), keys.sort(), 'keys')
    },
  },
  {
    name: 'U28 a prefix means whole segments: doc1 is not doc12',
    async run({ store }) {
      const keys = ['doc1/a', 'doc1/b/c', 'doc12/a', 'doc', 'doc1-x', 'doc1.x', 'a/x', 'ab/x', 'x/doc1/a']
      await store.setMany(keys.map((key) => [key, bytesOf(key)]))
      assertEqual(await keysOf(store, 'doc1'), ['doc1/a', 'doc1/b/c'], 'doc1')
      assertEqual(await keysOf(store, 'doc1/b'), ['doc1/b/c'], 'doc1/b')
      assertEqual(await keysOf(store, 'a'), ['a/x'], 'a')
      assertEqual(await keysOf(store, 'do'), [], 'do')
      assertEqual(await keysOf(store, 'missing/folder'), [], 'missing/folder')
    },
  },
  {
    name: 'U28 a prefix that is itself a key gives that key',
    async run({ store }) {
      await store.setMany([
        ['doc', bytesOf('1')],
        ['doc1', bytesOf('2')],
        ['folder/doc', bytesOf('3')],
      ])
      assertEqual(await keysOf(store, 'doc'), ['doc'], 'doc')
      assertEqual(await keysOf(store, 'folder/doc'), ['folder/doc'], 'folder/doc')
      assertEqual(await keysOf(store, 'doc/below'), [], 'doc/below')
    },
  },
  {
    name: 'U28 a key and a key below it are both kept',
    async run({ store }) {
      await store.set('doc', bytesOf('1'))
      await store.set('doc/below', bytesOf('2'))
      assertBytes(await store.get('doc'), bytesOf('1'), 'doc')
      assertBytes(await store.get('doc/below'), bytesOf('2'), 'doc/below')
      assertEqual(await keysOf(store, 'doc'), ['doc', 'doc/below'], 'keys')
    },
  },
]
