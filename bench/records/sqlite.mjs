// What records in SQLite cost, beside a bare loop over node:sqlite with the same pragmas: node bench/records/sqlite.mjs
//
// Turn by turn, so that a moment in which the machine is busy with something else counts for both. `--seconds N` is how
// long a figure is measured (default 3), `--large N` how many records are many (default 1,000,000), `--json` prints figures.
//
// Keys are of the newest 1,000 records, as in memory.mjs; "anywhere" shows what it costs that a large file does not fit into
// caches, for bare SQLite alike.
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { createSqliteRecords } from 'unitflow/records/sqlite'

const WRITERS = 64
const VALUE = { status: 'scheduled', attempts: 0, note: 'x'.repeat(150) }

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '3' },
    large: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
  },
})
const time = Number(values.seconds) * 1000
const large = Number(values.large)

if (process.send !== undefined) await writeUntilTold()
else await measureAll()

async function measureAll() {
  const folder = mkdtempSync(join(tmpdir(), 'unitflow-bench-'))
  try {
    const throughput = await measureThroughput(folder)
    const processes = await measureProcesses(folder)
    const sizes = await measureSizes(folder)
    const rates = { ...throughput, ...processes }
    if (values.json) console.log(JSON.stringify({ rates, sizes }))
    else print(rates, sizes)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Transactions of one write each, a second. */
async function measureThroughput(folder) {
  const bare = bareWriter(join(folder, 'bare.db'))
  // A file each: what checkpoints cost depends on what is in the log.
  const one = createSqliteRecords({ path: join(folder, 'one.db') })
  const records = createSqliteRecords({ path: join(folder, 'many.db') })
  const single = createSqliteRecords({ path: join(folder, 'single.db'), groupCommit: false })
  let next = 0
  const write = (store) => store.transact((transaction) => transaction.set(['orders', next++], VALUE))
  const many = (store) => Promise.all(Array.from({ length: WRITERS }, () => write(store)))
  const counts = await turnByTurn({
    bare: [1, () => bare.write(next++)],
    one: [1, () => write(one)],
    many: [WRITERS, () => many(records)],
    manyWithout: [WRITERS, () => many(single)],
    'rows in one transaction': [1000, () => bare.writeMany((next += 1000), 1000)],
    'writes in one transaction': [
      1000,
      () =>
        records.transact((transaction) => {
          for (let left = 1000; left > 0; left--) transaction.set(['orders', next++], VALUE)
        }),
    ],
  })
  bare.close()
  await one.close()
  await records.close()
  await single.close()
  return counts
}

/** Two processes that write one file, and one: each writes as fast as it can. */
async function measureProcesses(folder) {
  const rounds = []
  for (let round = 0; round < 3; round++) {
    const alone = await runProcesses(join(folder, `alone-${round}.db`), 1)
    const both = await runProcesses(join(folder, `both-${round}.db`), 2)
    rounds.push({ alone, both })
  }
  const middle = rounds.sort((a, b) => sum(a.both) / sum(a.alone) - sum(b.both) / sum(b.alone))[1]
  return { process: sum(middle.alone), processes: sum(middle.both), shares: middle.both }
}

async function runProcesses(path, count) {
  const children = Array.from({ length: count }, (_, index) => {
    const child = fork(fileURLToPath(import.meta.url), [path, String(index)])
    return {
      child,
      heard: (type) =>
        new Promise((resolve, reject) => {
          child.on('message', (message) => message.type === type && resolve(message.value))
          child.on('exit', (code) => code !== 0 && reject(new Error(`a writer ended with ${code}`)))
        }),
    }
  })
  await Promise.all(children.map(({ heard }) => heard('ready')))
  for (const { child } of children) child.send('go')
  await pause(time)
  const written = children.map(({ heard }) => heard('written'))
  for (const { child } of children) child.send('stop')
  return (await Promise.all(written)).map((number) => number / (time / 1000))
}

async function writeUntilTold() {
  const [path, index] = process.argv.slice(2)
  const records = createSqliteRecords({ path })
  let stopped = false
  const told = new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === 'go') resolve()
      else stopped = true
    })
  })
  await records.transact((transaction) => transaction.set(['orders', Number(index), -1], VALUE))
  process.send({ type: 'ready' })
  await told
  let written = 0
  for (; !stopped; written++)
    await records.transact((transaction) => transaction.set(['orders', Number(index), written], VALUE))
  await records.close()
  process.send({ type: 'written', value: written }, () => process.exit(0))
}

/** What is done to few records, and to many, in µs. */
async function measureSizes(folder) {
  const few = await filled(join(folder, 'few.db'), 1000)
  const many = await filled(join(folder, 'many.db'), large)
  const works = {}
  const names = [
    'point read',
    'point read, anywhere',
    'bare point read, anywhere',
    'first due',
    'small transaction',
  ]
  for (const [name, { records, bare, count }] of Object.entries({ few, many })) {
    let seed = 1
    const random = () => (seed = (seed * 48271) % 2147483647)
    const near = () => count - 1 - (random() % 1000)
    const anywhere = () => random() % count
    const read = (number) =>
      records.transact((transaction) => transaction.get(['orders', number]), { readonly: true })
    const calls = [
      () => read(near()),
      () => read(anywhere()),
      () => bare.read(anywhere()),
      () =>
        records.transact((transaction) => transaction.scan({ prefix: ['due'], limit: 1 }), {
          readonly: true,
        }),
      () =>
        records.transact(async (transaction) => {
          const number = near()
          const order = await transaction.get(['orders', number])
          transaction.set(['orders', number], { ...order, attempts: order.attempts + 1 })
        }),
    ]
    for (const [at, call] of calls.entries()) works[`${names[at]}, ${name}`] = [1, call]
  }
  const rates = await turnByTurn(works)
  for (const { records, bare } of [few, many]) {
    bare.close()
    await records.close()
  }
  const took = (name) => 1e6 / rates[name]
  return names.map((name) => ({ name, few: took(`${name}, few`), many: took(`${name}, many`) }))
}

async function filled(path, count) {
  const records = createSqliteRecords({ path })
  for (let from = 0; from < count; from += 10_000) {
    await records.transact((transaction) => {
      for (let number = from; number < Math.min(count, from + 10_000); number++) {
        transaction.set(['orders', number], VALUE)
        if (number % 10 === 0) transaction.set(['due', 1e12 + number, String(number)], number)
      }
    })
  }
  await records.checkpoint()
  return { records, bare: bareReader(path), count }
}

/** The same table, pragmas and statement, and nothing around them. */
function bareWriter(path) {
  mkdirSync(join(path, '..'), { recursive: true })
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec(
    'CREATE TABLE orders (key BLOB PRIMARY KEY NOT NULL, key_json TEXT NOT NULL, value TEXT NOT NULL)',
  )
  const [begin, commit] = ['BEGIN IMMEDIATE', 'COMMIT'].map((sql) => database.prepare(sql))
  const put = database.prepare(
    'INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  const text = JSON.stringify(VALUE)
  const row = (number) => {
    const key = Buffer.alloc(9)
    key.writeDoubleBE(number + 1, 1)
    put.run(key, `["orders",${number}]`, text)
  }
  const writeMany = (from, count) => {
    begin.run()
    for (let number = from; number < from + count; number++) row(number)
    commit.run()
  }
  return { write: (number) => writeMany(number, 1), writeMany, close: () => database.close() }
}

/** The same file, and nothing around it: a transaction a read, as of the store. */
function bareReader(path) {
  const database = new DatabaseSync(path, { readOnly: true })
  const [begin, commit] = ['BEGIN', 'COMMIT'].map((sql) => database.prepare(sql))
  const get = database.prepare('SELECT value FROM orders WHERE key = ?')
  // In the order of their numbers.
  const keys = database
    .prepare('SELECT key FROM orders ORDER BY key')
    .all()
    .map(({ key }) => key)
  const read = (number) => {
    begin.run()
    const { value } = get.get(keys[number])
    commit.run()
    return JSON.parse(value)
  }
  return { read, close: () => database.close() }
}

/** What each does a second: short stretches in turns, until each has had its time. */
async function turnByTurn(works) {
  const rates = Object.fromEntries(Object.keys(works).map((name) => [name, []]))
  const stretch = Math.min(250, time / 4)
  for (let spent = 0; spent < time; spent += stretch) {
    for (const [name, [count, work]] of Object.entries(works)) {
      const start = performance.now()
      let done = 0
      while (performance.now() - start < stretch) {
        await work()
        done += count
      }
      rates[name].push((done / (performance.now() - start)) * 1000)
    }
  }
  return Object.fromEntries(Object.entries(rates).map(([name, list]) => [name, median(list)]))
}

function median(list) {
  return list.toSorted((a, b) => a - b)[list.length >> 1]
}

function sum(list) {
  return list.reduce((total, one) => total + one, 0)
}

function print(rates, sizes) {
  console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
  const whole = (number) => Math.round(number).toLocaleString('en')
  const table = new Table({
    head: ['transactions of one write, durable', 'a second', 'beside', 'aim'],
    style: { head: [] },
  })
  const ratio = (a, b) => (rates[a] / rates[b]).toFixed(2)
  table.push(
    ['bare node:sqlite, WAL, FULL', whole(rates.bare), '', ''],
    ['one writer', whole(rates.one), `${ratio('one', 'bare')} of bare`, '>= 0.80'],
    [`${WRITERS} writers`, whole(rates.many), `${ratio('many', 'one')} times one`, '>= 10'],
    [
      `${WRITERS} writers, groupCommit: false`,
      whole(rates.manyWithout),
      `${ratio('manyWithout', 'one')} times one`,
      '',
    ],
    ['one process', whole(rates.process), '', ''],
    [
      `two processes (${rates.shares.map(whole).join(' + ')})`,
      whole(rates.processes),
      `${ratio('processes', 'process')} of one`,
      '>= 0.70',
    ],
    ['1,000 rows a transaction, bare: rows', whole(rates['rows in one transaction']), '', ''],
    [
      '1,000 writes a transaction: writes',
      whole(rates['writes in one transaction']),
      `${ratio('writes in one transaction', 'rows in one transaction')} of bare`,
      '',
    ],
  )
  console.log(table.toString())
  const costs = new Table({
    head: ['µs', '1,000 records', `${whole(large)} records`, 'times', 'aim'],
    style: { head: [] },
  })
  for (const { name, few, many } of sizes)
    costs.push([name, few.toFixed(1), many.toFixed(1), (many / few).toFixed(2), '<= 2'])
  console.log(costs.toString())
}
