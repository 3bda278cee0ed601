import { assertBytes, assertEqual } from '../assertions.js'
import { bytesOf, type CacheStoreCase, hasOf, keysOf } from './case.js'

const MEBIBYTE = 1024 * 1024

/** Values in and out, one and many (U29, U30). */
export const valueCases: readonly CacheStoreCase[] = [
  {
    name: 'U29 a value comes back as it was set',
    async run({ store }) {
      await store.set('orders/manifest.json', bytesOf('{"a":1}'))
      assertBytes(await store.get('orders/manifest.json'), bytesOf('{"a":1}'), 'get')
    },
  },
  {
    name: 'U29 an empty value is a value, not a miss',
    async run({ store }) {
      await store.set('empty', new Uint8Array())
      assertBytes(await store.get('empty'), new Uint8Array(), 'get')
      assertEqual((await store.getMany(['empty']))[0]?.length, 0, 'getMany')
    },
  },
  {
    name: 'U29 every byte value comes back',
    async run({ store }) {
      const all = Uint8Array.from({ length: 1024 }, (_, index) => (index * 7) % 256)
      await store.set('bytes', all)
      assertBytes(await store.get('bytes'), all, 'get')
    },
  },
  {
    name: 'U29 a value of 1 MiB comes back',
    async run({ store }) {
      const large = Uint8Array.from({ length: MEBIBYTE }, (_, index) => (index * 31 + (index >> 8)) % 256)
      await store.set('large', large)
      assertBytes(await store.get('large'), large, 'get')
    },
  },
  {
    name: 'U29 setting a key again replaces its value, also by a shorter one',
    async run({ store }) {
      await store.set('key', bytesOf('a long first value'))
      await store.set('key', bytesOf('short'))
      assertBytes(await store.get('key'), bytesOf('short'), 'get')
      assertEqual(await keysOf(store), ['key'], 'keys')
    },
  },
  {
    name: 'U29 a miss is undefined',
    async run({ store }) {
      await store.set('there', bytesOf('x'))
      assertEqual(await store.get('nothing'), undefined, 'get')
      assertEqual(await store.get('no/folder/either'), undefined, 'get below a folder that is not there')
      assertEqual(await store.get('there/below'), undefined, 'get below a key')
      await store.set('folder/of/keys', bytesOf('x'))
      assertEqual(await store.get('folder/of'), undefined, 'get of a folder')
    },
  },
  {
    name: 'U29 delete removes a key, and only that',
    async run({ store }) {
      await store.setMany([
        ['doc/a', bytesOf('a')],
        ['doc/b', bytesOf('b')],
      ])
      await store.delete('doc/a')
      assertEqual(await store.get('doc/a'), undefined, 'the deleted key')
      assertBytes(await store.get('doc/b'), bytesOf('b'), 'the other key')
      assertEqual(await keysOf(store), ['doc/b'], 'keys')
    },
  },
  {
    name: 'U29 deleting what is not there is no error',
    async run({ store }) {
      await store.set('there', bytesOf('x'))
      await store.delete('nothing')
      await store.delete('no/folder')
      await store.delete('there/below')
      assertEqual(await keysOf(store), ['there'], 'keys')
    },
  },
  {
    name: 'U29 a key can be set again after it was deleted, also as a folder of others and back',
    async run({ store }) {
      await store.set('doc', bytesOf('1'))
      await store.delete('doc')
      await store.set('doc/below', bytesOf('2'))
      assertBytes(await store.get('doc/below'), bytesOf('2'), 'the key below')
      await store.delete('doc/below')
      await store.set('doc', bytesOf('3'))
      assertBytes(await store.get('doc'), bytesOf('3'), 'the key')
      assertEqual(await keysOf(store), ['doc'], 'keys')
    },
  },
  {
    name: 'U29 getMany gives values in the order of the keys, with misses and repetitions',
    async run({ store }) {
      await store.setMany([
        ['a', bytesOf('1')],
        ['b', bytesOf('2')],
      ])
      const values = await store.getMany(['b', 'missing', 'a', 'b'])
      assertEqual(
        values.map((value) => (value === undefined ? undefined : new TextDecoder().decode(value))),
        ['2', undefined, '1', '2'],
        'getMany',
      )
    },
  },
  {
    name: 'U29 getMany of many keys gives each its own value',
    async run({ store }) {
      const entries = Array.from(
        { length: 100 },
        (_, index) => [`many/k${index}`, bytesOf(`v${index}`)] as const,
      )
      await store.setMany(entries)
      const values = await store.getMany(entries.map(([key]) => key))
      entries.forEach(([key, value], index) => assertBytes(values[index], value, key))
    },
  },
  {
    name: 'U29 getMany and setMany of nothing do nothing',
    async run({ store }) {
      await store.set('there', bytesOf('x'))
      assertEqual(await store.getMany([]), [], 'getMany')
      await store.setMany([])
      assertEqual(await keysOf(store), ['there'], 'keys')
    },
  },
  {
    name: 'U29 of several values for one key in setMany the last one is kept',
    async run({ store }) {
      await store.setMany([
        ['key', bytesOf('first, the longest of all')],
        ['other', bytesOf('o')],
        ['key', bytesOf('second')],
        ['key', bytesOf('last')],
      ])
      assertBytes(await store.get('key'), bytesOf('last'), 'get')
      assertBytes(await store.get('other'), bytesOf('o'), 'get')
    },
  },
  {
    name: 'U30 what the caller does to its buffer afterwards is not seen',
    async run({ store }) {
      const one = bytesOf('one')
      const many = bytesOf('many')
      const writes = [store.set('one', one), store.setMany([['many', many]])]
      one.fill(0)
      many.fill(0)
      await Promise.all(writes)
      one.fill(1)
      many.fill(1)
      assertBytes(await store.get('one'), bytesOf('one'), 'set')
      assertBytes(await store.get('many'), bytesOf('many'), 'setMany')
    },
  },
  {
    name: 'U30 what the caller does to a value that it was given is not seen',
    async run({ store }) {
      await store.set('key', bytesOf('value'))
      ;(await store.get('key'))?.fill(0)
      ;(await store.getMany(['key']))[0]?.fill(0)
      const [first, second] = await store.getMany(['key', 'key'])
      first?.fill(0)
      assertBytes(second, bytesOf('value'), 'the same key twice in getMany')
      assertBytes(await store.get('key'), bytesOf('value'), 'get')
    },
  },
  {
    name: 'U30 a value that is a part of a larger buffer is stored as that part',
    async run({ store }) {
      const part = bytesOf('before|value|after').subarray(7, 12)
      await store.set('one', part)
      await store.setMany([['many', part]])
      assertBytes(await store.get('one'), bytesOf('value'), 'set')
      assertBytes(await store.get('many'), bytesOf('value'), 'setMany')
      assertEqual((await store.get('one'))?.buffer.byteLength, 5, 'bytes of the buffer that is handed out')
    },
  },
  {
    name: 'U29 has agrees with get',
    needs: ['has'],
    async run({ store }) {
      const has = hasOf(store)
      await store.setMany([
        ['a', bytesOf('1')],
        ['folder/b', new Uint8Array()],
      ])
      const keys = ['folder', 'a', 'missing', 'folder/b', 'a/below', 'a']
      const values = await store.getMany(keys)
      assertEqual(await has(keys), [false, true, false, true, false, true], 'has')
      assertEqual(
        values.map((value) => value !== undefined),
        await has(keys),
        'getMany',
      )
      assertEqual(await has([]), [], 'has of nothing')
    },
  },
]
