// Records of IndexedDB in a page, and in a worker of the same file: the suite, and one call at a time for a test that makes
// trouble from outside.
import { createIndexedDbRecords } from 'unitflow/records/indexeddb'
import { createBackend } from 'unitflow/deciders'
import { createRecordState } from 'unitflow/steps'
import {
  createManualClock,
  flowRunnerSuite,
  recordStoreSuite,
  stepRunnerSuite,
  workflowBackendSuite,
} from 'unitflow/testing'
import { noise } from './noise.mjs'
import { runSuite } from './run-suite.mjs'
import { settledRequest } from './settled-request.mjs'
import { told } from './told.mjs'

let databases = 0
let records
let heard = []
let worker

/** Text that the browser cannot make smaller. */
function noiseText(length) {
  return String.fromCharCode(...noise(length).map((byte) => 32 + (byte % 95)))
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
      const text = () => Array.from({ length: length / 2 ** 10 }, () => noiseText(2 ** 10)).join('')
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
  deleteDatabase: (name) => settledRequest(globalThis.indexedDB.deleteDatabase(name)).then(() => 'deleted'),
  /** A connection of somebody else's, who does not give way, with an object store and perhaps a value in it. */
  holdOn: async (name, storeName, value, key) => {
    const request = globalThis.indexedDB.open(name)
    request.onupgradeneeded = () => request.result.createObjectStore(storeName).put(value, key)
    await settledRequest(request)
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
          for (let part = 0; part < 5; part++)
            transaction.set(['whole', writer, number, part], noiseText(200))
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
  runSuite: () =>
    runSuite((test) =>
      recordStoreSuite({
        name: 'IndexedDB',
        test,
        create: async () => {
          const name = `suite-${databases++}`
          return {
            store: createIndexedDbRecords({ name }),
            reopen: async () => createIndexedDbRecords({ name }),
            cleanup: () => settledRequest(globalThis.indexedDB.deleteDatabase(name)),
          }
        },
      }),
    ),
  runFlowSuite: () =>
    runSuite((test) =>
      flowRunnerSuite({
        name: 'flows in IndexedDB',
        test,
        create: async () => {
          const name = `flows-${databases++}`
          const cleanup = () => settledRequest(globalThis.indexedDB.deleteDatabase(name))
          return {
            records: createIndexedDbRecords({ name }),
            clock: createManualClock(1_800_000_000_000),
            cleanup,
          }
        },
      }),
    ),
  runStepSuite: () =>
    runSuite((test) =>
      stepRunnerSuite({
        name: 'steps in IndexedDB',
        test,
        create: async () => {
          const name = `steps-${databases++}`
          const store = createIndexedDbRecords({ name })
          const clock = createManualClock(1_800_000_000_000)
          return {
            clock,
            open: (state, mutable) => createRecordState({ records: store, name: state, mutable, clock }),
            cleanup: async () => {
              await store.close()
              await settledRequest(globalThis.indexedDB.deleteDatabase(name))
            },
          }
        },
      }),
    ),
  runBackendSuite: () =>
    runSuite((test) =>
      workflowBackendSuite({
        name: 'a backend in IndexedDB',
        test,
        create: async () => {
          const name = `backend-${databases++}`
          const store = createIndexedDbRecords({ name })
          const clock = createManualClock(1_800_000_000_000)
          const cleanup = async () => {
            await store.close()
            await settledRequest(globalThis.indexedDB.deleteDatabase(name))
          }
          return { clock, backend: createBackend({ records: store, clock }), cleanup }
        },
      }),
    ),
}

if (globalThis.document === undefined) {
  globalThis.onmessage = async ({ data: [name, args] }) => globalThis.postMessage(await calls[name](...args))
}
globalThis.recordsTest = (name, ...args) => calls[name](...args)
