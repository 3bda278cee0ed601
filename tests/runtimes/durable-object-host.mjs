// A worker whose Durable Objects keep records: one runs the suite, one is reset, stopped and spoilt.
import { DurableObject } from 'cloudflare:workers'
import { errorToData } from 'unitflow/read'
import { createDurableObjectRecords, ensureAlarm } from 'unitflow/records/durable-object'
import { createBackend } from 'unitflow/deciders'
import { createRecordState } from 'unitflow/steps'
import {
  createManualClock,
  flowRunnerSuite,
  recordStoreSuite,
  stepRunnerSuite,
  workflowBackendSuite,
} from 'unitflow/testing'

/** Runs one test of the suite, so that each has an empty storage: an object for each. */
export class Suite extends DurableObject {
  tests = new Map()

  constructor(ctx, env) {
    super(ctx, env)
    const open = async () => createDurableObjectRecords(ctx.storage)
    recordStoreSuite({
      name: 'a Durable Object',
      test: (name, run) => void this.tests.set(name, run),
      create: async () => ({ store: await open(), reopen: open }),
    })
    workflowBackendSuite({
      name: 'a backend in a Durable Object',
      test: (name, run) => void this.tests.set(name, run),
      create: async () => {
        const records = await open()
        const clock = createManualClock(1_800_000_000_000)
        return { clock, backend: createBackend({ records, clock }), cleanup: () => records.close() }
      },
    })
    flowRunnerSuite({
      name: 'flows in a Durable Object',
      test: (name, run) => void this.tests.set(name, run),
      create: async () => ({ records: await open(), clock: createManualClock(1_800_000_000_000) }),
    })
    stepRunnerSuite({
      name: 'steps in a Durable Object',
      test: (name, run) => void this.tests.set(name, run),
      create: async () => {
        const records = await open()
        const clock = createManualClock(1_800_000_000_000)
        return {
          clock,
          open: (name, mutable) => createRecordState({ records, name, mutable, clock }),
          cleanup: () => records.close(),
        }
      },
    })
  }

  names() {
    return [...this.tests.keys()]
  }

  async run(name) {
    await this.tests.get(name)()
  }
}

/** Outlives an object that is reset: what was acknowledged to whom. */
const acknowledged = {}

const COLLECTIONS = ['first', 'second', 'third']

export class Records extends DurableObject {
  storage = this.ctx.storage
  records = createDurableObjectRecords(this.ctx.storage)

  /** Writes the record of a number into three collections. */
  write(number) {
    return this.records.transact(async (transaction) => {
      for (const collection of COLLECTIONS) transaction.set([collection, number], { number })
      const count = (await transaction.get(['count'])) ?? 0
      transaction.set(['count'], count + 1)
    })
  }

  /** Writes one number after the other, eight at a time, and tells the test outside of each that is acknowledged. */
  async writeForEver() {
    let number = 0
    const writeOn = async () => {
      for (;;) {
        const mine = number++
        await this.write(mine)
        await this.env.ACKNOWLEDGE.fetch(`http://localhost/${mine}`)
      }
    }
    await Promise.all(Array.from({ length: 8 }, writeOn))
  }

  /** The numbers of each collection, and their count. */
  written() {
    return this.records.transact(
      async (transaction) => {
        const lists = []
        for (const collection of COLLECTIONS) {
          const entries = await transaction.scan({ prefix: [collection], limit: 100_000 })
          lists.push(entries.map(({ key, value }) => (key[1] === value.number ? key[1] : 'torn')))
        }
        return { lists, count: (await transaction.get(['count'])) ?? 0 }
      },
      { readonly: true },
    )
  }

  /** Is reset in the middle of work, which has written and read. */
  async abortInWork(name) {
    await this.write(1)
    acknowledged[name] = [1]
    void this.write(2).then(() => acknowledged[name].push(2))
    await this.records.transact(async (transaction) => {
      transaction.set(['first', 3], { number: 3 })
      await transaction.get(['second', 3])
      this.ctx.abort('reset in the middle of work')
      await transaction.get(['third', 3])
    })
    acknowledged[name].push(3)
  }

  /** Is reset in the very turn in which a transaction is acknowledged, with others on their way. */
  async abortWhenAcknowledged(name) {
    acknowledged[name] = []
    const all = [1, 2, 3, 4, 5, 6].map(async (number) => {
      await this.write(number)
      acknowledged[name].push(number)
      if (number === 3) this.ctx.abort('reset at the acknowledgement')
    })
    await Promise.all(all)
  }

  acknowledged(name) {
    return acknowledged[name]
  }

  async sameStorage() {
    const heard = []
    const other = createDurableObjectRecords(this.ctx.storage)
    other.onCommit(({ collections }) => heard.push(...collections))
    const add = (store) =>
      store.transact(async (transaction) => {
        const before = (await transaction.get(['sum'])) ?? 0
        transaction.set(['sum'], before + 1)
      })
    await Promise.all(Array.from({ length: 50 }, (_, at) => add(at % 2 === 0 ? this.records : other)))
    return { sum: await this.records.transact((transaction) => transaction.get(['sum'])), heard }
  }

  /** What work may do between two operations: there are no macrotasks in it. */
  async awaitsMicrotasks() {
    return this.records.transact(async (transaction) => {
      await transaction.get(['a'])
      for (let turn = 0; turn < 100; turn++) await Promise.resolve()
      transaction.set(['a'], 1)
      return 'done'
    })
  }

  async exec(sql, ...bindings) {
    return this.storage.sql.exec(sql, ...bindings).toArray()
  }

  async deleteAll() {
    await this.storage.deleteAll()
  }

  /** The error of a write, or undefined. */
  async writeError(collection) {
    return this.#error(() => this.records.transact((transaction) => transaction.set([collection, 1], 'one')))
  }

  async readError(collection) {
    return this.#error(() =>
      this.records.transact((transaction) => transaction.scan({ prefix: [collection] })),
    )
  }

  /** The error of a write whose second statement finds the disk full. */
  async writeErrorWhenFull() {
    let statements = 0
    const sql = {
      exec: (query, ...bindings) => {
        if (query.startsWith('INSERT INTO "first"') && statements++ === 1) {
          throw new Error('database or disk is full: SQLITE_FULL')
        }
        return this.storage.sql.exec(query, ...bindings)
      },
    }
    const { storage } = this
    const full = createDurableObjectRecords({
      sql,
      transactionSync: (work) => storage.transactionSync(work),
      sync: () => storage.sync(),
    })
    return this.#error(() =>
      full.transact((transaction) => {
        for (const number of [10, 11, 12]) transaction.set(['first', number], { number })
      }),
    )
  }

  async #error(work) {
    try {
      await work()
      return undefined
    } catch (error) {
      const { code, fields } = errorToData(error)
      return { code, fields }
    }
  }

  /** Keeps what is due when, and asks for the alarm before. */
  async plan(...times) {
    for (const time of times) {
      await ensureAlarm(this.storage, time)
      await this.records.transact((transaction) => transaction.set(['due', time], 'planned'))
    }
  }

  async alarm() {
    const next = await this.records.transact(async (transaction) => {
      const due = await transaction.scan({ from: ['due'], to: ['due', Date.now() + 1] })
      for (const { key } of due) {
        transaction.delete(key)
        transaction.set(['done', key[1]], 'done')
      }
      const [later] = await transaction.scan({ from: ['due', Date.now() + 1], limit: 1 })
      return later?.key[1]
    })
    if (next !== undefined) await ensureAlarm(this.storage, next)
  }

  async done() {
    const entries = await this.records.transact((transaction) => transaction.scan({ prefix: ['done'] }))
    return entries.map(({ key }) => key[1])
  }

  /** What was said to each who asked at the same time, and when the alarm rings. */
  async alarms(times) {
    const told = await Promise.all(times.map((time) => ensureAlarm(this.storage, time)))
    const set = await this.storage.getAlarm()
    await this.storage.deleteAlarm()
    return { told, set }
  }

  async alarmError(time) {
    return this.#error(() => ensureAlarm(this.storage, time))
  }
}

/** Calls a method of an object: the test has no other way to one. */
export default {
  async fetch(request, env) {
    const { space, name, method, args } = await request.json()
    const namespace = env[space]
    const object = namespace.get(namespace.idFromName(name))
    try {
      return Response.json({ result: await object[method](...args) })
    } catch (error) {
      return Response.json({ error: String(error?.stack ?? error) })
    }
  },
}
