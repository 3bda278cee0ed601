import type { RecordKey, RecordStore, RecordTransaction } from '../../records/index.js'
import { assertEqual, assertThat, fail } from '../assertions.js'
import { type CaseContext, getOf, nextTurn, type RecordStoreCase, scanOf, setIn } from './case.js'
import { checkSerializable } from './check-serializable.js'
import { recordHistory } from './random-history.js'

type Stores = readonly [RecordStore, ...RecordStore[]]

/** What goes wrong between transactions, tried on some stores of one medium. */
interface IsolationCase {
  readonly name: string
  run(stores: Stores, context: CaseContext): Promise<void>
}

async function numberAt(transaction: RecordTransaction, key: RecordKey): Promise<number> {
  return Number((await transaction.get(key)) ?? 0)
}

/** Runs work so many times, all at once, through each of the stores in turn. */
function atOnce<T>(
  stores: Stores,
  times: number,
  work: (store: RecordStore, at: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(
    Array.from({ length: times }, (_, at) => work(stores[at % stores.length] ?? stores[0], at)),
  )
}

const isolation: readonly IsolationCase[] = [
  {
    name: 'no update is lost of counters that many count up at once',
    async run(stores) {
      await atOnce(stores, 40, (store, at) =>
        store.transact(async (transaction) => {
          const key: RecordKey = ['c', at % 2]
          transaction.set(key, (await numberAt(transaction, key)) + 1)
        }),
      )
      assertEqual([await getOf(stores[0], ['c', 0]), await getOf(stores[0], ['c', 1])], [20, 20], 'counters')
    },
  },
  {
    name: 'no write skew: of two on call, who each leave only while the other stays, one stays',
    async run(stores) {
      for (let round = 0; round < 8; round++) {
        const people: readonly RecordKey[] = [0, 1].map((person): RecordKey => ['on_call', round, person])
        await stores[0].transact((transaction) => {
          for (const person of people) transaction.set(person, true)
        })
        await atOnce(stores, 2, (store, at) =>
          store.transact(async (transaction) => {
            const staying = await Promise.all(people.map((person) => transaction.get(person)))
            const own = people[at]
            if (own !== undefined && staying.every((it) => it === true)) transaction.set(own, false)
          }),
        )
        const left = await scanOf(stores[0], { prefix: ['on_call', round] })
        assertEqual(left.filter(({ value }) => value === true).length, 1, `round ${round}: who stays`)
      }
    },
  },
  {
    name: 'no phantom: a range that was scanned holds no more than the work that has looked allowed',
    async run(stores) {
      await atOnce(stores, 20, (store, at) =>
        store.transact(async (transaction) => {
          const taken = await transaction.scan({ prefix: ['seat'] })
          if (taken.length < 5) transaction.set(['seat', at], at)
        }),
      )
      assertEqual((await scanOf(stores[0], { prefix: ['seat'] })).length, 5, 'seats')
    },
  },
  {
    name: 'no phantom where nothing was found: who finds an empty range is alone in filling it',
    async run(stores) {
      for (let round = 0; round < 8; round++) {
        const wins = await atOnce(stores, 6, (store, at) =>
          store.transact(async (transaction) => {
            const found = await transaction.scan({
              from: ['lease', round],
              to: ['lease', round + 1],
              limit: 1,
            })
            if (found.length > 0) return 0
            transaction.set(['lease', round, 'owner', at], at)
            return 1
          }),
        )
        assertEqual(
          wins.reduce<number>((sum, it) => sum + it, 0),
          1,
          `round ${round}: winners`,
        )
        assertEqual((await scanOf(stores[0], { prefix: ['lease', round] })).length, 1, 'records')
      }
    },
  },
  {
    name: 'every reader sees whole transactions: the sum of accounts stays while money is moved',
    async run(stores) {
      const accounts: readonly RecordKey[] = [0, 1, 2, 3].map((id): RecordKey => ['account', id])
      await stores[0].transact((transaction) => {
        for (const account of accounts) transaction.set(account, 100)
      })
      const move = (store: RecordStore, at: number): Promise<void> =>
        store.transact(async (transaction) => {
          const from = accounts[at % 4] ?? fail('an account')
          const to = accounts[(at * 3 + 1) % 4] ?? fail('an account')
          if (from === to) return
          const [before, target] = [await numberAt(transaction, from), await numberAt(transaction, to)]
          transaction.set(from, before - 7)
          transaction.set(to, target + 7)
        })
      const read = async (store: RecordStore, readonly: boolean): Promise<void> => {
        const sums = await store.transact(
          async (transaction) => {
            let oneByOne = 0
            for (const account of accounts) oneByOne += await numberAt(transaction, account)
            const scanned = await transaction.scan({ prefix: ['account'] })
            return [oneByOne, scanned.reduce((sum, { value }) => sum + Number(value), 0)]
          },
          { readonly },
        )
        assertEqual(sums, [400, 400], `sums (readonly: ${readonly})`)
      }
      for (let round = 0; round < 4; round++) {
        await atOnce(stores, 30, (store, at) => (at % 3 > 0 ? read(store, at % 3 === 1) : move(store, at)))
        await nextTurn()
      }
    },
  },
  {
    name: 'work that only reads sees one state, however long it reads and whoever writes meanwhile',
    async run(stores) {
      const write = (store: RecordStore, version: number): Promise<void> =>
        store.transact((transaction) => {
          for (let part = 0; part < 5; part++) transaction.set(['part', part], version)
          transaction.set(['version', version], version)
        })
      await write(stores[0], 0)
      await atOnce(stores, 24, async (store, at) => {
        // They begin one after the other, at moments of all kinds, so that some come in the middle of others.
        for (let step = 0; step < at * 3; step++) await Promise.resolve()
        for (let turn = 0; turn < at % 5; turn++) await nextTurn()
        if (at % 2 === 0) return write(store, at + 1)
        const seen = await store.transact(
          async (transaction) => {
            const versions = [await transaction.get(['part', 0])]
            for (let time = 0; time < 30; time++) versions.push(await transaction.get(['part', time % 5]))
            versions.push(...(await transaction.scan({ prefix: ['part'] })).map(({ value }) => value))
            return [versions, (await transaction.scan({ prefix: ['version'] })).length,
              (await transaction.scan({ prefix: ['version'] })).length] as const // prettier-ignore
          },
          { readonly: true },
        )
        const [versions, first, last] = seen
        assertEqual(new Set(versions).size, 1, 'versions that one reader has seen')
        assertEqual(last, first, 'records of two scans')
      })
    },
  },
  {
    name: 'work that was run again leaves no trace of the runs before',
    async run(stores) {
      const runs: number[] = []
      await atOnce(stores, 30, (store, at) =>
        store.transact(async (transaction) => {
          const run = (runs[at] = (runs[at] ?? 0) + 1)
          const count = await numberAt(transaction, ['count'])
          transaction.set(['run', at, run], run)
          transaction.set(['count'], count + 1)
          if (run === 1) transaction.set(['first_run', at], true)
        }),
      )
      assertEqual(await getOf(stores[0], ['count']), 30, 'the counter')
      const left = await scanOf(stores[0], { prefix: ['run'] })
      assertEqual(left.map(({ key }) => key), runs.map((run, at) => ['run', at, run]), 'the runs that counted') // prettier-ignore
      const first = await scanOf(stores[0], { prefix: ['first_run'] })
      const once = runs.flatMap((run, at) => (run === 1 ? [at] : []))
      assertEqual(first.map(({ key }) => key[1]), once, 'what first runs have written') // prettier-ignore
    },
  },
  {
    name: 'random histories are serializable',
    async run(stores, { seed }) {
      for (let round = 0; round < 5; round++) {
        const history = await recordHistory(stores, { seed: seed + round })
        const anomalies = checkSerializable(history)
        assertThat(
          anomalies.length === 0,
          `seed ${seed + round}: ${anomalies.map(({ type, message }) => `${type}: ${message}`).join('\n')}`,
        )
        assertThat(history.some(({ outcome }) => outcome === 'failed'), 'some transactions were to fail') // prettier-ignore
        await empty(stores[0])
      }
    },
  },
]

async function empty(store: RecordStore): Promise<void> {
  await store.transact(async (transaction) => {
    for (const prefix of [['lists'], ['elements']] as const) {
      for (const { key } of await transaction.scan({ prefix, limit: 100_000 })) transaction.delete(key)
    }
  })
}

/** Transactions at the same time: through one store object, and through three on one medium. */
export const isolationCases: readonly RecordStoreCase[] = isolation.flatMap((one): RecordStoreCase[] => [
  { name: one.name, run: (context) => one.run([context.store], context) },
  {
    name: `${one.name} (three store objects)`,
    needs: ['reopen'],
    async run(context) {
      await one.run([context.store, await context.reopen(), await context.reopen()], context)
    },
  },
])

/** Several store objects on one medium, one after the other. */
export const reopenCases: readonly RecordStoreCase[] = [
  {
    name: 'what one store object has committed, another on the medium sees, and keeps when the first is closed',
    needs: ['reopen'],
    async run({ store, reopen }) {
      await setIn(store, ['c', 1], { at: new Date(0) })
      const other = await reopen()
      assertEqual(await getOf(other, ['c', 1]), { at: new Date(0) }, 'what was there before it was opened')
      await setIn(store, ['d', 'new collection'], 1)
      assertEqual(await getOf(other, ['d', 'new collection']), 1, 'what was written afterwards')
      await setIn(other, ['c', 1], 2)
      assertEqual(await getOf(store, ['c', 1]), 2, 'what the other has written')
      await store.close()
      await setIn(other, ['c', 2], 3)
      await other.close()
      const third = await reopen()
      assertEqual((await scanOf(third, { prefix: ['c'] })).map(({ value }) => value), [2, 3], 'values') // prettier-ignore
      assertEqual(await getOf(third, ['d', 'new collection']), 1, 'the other collection')
    },
  },
]
