import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import { assertRejectsWith, getOf, nextTurn, type RecordStoreCase, scanOf, setIn } from './case.js'

/** Closing, and giving up. */
export const lifeCases: readonly RecordStoreCase[] = [
  {
    name: 'after close everything is store-closed, and close may be called again',
    async run({ store }) {
      await setIn(store, ['c', 1], 1)
      await Promise.all([store.close(), store.close()])
      await store.close()
      let ran = false
      const work = (): void => void (ran = true)
      await assertRejects(() => store.transact(work), 'store-closed', 'transact')
      await assertRejects(() => store.transact(work, { readonly: true }), 'store-closed', 'reading')
      await assertRejects(() => { store.onCommit(work) }, 'store-closed', 'onCommit') // prettier-ignore
      assertEqual(ran, false, 'the work has run')
    },
  },
  {
    name: 'a store that was never used can be closed',
    async run({ store }) {
      await store.close()
      await assertRejects(() => getOf(store, ['c', 1]), 'store-closed', 'transact')
    },
  },
  {
    name: 'close waits for what is under way, which ends as it would have',
    async run({ store }) {
      const order: string[] = []
      const under = Array.from({ length: 20 }, (_, id) =>
        store.transact(async (transaction) => {
          await transaction.get(['c', id - 1])
          transaction.set(['c', id], id)
          await transaction.scan({ prefix: ['c'] })
          if (id === 7) throw new Error('planned')
          return id
        }),
      )
      const settled = Promise.allSettled(under).then((outcomes) => {
        order.push('settled')
        return outcomes
      })
      const closed = store.close().then(() => order.push('closed'))
      await assertRejects(() => getOf(store, ['c', 1]), 'store-closed', 'transact while it closes')
      const outcomes = await settled
      await closed
      const ids = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : -1))
      assertEqual(ids, Array.from({ length: 20 }, (_, id) => (id === 7 ? -1 : id)), 'results') // prettier-ignore
      // Both are told at about the same time; closed is never first by more than that.
      assertThat(order.includes('settled') && order.includes('closed'), 'both have come')
    },
  },
  {
    name: 'what was under way when its store was closed is on the medium',
    needs: ['reopen'],
    async run({ store, reopen }) {
      const writes = Array.from({ length: 10 }, (_, id) => setIn(store, ['c', id], id))
      await Promise.all([store.close(), ...writes])
      const found = await scanOf(await reopen(), { prefix: ['c'] })
      assertEqual(found.length, 10, 'records')
    },
  },
  {
    name: 'closing one store object leaves the others alone',
    needs: ['reopen'],
    async run({ store, reopen }) {
      const other = await reopen()
      const writes = Array.from({ length: 5 }, (_, id) => setIn(other, ['c', id], id))
      await Promise.all([store.close(), ...writes])
      await setIn(other, ['c', 5], 5)
      assertEqual((await scanOf(other, { prefix: ['c'] })).length, 6, 'records')
    },
  },
  {
    name: 'closing within work is foreign-await, and then the store is closed',
    async run({ store }) {
      const closing: Promise<void>[] = []
      const work = store.transact(async (transaction) => {
        transaction.set(['c', 1], 1)
        closing.push(store.close())
        await closing[0]
      })
      await assertRejects(() => work, 'foreign-await', 'work that waits for close')
      await Promise.all(closing)
      await assertRejects(() => getOf(store, ['c', 1]), 'store-closed', 'transact')
    },
  },
  {
    name: 'a signal that is aborted already gives its reason, and the work does not run',
    async run({ store }) {
      const reason = new Error('planned')
      let ran = false
      for (const readonly of [false, true]) {
        const given = store.transact(() => void (ran = true), { signal: AbortSignal.abort(reason), readonly })
        await assertRejectsWith(() => given, reason, 'a signal that is aborted')
      }
      assertEqual(ran, false, 'the work has run')
    },
  },
  {
    name: 'a transaction that is given up has either not run at all, or gone through',
    async run({ store }) {
      for (let turns = 0; turns < 6; turns++) {
        const before = Array.from({ length: 4 }, (_, id) =>
          store.transact(async (transaction) => {
            for (let time = 0; time < 5; time++) await transaction.get(['before', id])
            transaction.set(['before', id], turns)
          }),
        )
        const abort = new AbortController()
        const reason = new Error('planned')
        const key = ['c', turns] as const
        const given = store.transact((transaction) => { transaction.set(key, 1) }, { signal: abort.signal }) // prettier-ignore
        const outcome = Promise.allSettled([given])
        for (let turn = 0; turn < turns; turn++) await nextTurn()
        abort.abort(reason)
        const [{ status }] = await outcome
        if (status === 'rejected')
          await assertRejectsWith(() => given, reason, 'a transaction that was given up')
        assertEqual(await getOf(store, key), status === 'rejected' ? undefined : 1, 'what it has written')
        await Promise.all(before)
        assertEqual((await scanOf(store, { prefix: ['before'] })).length, 4, 'what was before it')
      }
    },
  },
  {
    name: 'a signal that is aborted after the commit changes nothing',
    async run({ store }) {
      const abort = new AbortController()
      await store.transact((transaction) => { transaction.set(['c', 1], 1) }, { signal: abort.signal }) // prettier-ignore
      abort.abort()
      await nextTurn()
      assertEqual(await getOf(store, ['c', 1]), 1, 'the value')
    },
  },
]
