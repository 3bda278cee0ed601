import { isUnitflowError } from '../../errors/index.js'
import type { RecordStore, RecordTransaction, TransactOptions, Value } from '../../records/index.js'
import { assertEqual, assertRejects, assertThat, fail } from '../assertions.js'
import { assertRejectsWith, assertValue, getOf, keysOf, nextTurn, type RecordStoreCase, scanOf, setIn } from './case.js' // prettier-ignore

/** One transaction: all or nothing, and what its work may do. */
export const transactionCases: readonly RecordStoreCase[] = [
  {
    name: 'a transaction gives what its work gives, and all of its writes are there',
    async run({ store }) {
      const given = { not: 'a value', call: () => 1 }
      assertThat((await store.transact(() => given)) === given, 'the result of plain work')
      assertThat((await store.transact(async () => given)) === given, 'the result of asynchronous work')
      assertThat((await store.transact(() => given, { readonly: true })) === given, 'the result of reading')
      assertEqual(await store.transact((): Value => undefined), undefined, 'no result')
      await setIn(store, ['a', 1], 'old')
      await store.transact((transaction) => {
        transaction.set(['a', 2], 'new')
        transaction.set(['b', 1], 'new')
        transaction.delete(['a', 1])
        transaction.delete(['a', 'that was never there'])
        transaction.set(['b', 2], 'for a moment')
        transaction.delete(['b', 2])
        transaction.delete(['b', 3])
        transaction.set(['b', 3], 'after all')
        transaction.set(['b', 3], 'at last')
      })
      assertEqual(await scanOf(store, { prefix: ['a'] }), [{ key: ['a', 2], value: 'new' }], 'collection a')
      const expected = [
        { key: ['b', 1], value: 'new' },
        { key: ['b', 3], value: 'at last' },
      ]
      assertEqual(await scanOf(store, { prefix: ['b'] }), expected, 'collection b')
    },
  },
  {
    name: 'an error in the work is the error of the call, and leaves nothing',
    async run({ store }) {
      await setIn(store, ['c', 'kept'], 1)
      const plain = store.transact((transaction) => {
        transaction.set(['c', 'new'], 1)
        throw new Error('planned')
      })
      assertEqual((await Promise.allSettled([plain]))[0].status, 'rejected', 'work that throws at once')
      const reasons: readonly unknown[] = [new Error('planned'), 'a string', undefined, { code: 'planned' }]
      for (const reason of reasons) {
        const write = (transaction: RecordTransaction): void => {
          transaction.set(['c', 'new'], 1)
          transaction.delete(['c', 'kept'])
        }
        const early = store.transact((transaction) => {
          write(transaction)
          // As the error of somebody else's code comes: it may be anything.
          return failWith(reason)
        })
        await assertRejectsWith(() => early, reason, 'an error before anything was read')
        const late = store.transact(async (transaction) => {
          write(transaction)
          assertValue(await transaction.get(['c', 'new']), 1, 'its own write')
          await failWith(reason)
        })
        await assertRejectsWith(() => late, reason, 'an error after a read')
        const reading = store.transact(
          async (transaction) => {
            await transaction.get(['c', 'kept'])
            await failWith(reason)
          },
          { readonly: true },
        )
        await assertRejectsWith(() => reading, reason, 'an error of work that only reads')
        assertValue(keysOf(await scanOf(store, { prefix: ['c'] })), [['c', 'kept']], 'keys')
      }
    },
  },
  {
    name: 'among transactions at the same time, those that throw leave nothing and take nothing with them',
    async run({ store }) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, id) =>
          store.transact(async (transaction) => {
            transaction.set(['c', id], id)
            await transaction.get(['c', id - 1])
            transaction.set(['d', id], id)
            if (id % 3 === 0) throw new Error('planned')
          }),
        ),
      )
      const done = outcomes.flatMap(({ status }, id) => (status === 'fulfilled' ? [id] : []))
      const planned = Array.from({ length: 40 }, (_, id) => id).filter((id) => id % 3 !== 0)
      assertEqual(done, planned, 'transactions that went through')
      for (const collection of ['c', 'd']) {
        const ids = (await scanOf(store, { prefix: [collection] })).map(({ value }) => value)
        assertEqual(ids, planned, `records of ${collection}`)
      }
    },
  },
  {
    name: 'a transaction that only reads refuses to write, and reads on',
    async run({ store }) {
      await setIn(store, ['c', 1], 'old')
      const seen = await store.transact(
        async (transaction) => {
          await assertRejects(() => { transaction.set(['c', 1], 'new') }, 'read-only-transaction', 'set') // prettier-ignore
          await assertRejects(() => { transaction.delete(['c', 1]) }, 'read-only-transaction', 'delete') // prettier-ignore
          return [await transaction.get(['c', 1]), (await transaction.scan({ prefix: ['c'] })).length]
        },
        { readonly: true },
      )
      assertEqual(seen, ['old', 1], 'what it reads')
      const write = store.transact((transaction) => { transaction.set(['c', 1], 'new') }, { readonly: true }) // prettier-ignore
      await assertRejects(() => write, 'read-only-transaction', 'a refusal that nobody catches')
      assertValue(await getOf(store, ['c', 1]), 'old', 'the value')
    },
  },
  {
    name: 'a transaction that is over is transaction-over, however it ended',
    async run({ store }) {
      const kept: RecordTransaction[] = []
      const keep = (transaction: RecordTransaction): void => void kept.push(transaction)
      await store.transact(keep)
      await store.transact(async (transaction) => keep(transaction))
      await store.transact(keep, { readonly: true })
      await store.transact((transaction) => { keep(transaction); throw new Error('planned') }).catch(() => undefined) // prettier-ignore
      await store.transact((transaction) => { keep(transaction); return new Promise(() => undefined) }).catch(() => undefined) // prettier-ignore
      assertEqual(kept.length >= 5, true, 'all works have run')
      for (const transaction of kept) {
        await assertRejects(() => transaction.get(['c', 1]), 'transaction-over', 'get')
        await assertRejects(() => transaction.scan({ prefix: ['c'] }), 'transaction-over', 'scan')
        await assertRejects(() => { transaction.set(['c', 1], 1) }, 'transaction-over', 'set') // prettier-ignore
        await assertRejects(() => { transaction.delete(['c', 1]) }, 'transaction-over', 'delete') // prettier-ignore
      }
      assertEqual(await scanOf(store, { prefix: ['c'] }), [], 'records')
    },
  },
  {
    name: 'work may await many of its operations, one after the other and at once',
    async run({ store }) {
      await store.transact((transaction) => {
        for (let index = 0; index < 100; index++) transaction.set(['c', index], index)
      })
      for (const readonly of [false, true]) {
        const sums = await store.transact(
          async (transaction) => {
            let oneByOne = 0
            for (let index = 0; index < 100; index++) oneByOne += Number(await transaction.get(['c', index]))
            const numbers = Array.from({ length: 100 }, (_, index) => transaction.get(['c', index]))
            const atOnce = (await Promise.all(numbers)).reduce((sum: number, it) => sum + Number(it), 0)
            const pages = await Promise.all(
              [0, 50].map((from) => transaction.scan({ from: ['c', from], limit: 50 })),
            )
            const scanned = pages.flat().reduce((sum, { value }) => sum + Number(value), 0)
            return [oneByOne, atOnce, scanned]
          },
          { readonly },
        )
        assertEqual(sums, [4950, 4950, 4950], `sums (readonly: ${readonly})`)
      }
    },
  },
  {
    name: 'operations that nobody awaits do no harm',
    async run({ store }) {
      for (let index = 0; index < 5; index++) {
        await store.transact((transaction) => {
          void transaction.get(['c', index])
          void transaction.scan({ prefix: ['c'] })
          transaction.set(['c', index], index)
        })
        await store.transact(async (transaction) => {
          void transaction.get(['c', index])
          await transaction.get(['c', index])
          void transaction.scan({ prefix: ['c'] })
        })
        const failing = store.transact((transaction) => {
          void transaction.get(['c', index])
          throw new Error('planned')
        })
        assertEqual((await Promise.allSettled([failing]))[0].status, 'rejected', 'work that throws')
      }
      await nextTurn()
      assertEqual((await scanOf(store, { prefix: ['c'] })).length, 5, 'records')
    },
  },
  {
    name: 'what is resolved already may be awaited',
    async run({ store }) {
      for (const readonly of [false, true]) {
        await store.transact(
          async (transaction) => {
            for (let time = 0; time < 300; time++) await Promise.resolve()
            await transaction.get(['c', 1])
            for (let time = 0; time < 300; time++) await Promise.all([])
            await Promise.all([transaction.get(['c', 1]), Promise.resolve(1)])
            if (!readonly) transaction.set(['c', 1], 1)
            await Promise.resolve().then(() => Promise.allSettled([Promise.reject(new Error('planned'))]))
          },
          { readonly },
        )
      }
      assertValue(await getOf(store, ['c', 1]), 1, 'the value')
    },
  },
  {
    name: 'awaiting something else is foreign-await with the stack of the call, and leaves nothing',
    async run({ store }) {
      const timers: ReturnType<typeof setTimeout>[] = []
      const foreign: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['a timer', () => new Promise((resolve) => timers.push(setTimeout(resolve, 10_000)))],
        ['a promise that never settles', () => new Promise(() => undefined)],
        ['another transaction of the store', () => store.transact(() => new Promise(() => undefined))],
      ]
      for (const [what, wait] of foreign) {
        for (const readsBefore of [0, 1, 3]) {
          await assertForeign(store, what, async (transaction) => {
            transaction.set(['c', 1], 1)
            for (let time = 0; time < readsBefore; time++) await transaction.get(['c', 1])
            await wait()
          })
        }
        await assertForeign(store, `${what}, reading`, () => wait(), { readonly: true })
      }
      timers.forEach(clearTimeout)
      assertEqual(await scanOf(store, { prefix: ['c'] }), [], 'records')
      await setIn(store, ['c', 2], 2)
      assertValue(await getOf(store, ['c', 2]), 2, 'what is written afterwards')
    },
  },
  {
    name: 'work that goes on after foreign-await can neither write nor be heard of',
    async run({ store }) {
      let goOn: () => void = () => undefined
      const waiting = new Promise<void>((resolve) => (goOn = resolve))
      let ended: Promise<void> | undefined
      const foreign = store.transact(async (transaction) => {
        ended = waiting.then(() => {
          transaction.set(['c', 1], 1)
        })
        await ended
      })
      await assertRejects(() => foreign, 'foreign-await', 'work that waits')
      goOn()
      await assertRejects(() => ended, 'transaction-over', 'a write that comes too late')
      await nextTurn()
      assertEqual(await scanOf(store, { prefix: ['c'] }), [], 'records')
    },
  },
  {
    name: 'work that is no function is bad-argument',
    async run({ store }) {
      const work = undefined as unknown as () => void
      await assertRejects(() => store.transact(work), 'bad-argument', 'no work')
    },
  },
]

async function assertForeign(
  store: RecordStore,
  what: string,
  work: (transaction: RecordTransaction) => Promise<unknown>,
  options?: TransactOptions,
): Promise<void> {
  async function whoeverCallsTransact(): Promise<unknown> {
    return store.transact(work, options)
  }
  try {
    await whoeverCallsTransact()
  } catch (error) {
    if (!isUnitflowError(error, 'foreign-await')) throw error
    const { cause } = error
    const stack = cause instanceof Error ? (cause.stack ?? '') : ''
    const { name } = whoeverCallsTransact
    assertThat(stack.includes(name), `${what}: the stack of the cause does not show ${name}: ${stack}`)
    return
  }
  fail(`${what}: expected foreign-await, but the transaction was committed`)
}

/** Rejects with anything, as other people's code does. */
function failWith(reason: unknown): Promise<never> {
  return new Promise((_, reject) => {
    const throwIt = reject
    throwIt(reason)
  })
}
