import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import type { RecordStore } from '../../../ts/records/index.js'
import { temporaryFolder } from './sqlite/temporary-folder.js'

const get = (records: RecordStore, ...key: [string, ...(string | number)[]]) =>
  records.transact((transaction) => transaction.get(key), { readonly: true })
const set = (records: RecordStore, ...key: [string, ...(string | number)[]]) =>
  records.transact((transaction) => transaction.set(key, 'x'.repeat(100)))

/** A file with so many records, closed. */
async function filled(path: string, count: number): Promise<void> {
  const records = createSqliteRecords({ path })
  await records.transact((transaction) => {
    for (let number = 0; number < count; number++) transaction.set(['orders', number], { total: number })
  })
  await records.close()
}

async function codeOf(path: string): Promise<unknown> {
  const records = createSqliteRecords({ path })
  try {
    await get(records, 'orders', 0)
    await set(records, 'orders', 0)
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    await records.close()
  }
}

test('plain SQL answers questions: keys and values are JSON', async () => {
  const path = join(temporaryFolder(), 'shop.db')
  const records = createSqliteRecords({ path })
  await records.transact((transaction) => {
    transaction.set(['orders', 4711], { customer: 'Ada', total: 120 })
    transaction.set(['orders', 4712], { customer: 'Bob', total: 70 })
    transaction.set(['orders', 4713], { customer: 'Ada', total: 30 })
    transaction.set(['order', 'values'], 1)
    transaction.set(['sqlite_sequence', 1], 1)
  })
  const database = new DatabaseSync(path, { readOnly: true })
  const question =
    "SELECT value ->> 'customer' AS customer, count(*) AS orders, sum(value ->> 'total') AS total, " +
    "max(json_extract(key_json, '$[1]')) AS last FROM orders GROUP BY customer ORDER BY customer"
  expect(database.prepare(question).all()).toMatchObject([
    { customer: 'Ada', orders: 2, total: 150, last: 4713 },
    { customer: 'Bob', orders: 1, total: 70, last: 4712 },
  ])
  database.close()
  expect(await records.collections()).toEqual(['sqlite_sequence', 'order', 'orders'])
  expect(await get(records, 'sqlite_sequence', 1)).toBe(1)
  await records.close()
})

test('a file of another program is foreign-store, and stays as it is', async () => {
  const folder = temporaryFolder()
  const text = join(folder, 'notes.txt')
  writeFileSync(text, 'my notes\n'.repeat(1000))
  const short = join(folder, 'short.txt')
  writeFileSync(short, 'hello')
  const other = join(folder, 'other.db')
  const database = new DatabaseSync(other)
  database.exec('CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (1)')
  database.close()
  const marked = join(folder, 'marked.db')
  const second = new DatabaseSync(marked)
  second.exec('PRAGMA application_id = 7')
  second.close()
  for (const path of [text, short, other, marked]) {
    const before = readFileSync(path)
    expect(await codeOf(path), path).toBe('foreign-store')
    expect(readFileSync(path).equals(before), path).toBe(true)
  }
})

test('a file of a newer schema is newer-schema with both versions, and stays as it is', async () => {
  const path = join(temporaryFolder(), 'records.db')
  await filled(path, 10)
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 2')
  database.close()
  const records = createSqliteRecords({ path })
  await expect(set(records, 'a')).rejects.toMatchObject({
    code: 'newer-schema',
    fields: { found: 2, known: 1 },
  })
  await records.close()
})

test('a half-copied file is found out wherever the copying stopped, and is never written to', async () => {
  const folder = temporaryFolder()
  const whole = join(folder, 'whole.db')
  await filled(whole, 2000)
  const { size } = statSync(whole)
  const path = join(folder, 'half.db')
  for (const length of [
    1,
    15,
    16,
    50,
    99,
    100,
    511,
    512,
    1000,
    4095,
    4096,
    8192,
    20_000,
    size - 4096,
    size - 1,
  ]) {
    copyFileSync(whole, path)
    truncateSync(path, length)
    const code = await codeOf(path)
    expect(['store-damaged', 'foreign-store'], `${length} of ${size} bytes`).toContain(code)
    expect(statSync(path).size, `${length} bytes`).toBe(length)
  }
})

test('a damaged file is store-damaged where it is read, and check says what is wrong', async () => {
  const path = join(temporaryFolder(), 'records.db')
  await filled(path, 2000)
  const bytes = readFileSync(path)
  bytes.fill(0xab, 8192, bytes.length - 4096)
  writeFileSync(path, bytes)
  expect(await codeOf(path)).toBe('store-damaged')
  const records = createSqliteRecords({ path })
  const problems = await records.check().catch((error: unknown) => [(error as { code: string }).code])
  expect(problems.length).toBeGreaterThan(0)
  await records.close()
})

test('check finds what somebody has changed with SQL', async () => {
  const path = join(temporaryFolder(), 'records.db')
  await filled(path, 1500)
  const database = new DatabaseSync(path)
  database.exec(`UPDATE orders SET value = 'half' WHERE key_json = '["orders",1200]'`)
  database.exec(`UPDATE orders SET key_json = '["orders",9]' WHERE key_json = '["orders",3]'`)
  database.close()
  const records = createSqliteRecords({ path })
  expect(await records.check()).toEqual([
    'orders: the record ["orders",9] has another key than key_json says',
    'orders: the record ["orders",1200] has a value that is no form of one',
  ])
  await records.close()
})

test('a file that is taken away or replaced under the store is told, and never started afresh', async () => {
  const folder = join(temporaryFolder(), 'data')
  mkdirSync(folder)
  const path = join(folder, 'records.db')
  const records = createSqliteRecords({ path })
  await set(records, 'a')
  renameSync(path, `${path}.away`)
  await expect(set(records, 'b')).rejects.toMatchObject({ code: 'store-failed' })
  await expect(get(records, 'a')).rejects.toMatchObject({ code: 'store-failed' })
  rmSync(folder, { recursive: true })
  await expect(set(records, 'c')).rejects.toMatchObject({ code: 'root-missing', fields: { root: folder } })
  // A backup that is put in its place is taken up.
  mkdirSync(folder)
  await filled(path, 3)
  expect(await get(records, 'orders', 2)).toEqual({ total: 2 })
  await records.close()
})

test('without its directory a new file is root-missing', async () => {
  const folder = join(temporaryFolder(), 'none')
  expect(await codeOf(join(folder, 'records.db'))).toBe('root-missing')
})

test('a file that may only be read gives its records, and refuses writes as store-read-only', async () => {
  const path = join(temporaryFolder(), 'records.db')
  await filled(path, 3)
  // Opened as SQLite opens it where the system allows no writing (which it always allows root).
  const open = (file: string) => new DatabaseSync(file, { readOnly: true })
  const records = createSqliteRecords({ path, open })
  expect(await get(records, 'orders', 2)).toEqual({ total: 2 })
  await expect(set(records, 'orders', 2)).rejects.toMatchObject({ code: 'store-read-only' })
  expect(await get(records, 'orders', 2)).toEqual({ total: 2 })
  await records.close()
})

test('a backup is whole, taken while others write, and never takes the place of a file', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'records.db')
  await filled(path, 3000)
  const records = createSqliteRecords({ path })
  const copy = join(folder, 'copy.db')
  const done = new AbortController()
  const writing = (async () => {
    for (let number = 0; !done.signal.aborted; number++) {
      await records.transact((transaction) => {
        transaction.set(['pairs', 'a'], number)
        transaction.set(['pairs', 'b'], number)
      })
    }
  })()
  await records.backup(copy)
  done.abort()
  await writing
  await expect(records.backup(copy)).rejects.toMatchObject({ code: 'bad-argument' })
  await expect(records.backup(path)).rejects.toMatchObject({ code: 'bad-argument' })
  await records.close()
  const copied = createSqliteRecords({ path: copy })
  expect(await get(copied, 'orders', 2999)).toEqual({ total: 2999 })
  expect(await get(copied, 'pairs', 'a')).toEqual(await get(copied, 'pairs', 'b'))
  expect(await copied.check()).toEqual([])
  await copied.close()
})

test('a checkpoint leaves an empty log, and everything in the file', async () => {
  const path = join(temporaryFolder(), 'records.db')
  const records = createSqliteRecords({ path })
  for (let number = 0; number < 20; number++) await set(records, 'orders', number)
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
  await records.checkpoint()
  expect(statSync(`${path}-wal`).size).toBe(0)
  copyFileSync(path, `${path}.copy`)
  const copied = createSqliteRecords({ path: `${path}.copy` })
  expect(await get(copied, 'orders', 19)).toBeDefined()
  await copied.close()
  await records.close()
  await expect(records.checkpoint()).rejects.toMatchObject({ code: 'store-closed' })
})

test('paths that are no files, and impossible timeouts, are bad-argument', () => {
  for (const path of ['', ':memory:'])
    expect(() => createSqliteRecords({ path })).toThrow(expect.objectContaining({ code: 'bad-argument' }))
  expect(() => createSqliteRecords({ path: 'x.db', busyTimeout: -1 })).toThrow(
    expect.objectContaining({ code: 'bad-argument' }),
  )
})

test('a runtime without node:sqlite is told what it lacks', () => {
  const lacking = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  try {
    expect(() => createSqliteRecords({ path: 'x.db' })).toThrow(
      expect.objectContaining({ code: 'sqlite-unavailable' }),
    )
  } finally {
    lacking.mockRestore()
  }
})
