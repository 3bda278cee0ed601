// What bench/records/indexeddb.mjs has a page measure: records in IndexedDB, and raw IndexedDB asked for the same.
import { createIndexedDbRecords } from 'unitflow/records/indexeddb'

const STORE = 'raw'
const value = { id: 4711, state: 'open', text: 'x'.repeat(150), at: 1_700_000_000_000 }

/** The tuple that a record has as its key on both sides; IndexedDB takes it as it is. */
const keyOf = (id) => ['orders', id]

let databases = 0
let raw
let records
let apart

globalThis.prepare = async (many) => {
  const name = `bench-${databases++}`
  const request = globalThis.indexedDB.open(`raw-${name}`)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  await settled(request)
  raw = request.result
  records = createIndexedDbRecords({ name })
  apart = createIndexedDbRecords({ name, groupCommit: false })
  for (let start = 0; start < many; start += 5000) {
    const ids = Array.from({ length: Math.min(5000, many - start) }, (_, at) => start + at)
    await rawTransaction('readwrite', (store, transaction) => {
      for (const id of ids) store.put(JSON.stringify(value), keyOf(id))
      transaction.commit()
    })
    await records.transact((transaction) => {
      for (const id of ids) transaction.set(keyOf(id), value)
    })
  }
}

/** Each with the same keys, reads, writes and durability on both sides; values are JSON on both. */
const workloads = {
  'write one': {
    raw: (id) =>
      rawTransaction('readwrite', (store, transaction) => {
        store.put(JSON.stringify(value), keyOf(id))
        transaction.commit()
      }),
    ours: (id) => records.transact((transaction) => transaction.set(keyOf(id), value)),
  },
  'read one, write it': {
    raw: (id) =>
      rawTransaction('readwrite', (store, transaction) => {
        store.get(keyOf(id)).onsuccess = ({ target }) => {
          const read = JSON.parse(target.result)
          store.put(JSON.stringify({ ...read, at: read.at + 1 }), keyOf(id))
          transaction.commit()
        }
      }),
    ours: (id) =>
      records.transact(async (transaction) => {
        const read = await transaction.get(keyOf(id))
        transaction.set(keyOf(id), { ...read, at: read.at + 1 })
      }),
  },
  'read one': {
    raw: (id) =>
      settled(raw.transaction(STORE).objectStore(STORE).get(keyOf(id))).then((text) => JSON.parse(text)),
    ours: (id) => records.transact((transaction) => transaction.get(keyOf(id)), { readonly: true }),
  },
  'the first ten': {
    raw: async () => {
      const store = raw.transaction(STORE).objectStore(STORE)
      const keys = settled(store.getAllKeys(undefined, 10))
      const texts = await settled(store.getAll(undefined, 10))
      return [await keys, texts.map((text) => JSON.parse(text))]
    },
    ours: () =>
      records.transact((transaction) => transaction.scan({ prefix: ['orders'], limit: 10 }), {
        readonly: true,
      }),
  },
  'write 100 in one': {
    raw: (id) =>
      rawTransaction('readwrite', (store, transaction) => {
        for (let at = 0; at < 100; at++) store.put(JSON.stringify(value), keyOf(id + at))
        transaction.commit()
      }),
    ours: (id) =>
      records.transact((transaction) => {
        for (let at = 0; at < 100; at++) transaction.set(keyOf(id + at), value)
      }),
  },
}

globalThis.workloads = Object.keys(workloads)

/**
 * All sides in short turns, so that a moment in which the machine is busy counts for all. For each side: transactions a
 * second, and how that compares with the first side in the same turn; both are medians.
 */
async function compare(sides, perTurn, seconds) {
  const rates = sides.map(() => [])
  const shares = sides.map(() => [])
  for (
    let start = performance.now(), turn = 0;
    turn < 5 || performance.now() - start < seconds * 1000;
    turn++
  ) {
    const now = []
    for (const [at, side] of sides.entries()) {
      const begun = performance.now()
      await side(turn)
      now.push((perTurn / (performance.now() - begun)) * 1000)
      // The first turns warm up.
      if (turn < 2) continue
      rates[at].push(now[at])
      shares[at].push(now[at] / now[0])
    }
  }
  return sides.map((_, at) => ({ rate: median(rates[at]), share: median(shares[at]) }))
}

globalThis.measure = (name, seconds) => {
  const turnOf = (run) => async (turn) => {
    for (let time = 0; time < 20; time++) await run((turn * 20 + time) % 900)
  }
  const { raw: one, ours: other } = workloads[name]
  return compare([turnOf(one), turnOf(other)], 20, seconds * 2)
}

/** Writers at once, each a read and a write of its own record, again and again: raw, without and with shared commits. */
globalThis.measureWriters = (writers, seconds) => {
  const update = (store) => (id) =>
    store.transact(async (transaction) => {
      const read = await transaction.get(keyOf(id))
      transaction.set(keyOf(id), { ...read, at: read.at + 1 })
    })
  const turnOf = (run) => async () => {
    const write = async (writer) => {
      for (let time = 0; time < 3; time++) await run(writer)
    }
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  }
  const sides = [workloads['read one, write it'].raw, update(apart), update(records)]
  return compare(sides.map(turnOf), 3 * writers, seconds * 3)
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

function rawTransaction(mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = raw.transaction(STORE, mode, { durability: 'strict' })
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    work(transaction.objectStore(STORE), transaction)
  })
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
