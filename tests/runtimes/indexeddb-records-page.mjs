// Records of IndexedDB in a page, and in a worker of the same file: the suite, and one call at a time for a test that makes
// trouble from outside.
import { createIndexedDbRecords } from 'unitflow/records/indexeddb'
import { errorToData } from 'unitflow/read'
import { recordStoreSuite } from 'unitflow/testing'

const tests = []
let databases = 0
recordStoreSuite({
  name: 'IndexedDB',
  test: (name, run) => tests.push({ name, run }),
  create: async () => {
    const name = `suite-${databases++}`
    return {
      store: createIndexedDbRecords({ name }),
      reopen: async () => createIndexedDbRecords({ name }),
      cleanup: () => settled(globalThis.indexedDB.deleteDatabase(name)),
    }
  },
})

let records
let heard = []
let worker

async function told(work) {
  try {
    return { value: await work() }
  } catch (error) {
    const { code, fields } = errorToData(error)
    return { code, fields }
  }
}

/** Text that the browser cannot make smaller. */
function noise(length) {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
  return String.fromCharCode(...bytes.map((byte) => 32 + (byte % 95)))
}

const calls = {
  open: (options) => {
    records = createIndexedDbRecords(options)
    return 'opened'
  },
  set: (key, value) => told(() => records.transact((transaction) => transaction.set(key, value))),
  get: (key) =>
    told(async () => (await records.transact((t) => t.get(key), { readonly: true })) ?? 'nothing'),
  setNoise: (keys, length) =>
    told(async () => {
      // In chunks, because a call takes only so many arguments.
      const text = () => Array.from({ length: length / 2 ** 10 }, () => noise(2 ** 10)).join('')
      await records.transact((transaction) => {
        for (const key of keys) transaction.set(key, text())
      })
    }),
  /** All at once, so that they share a transaction of IndexedDB. */
  setBetweenNoise: (keys, length, key, value) =>
    Promise.all([calls.setNoise(keys, length), calls.set(key, value), calls.setNoise(keys, length)]),
  count: async (times) => {
    for (let time = 0; time < times; time++) {
      await records.transact(async (transaction) => {
        const count = (await transaction.get(['counter'])) ?? 0
        transaction.set(['counter'], count + 1)
        transaction.set(['seen', count], 'once')
      })
    }
    return 'counted'
  },
  countSeen: async () => {
    const seen = await records.transact((t) => t.scan({ prefix: ['seen'], limit: 10_000 }), {
      readonly: true,
    })
    return seen.length
  },
  listen: () => {
    heard = []
    records.onCommit(({ collections }) => heard.push(...(collections ?? ['?'])))
    return 'listening'
  },
  /** Registers, then reads, then waits, until the counter is there: what misses a wake-up never ends. */
  follow: async (last) => {
    for (;;) {
      let end
      const woken = new Promise((resolve) => (end = records.onCommit(resolve)))
      const count = (await records.transact((t) => t.get(['counter']), { readonly: true })) ?? 0
      if (count >= last) return (end(), count)
      await woken
      end()
    }
  },
  heard: () => heard,
  deleteDatabase: (name) => settled(globalThis.indexedDB.deleteDatabase(name)).then(() => 'deleted'),
  /** A connection of somebody else's, who does not give way, with an object store and perhaps a value in it. */
  holdOn: async (name, storeName, value, key) => {
    const request = globalThis.indexedDB.open(name)
    request.onupgradeneeded = () => request.result.createObjectStore(storeName).put(value, key)
    await settled(request)
    globalThis.held = request.result
    return 'held'
  },
  letGo: () => {
    globalThis.held.close()
    return 'let go'
  },
  /** Writes for ever, several at a time, and tells what is durable. */
  writeOn: (tell) => {
    const write = async (writer) => {
      for (let number = 0; ; number++) {
        await records.transact(async (transaction) => {
          await transaction.get(['whole', writer, number, 0])
          for (let part = 0; part < 5; part++) transaction.set(['whole', writer, number, part], noise(200))
        })
        globalThis[tell](`${writer}/${number}`)
      }
    }
    for (let writer = 0; writer < 4; writer++) void write(writer)
    return 'writing'
  },
  /** How many parts there are of everything that was written. */
  parts: async () => {
    const found = await records.transact((t) => t.scan({ prefix: ['whole'], limit: 1_000_000 }), {
      readonly: true,
    })
    const parts = {}
    for (const { key } of found) parts[`${key[1]}/${key[2]}`] = (parts[`${key[1]}/${key[2]}`] ?? 0) + 1
    return parts
  },
  startWorker: () => {
    worker = new Worker('/main.js', { type: 'module' })
    return 'started'
  },
  inWorker: (name, ...args) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = (event) => reject(new Error(event.message))
      worker.postMessage([name, args])
    }),
  async runSuite() {
    const failures = []
    for (const { name, run } of tests) {
      try {
        await run()
      } catch (error) {
        failures.push(`${name}: ${error.message}`)
      }
    }
    return { count: tests.length, failures }
  },
}

if (globalThis.document === undefined) {
  globalThis.onmessage = async ({ data: [name, args] }) => globalThis.postMessage(await calls[name](...args))
}
globalThis.recordsTest = (name, ...args) => calls[name](...args)

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
}
