import type { RecordChange, RecordStore } from '../../records/index.js'
import { assertEqual, assertThat } from '../assertions.js'
import { getOf, nextTurn, type RecordStoreCase, setIn, within } from './case.js'
import { seededRandom } from './seeded-random.js'

/** How long a wake-up may take (s) before it counts as missed: far longer than any medium polls. */
const LONG = 20

/** Wake-ups: never missed by whoever has registered before it reads. */
export const wakeCases: readonly RecordStoreCase[] = [
  {
    name: 'a listener is called after a commit, with its collections where they are known',
    async run({ store }) {
      const woken = nextChange(store, 'orders')
      await store.transact((transaction) => {
        transaction.set(['orders', 1], 1)
        transaction.delete(['customers', 1])
      })
      const { collections } = await within(LONG, woken, 'the call')
      if (collections !== undefined)
        assertEqual([...collections].sort(), ['customers', 'orders'], 'collections')
    },
  },
  {
    name: 'a listener that is called can read what was committed',
    async run({ store }) {
      let ended: () => void = () => undefined
      const read = new Promise<unknown>((resolve) => {
        ended = store.onCommit(() => resolve(getOf(store, ['c', 1])))
      })
      await setIn(store, ['c', 1], 'new')
      assertEqual(await within(LONG, read, 'the call'), 'new', 'what it reads')
      ended()
    },
  },
  {
    name: 'a commit that began before the listener was there and ends afterwards is not missed',
    async run({ store }) {
      const write = setIn(store, ['c', 1], 1)
      const woken = nextChange(store, 'c')
      await write
      await within(LONG, woken, 'the call')
    },
  },
  {
    name: 'a listener that was ended is not called any more, and the others are; ending again is fine',
    async run({ store }) {
      let calls = 0
      const listener = (): number => calls++
      const [first, second] = [store.onCommit(listener), store.onCommit(listener)]
      first()
      first()
      const woken = nextChange(store, 'c')
      await setIn(store, ['c', 1], 1)
      await within(LONG, woken, 'the call')
      assertThat(calls > 0, 'the same function was registered twice and ended once')
      second()
      calls = 0
      const again = nextChange(store, 'c')
      await setIn(store, ['c', 1], 2)
      await within(LONG, again, 'the second call')
      assertEqual(calls, 0, 'calls after the end')
    },
  },
  {
    name: 'who registers, then reads, then waits, sees every change in the end',
    run: ({ store, seed }) => follow(store, store, seed),
  },
  {
    name: 'a listener is called after a commit through another store object',
    needs: ['reopen', 'watch'],
    async run({ store, reopen }) {
      const other = await reopen()
      for (let round = 0; round < 3; round++) {
        const woken = nextChange(store, 'c')
        await setIn(other, ['c', 1], round)
        await within(LONG, woken, `call ${round}`)
        assertEqual(await getOf(store, ['c', 1]), round, 'the value')
      }
    },
  },
  {
    name: 'who registers, then reads, then waits, sees every change of another store object in the end',
    needs: ['reopen', 'watch'],
    async run({ store, reopen, seed }) {
      await follow(await reopen(), store, seed)
    },
  },
]

/** The next change that may have to do with a collection. */
function nextChange(store: RecordStore, collection: string): Promise<RecordChange> {
  return new Promise((resolve) => {
    const end = store.onCommit((change) => {
      if (change.collections?.includes(collection) === false) return
      end()
      resolve(change)
    })
  })
}

/** One counts up, with pauses of all kinds; another, with pauses of its own, waits until it has seen the last number. */
async function follow(writer: RecordStore, reader: RecordStore, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const pause = async (): Promise<void> => {
    const kind = random.below(4)
    if (kind === 0) return
    if (kind === 1) for (let time = random.below(20); time > 0; time--) await Promise.resolve()
    else for (let time = random.below(3); time > 0; time--) await nextTurn()
  }
  const last = 40
  const write = async (): Promise<void> => {
    for (let number = 1; number <= last; number++) {
      await pause()
      await setIn(writer, ['c', 'number'], number)
    }
  }
  const read = async (): Promise<void> => {
    for (;;) {
      const woken = nextChange(reader, 'c')
      await pause()
      const seen = Number((await getOf(reader, ['c', 'number'])) ?? 0)
      if (seen === last) return
      await pause()
      await within(LONG, woken, `a call after ${seen} of ${last} (seed ${seed})`)
    }
  }
  await Promise.all([write(), read()])
}
