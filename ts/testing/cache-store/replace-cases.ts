import type { CacheStore } from '../../stores/index.js'
import { assertBytes, assertEqual, fail } from '../assertions.js'
import { bytesOf, type CacheStoreCase, keysOf, replaceOf } from './case.js'

/** Compare and set (U32 rests on it). */
export const replaceCases: readonly CacheStoreCase[] = [
  {
    name: 'U32 replace writes where the value is the expected one, absent included',
    needs: ['replace'],
    async run({ store }) {
      const replace = replaceOf(store)
      assertEqual(await replace('doc/key', undefined, bytesOf('1')), true, 'absent to 1')
      assertBytes(await store.get('doc/key'), bytesOf('1'), 'get')
      assertEqual(await replace('doc/key', bytesOf('1'), bytesOf('22')), true, '1 to 22')
      assertBytes(await store.get('doc/key'), bytesOf('22'), 'get')
      assertEqual(await replace('doc/key', bytesOf('22'), new Uint8Array()), true, '22 to empty')
      assertEqual(await replace('doc/key', new Uint8Array(), bytesOf('3')), true, 'empty to 3')
      assertBytes(await store.get('doc/key'), bytesOf('3'), 'get')
      assertEqual(await keysOf(store), ['doc/key'], 'keys')
    },
  },
  {
    name: 'U32 replace leaves another value than the expected one as it is',
    needs: ['replace'],
    async run({ store }) {
      const replace = replaceOf(store)
      await store.set('key', bytesOf('value'))
      for (const wrong of ['other', 'valu', 'value2', 'Value', '']) {
        assertEqual(await replace('key', bytesOf(wrong), bytesOf('new')), false, `expected "${wrong}"`)
      }
      assertEqual(await replace('key', undefined, bytesOf('new')), false, 'expected absent')
      assertBytes(await store.get('key'), bytesOf('value'), 'get')
      assertEqual(await replace('missing', bytesOf(''), bytesOf('new')), false, 'absent is not empty')
      assertEqual(await keysOf(store), ['key'], 'keys')
    },
  },
  {
    name: 'U32 of several replacing at once exactly one wins',
    needs: ['replace'],
    async run({ store }) {
      const replace = replaceOf(store)
      const numbers = Array.from({ length: 10 }, (_, index) => index)
      const won = await Promise.all(
        numbers.map((number) => replace('key', undefined, bytesOf(`by ${number}`))),
      )
      assertEqual(won.filter(Boolean).length, 1, 'winners')
      assertBytes(await store.get('key'), bytesOf(`by ${won.indexOf(true)}`), 'get')
    },
  },
  {
    name: 'U32 20 counters that get and replace lose no count',
    needs: ['replace'],
    async run({ store }) {
      await Promise.all(Array.from({ length: 20 }, () => count(store, 'counter')))
      assertBytes(await store.get('counter'), bytesOf('20'), 'the counter')
    },
  },
  {
    name: 'U32 counters of two instances lose no count',
    needs: ['replace', 'reopen'],
    async run({ store, reopen }) {
      await store.set('counter', bytesOf('0'))
      const other = await reopen()
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => count(index % 2 === 0 ? store : other, 'counter')),
      )
      assertBytes(await other.get('counter'), bytesOf('20'), 'the counter')
    },
  },
]

async function count(store: CacheStore, key: string): Promise<void> {
  const replace = replaceOf(store)
  for (let attempt = 0; attempt < 1000; attempt++) {
    const value = await store.get(key)
    const next = String(Number(new TextDecoder().decode(value ?? bytesOf('0'))) + 1)
    if (await replace(key, value, bytesOf(next))) return
  }
  fail('replace never succeeded in 1000 attempts')
}
