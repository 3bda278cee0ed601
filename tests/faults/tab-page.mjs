// What a tab does, and its worker, which is of the same file: the scenarios call what hangs here.
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  decompose,
  errorToData,
  isUnitflowError,
  prune,
  readElementUnit,
  verifyStore,
} from 'unitflow'
import { createIndexedDbRecords } from 'unitflow/records/indexeddb'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { coreFaults } from './core-faults.mjs'
import { seeded } from './seeded.mjs'

const PARTS = 5

let store
let records
let core
let worker

const calls = {
  open(name) {
    store = createIndexedDbStore({ name })
    records = createIndexedDbRecords({ name: `${name} records` })
  },
  cache: async (key, text) => (await cacheElementUnitsForWorkflow(store, key, text)).version,
  async read(key, request) {
    const { specs, rest, included, lazy } = await readElementUnit(store, key, request)
    return { specs, rest, included, lazy }
  },
  verify: () => verifyStore(store),
  prune: async (now, grace) => (await prune(store, { now: () => now, grace })).removed.length,
  /** Caches these texts, one after the other, and tells of each. */
  async cacheOn(key, texts, from) {
    for (const [index, text] of texts.entries()) {
      await cacheElementUnitsForWorkflow(store, key, text)
      await tell(`cached ${from + index}`)
    }
  },
  /** Saves processes, so many times each. Nothing of a save that gives way is lost: it is begun anew. */
  async saveOn(key, tails, times) {
    let anew = 0
    for (let marker = 1; marker <= times; marker++) {
      for (const tail of tails) {
        for (;;) {
          try {
            await cacheProcess(store, key, `{"marker":${marker},${tail}`)
            break
          } catch (error) {
            if (!isUnitflowError(error, 'write-conflict')) throw error
            anew++
          }
        }
      }
    }
    return anew
  },
  /** Transactions of several records, some at once, and tells of each that is durable. */
  async recordOn(writer, times) {
    const row = async (name) => {
      for (let number = 0; number < times; number++) {
        await records.transact((transaction) => {
          for (let part = 0; part < PARTS; part++)
            transaction.set(['whole', name, number, part], 'x'.repeat(2000))
        })
        await tell(`recorded ${name}/${number}`)
      }
    }
    await Promise.all([0, 1, 2].map((index) => row(`${writer}.${index}`)))
  },
  /** Of how many transactions all records are there, of how many only some, and whether each of these is whole. */
  async recorded(names) {
    const found = await records.transact((t) => t.scan({ prefix: ['whole'], limit: 1_000_000 }), {
      readonly: true,
    })
    const parts = new Map()
    for (const { key } of found) parts.set(`${key[1]}/${key[2]}`, (parts.get(`${key[1]}/${key[2]}`) ?? 0) + 1)
    return {
      whole: [...parts.values()].filter((there) => there === PARTS).length,
      torn: [...parts].filter(([, there]) => there !== PARTS).map(([name]) => name),
      lost: names.filter((name) => !parts.has(name)),
    }
  },
  record: (key, length) => records.transact((transaction) => transaction.set(['more', key], noise(length))),
  lengthOf: async (key) => (await records.transact((t) => t.get(['more', key])))?.length,
  async core(seed, text, steps) {
    core ??= coreFaults({ decompose, isUnitflowError, text, random: seeded(seed, 'core') })
    const done = []
    for (let step = 0; step < steps; step++) done.push(await core.step())
    return done
  },
  inWorker(name, ...args) {
    worker ??= new Worker('/main.js', { type: 'module' })
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data: { value, error } }) =>
        error === undefined
          ? resolve(value)
          : reject(new Error(`in a worker: [${error.code}] ${error.stack}`))
      worker.onerror = (event) => reject(new Error(event.message))
      worker.postMessage([name, args])
    })
  },
}

/** What the browser cannot make smaller. */
function noise(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.min(length, 65_536)))
  const text = String.fromCharCode(...bytes.map((byte) => 32 + (byte % 95)))
  return text.repeat(Math.ceil(length / text.length)).slice(0, length)
}

/** A scenario hears it at once, also when the tab is gone in the next moment. */
function tell(what) {
  return globalThis.heardByScenario(what)
}

/** What a call came to. */
async function called(name, args) {
  try {
    return { value: await calls[name](...args) }
  } catch (error) {
    const { code, message, stack } = errorToData(error)
    return { error: { code, message, stack } }
  }
}

if (globalThis.document === undefined) {
  globalThis.onmessage = async ({ data: [name, args] }) => globalThis.postMessage(await called(name, args))
}
globalThis.tabCall = called
