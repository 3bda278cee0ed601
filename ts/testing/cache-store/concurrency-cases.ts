import { isUnitflowError } from '../../errors/index.js'
import { assertBytes, assertEqual, assertRejects, assertThat, fail } from '../assertions.js'
import { assertMarked, bytesOf, type CacheStoreCase, hasOf, keysOf, markedValue, replaceOf } from './case.js'

/** Several users at once, fresh instances, and closing (U30). */
export const concurrencyCases: readonly CacheStoreCase[] = [
  {
    name: 'U30 of several writers of one key one value stays, whole, and readers see only whole values',
    async run({ store }) {
      await store.set('key', markedValue(1))
      let writing = true
      const read = async (): Promise<void> => {
        while (writing) {
          assertMarked((await store.get('key')) ?? fail('a value that is being replaced was not there'))
          await new Promise((resolve) => setTimeout(resolve, 0))
        }
      }
      const readers = [read(), read()]
      try {
        for (let round = 0; round < 5; round++) {
          await Promise.all([7, 2, 11, 3, 5, 10].map((number) => store.set('key', markedValue(number))))
        }
      } finally {
        writing = false
        await Promise.all(readers)
      }
      const last = assertMarked((await store.get('key')) ?? fail('the value is gone'))
      assertThat([7, 2, 11, 3, 5, 10].includes(last), `the value of nobody who wrote last: ${last}`)
      assertEqual(await keysOf(store), ['key'], 'keys')
    },
  },
  {
    name: 'U30 several setMany at once keep every key, and each value whole',
    async run({ store }) {
      const numbers = [1, 2, 3, 4]
      await Promise.all(
        numbers.map((number) =>
          store.setMany([
            ...Array.from({ length: 10 }, (_, index) => [`shared/${index}`, markedValue(number)] as const),
            [`own/${number}`, markedValue(number)] as const,
          ]),
        ),
      )
      for (let index = 0; index < 10; index++) {
        assertMarked((await store.get(`shared/${index}`)) ?? fail(`shared/${index} is missing`))
      }
      for (const number of numbers)
        assertBytes(await store.get(`own/${number}`), markedValue(number), `own/${number}`)
    },
  },
  {
    name: 'U30 a fresh instance sees what was written, by set and by setMany, and what was deleted',
    needs: ['reopen'],
    async run({ store, reopen }) {
      await store.set('one', bytesOf('1'))
      await store.setMany([
        ['many/a', bytesOf('a')],
        ['many/b', bytesOf('b')],
      ])
      await store.delete('many/b')
      const other = await reopen()
      assertBytes(await other.get('one'), bytesOf('1'), 'one')
      assertEqual(await keysOf(other), ['many/a', 'one'], 'keys')
      await other.set('two', bytesOf('2'))
      assertBytes(await store.get('two'), bytesOf('2'), 'what the fresh instance wrote')
      await store.close()
      const third = await reopen()
      assertEqual(await keysOf(third), ['many/a', 'one', 'two'], 'keys after close')
    },
  },
  {
    name: 'U30 after close every method is store-closed, and close may be called again',
    async run({ store }) {
      await store.set('key', bytesOf('x'))
      const listing = store.keys()[Symbol.asyncIterator]()
      await listing.next()
      await Promise.all([store.close(), store.close()])
      await store.close()
      await assertRejects(() => store.get('key'), 'store-closed', 'get')
      await assertRejects(() => store.getMany([]), 'store-closed', 'getMany')
      await assertRejects(() => store.set('key', bytesOf('y')), 'store-closed', 'set')
      await assertRejects(() => store.setMany([]), 'store-closed', 'setMany')
      await assertRejects(() => store.delete('key'), 'store-closed', 'delete')
      await assertRejects(() => keysOf(store), 'store-closed', 'keys')
      await assertRejects(() => listing.next(), 'store-closed', 'keys that are being listed')
      if (store.has !== undefined) await assertRejects(() => hasOf(store)(['key']), 'store-closed', 'has')
      if (store.replace !== undefined) {
        await assertRejects(() => replaceOf(store)('key', undefined, bytesOf('y')), 'store-closed', 'replace')
      }
    },
  },
  {
    name: 'U30 a write that is under way at close is done, or is refused with store-closed',
    async run({ store }) {
      const writes = [store.set('one', markedValue(9)), store.setMany([['many', markedValue(8)]])]
      const outcomes = Promise.allSettled(writes)
      await store.close()
      for (const outcome of await outcomes) {
        if (outcome.status === 'fulfilled' || isUnitflowError(outcome.reason, 'store-closed')) continue
        fail(`a write that was under way at close: ${String(outcome.reason)}`)
      }
    },
  },
  {
    name: 'U30 a write that was under way at close is seen whole by a fresh instance if it resolved',
    needs: ['reopen'],
    async run({ store, reopen }) {
      const write = store.set('key', markedValue(9)).then(
        () => true,
        () => false,
      )
      await store.close()
      const resolved = await write
      const value = await (await reopen()).get('key')
      if (value !== undefined) assertMarked(value)
      assertThat(!resolved || value !== undefined, 'a write resolved, and its value is not there')
    },
  },
]
