// What records in memory cost, beside a bare Map: node bench/records/memory.mjs
//
// Turn by turn, and of many short rounds the one that only a twentieth were faster than, since whatever else the machine
// does makes rounds slower and never faster. `--seconds N` is how long each figure is measured (default 2), `--large N`
// how many records are many (default 1,000,000). Keys are of the newest 1,000 records, so that a figure shows what a
// large store costs and not how slow the memory of the machine is; that is what "anywhere" shows, for a bare Map alike.
import { setImmediate } from 'node:timers'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { createMemoryRecords } from 'unitflow/records/memory'
import { createRandom } from '../workflows/random.mjs'

const SMALL = 1000
/** Transactions between two looks at the clock. */
const ROUND = 2000

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    large: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
  },
})
const time = Number(values.seconds) * 1000
const large = Number(values.large)

const workloads = {}
for (const size of [SMALL, large]) workloads[size] = await workloadsOf(size)
const rates = await measure()
if (values.json) console.log(JSON.stringify(rates))
else print()

/** The same of a Map and of a store that hold so many records. */
async function workloadsOf(size) {
  const store = createMemoryRecords()
  const map = new Map()
  for (let id = 0; id < size;) {
    await store.transact((transaction) => {
      for (const end = Math.min(size, id + 5000); id < end; id++) {
        transaction.set(['orders', id], { total: id })
        transaction.set(['due', 1e12 + ((id * 7919) % size), id], id)
        map.set(`orders ${id}`, JSON.stringify({ total: id }))
      }
    })
  }
  const random = createRandom(1)
  const anywhere = () => random.below(size)
  const id = () => size - 1 - random.below(SMALL)
  const inMap = async (key) => {
    const { total } = JSON.parse(map.get(key))
    map.set(key, JSON.stringify({ total: total + 1 }))
  }
  return {
    'bare Map: get, then set': () => {
      const key = `orders ${id()}`
      const { total } = JSON.parse(map.get(key))
      map.set(key, JSON.stringify({ total: total + 1 }))
    },
    'bare Map in an asynchronous function': () => inMap(`orders ${id()}`),
    'get, then set': () => {
      const key = ['orders', id()]
      return store.transact(async (transaction) => {
        const { total } = await transaction.get(key)
        transaction.set(key, { total: total + 1 })
      })
    },
    set: () => {
      const key = ['orders', id()]
      return store.transact((transaction) => transaction.set(key, { total: 1 }))
    },
    'get (read-only)': () => {
      const key = ['orders', id()]
      return store.transact((transaction) => transaction.get(key), { readonly: true })
    },
    'bare Map: get, anywhere': () => JSON.parse(map.get(`orders ${anywhere()}`)),
    'get (read-only), anywhere': () => {
      const key = ['orders', anywhere()]
      return store.transact((transaction) => transaction.get(key), { readonly: true })
    },
    'first due (read-only)': () =>
      store.transact((transaction) => transaction.scan({ prefix: ['due'], limit: 1 }), { readonly: true }),
    'insert and delete': () => {
      const key = ['due', 1e12 + id() + 0.5, 'new']
      return store
        .transact((transaction) => transaction.set(key, 1))
        .then(() => store.transact((transaction) => transaction.delete(key)))
    },
  }
}

/** Calls a second of each workload, one after the other within a workload. */
async function measure() {
  const rounds = {}
  const names = Object.keys(workloads[SMALL])
  for (const end = performance.now() + time * names.length * 2; performance.now() < end;) {
    for (const name of names) {
      for (const size of [SMALL, large]) {
        const call = workloads[size][name]
        const began = performance.now()
        for (let left = ROUND; left > 0; left--) await call()
        const found = (rounds[`${name} ${size}`] ??= [])
        found.push((ROUND / (performance.now() - began)) * 1000)
      }
    }
    // The event loop has its turn, as in a program that does something else as well.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return Object.fromEntries(Object.entries(rounds).map(([place, found]) => [place, fastest(found)]))
}

function fastest(found) {
  return found.sort((a, b) => b - a)[Math.floor(found.length / 20)]
}

function print() {
  const shown = (number) => Math.round(number).toLocaleString('en')
  const table = new Table({
    head: [
      'calls a second, one after the other',
      `${shown(SMALL)} records`,
      `${shown(large)} records`,
      'times as much',
    ],
    style: { head: [], border: [] },
  })
  for (const name of Object.keys(workloads[SMALL])) {
    const [few, many] = [rates[`${name} ${SMALL}`], rates[`${name} ${large}`]]
    table.push([name, shown(few), shown(many), (few / many).toFixed(2)])
  }
  console.log(table.toString())
  console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`)
}
