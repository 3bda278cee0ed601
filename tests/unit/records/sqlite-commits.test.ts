import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { RecordStore } from '../../../ts/records/index.js'
import type { OpenSqlite, SqliteRecordsOptions } from '../../../ts/records/sqlite/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { temporaryFolder } from './sqlite/temporary-folder.js'

/** A store, and the commits of SQLite that it makes; `beforeCommit` may throw what SQLite would. */
function watched(options: Partial<SqliteRecordsOptions> = {}, beforeCommit: () => void = () => undefined) {
  const path = join(temporaryFolder(), 'records.db')
  const commits: number[] = []
  const open: OpenSqlite = (file, { readonly }) => {
    const database = new DatabaseSync(file, { readOnly: readonly })
    return {
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql)
        if (sql !== 'COMMIT' || readonly) return statement
        const run = (): void => {
          beforeCommit()
          statement.run()
          commits.push(performance.now())
        }
        return { get: () => statement.get(), all: () => statement.all(), run }
      },
    }
  }
  const records = createSqliteRecords({ path, open, ...options })
  onTestFinished(() => records.close())
  return { records, commits, path }
}

const add = (records: RecordStore, by: number) =>
  records.transact(async (transaction) => {
    const sum = Number((await transaction.get(['sum'])) ?? 0) + by
    transaction.set(['sum'], sum)
    return sum
  })
const numbers = (length: number) => Array.from({ length }, (_, index) => index + 1)

test('transactions that wait at the same time share one commit, and each sees those before it', async () => {
  const { records, commits } = watched()
  expect(await Promise.all(numbers(64).map(() => add(records, 1)))).toEqual(numbers(64))
  // One, or a few where the machine is so busy that a group lasts too long.
  expect(commits.length).toBeLessThan(16)
})

test('so do those that callbacks of one turn of the event loop ask for, each by itself', async () => {
  const { records, commits } = watched()
  await add(records, 1)
  const asked = numbers(20).map(() => new Promise((resolve) => setImmediate(() => resolve(add(records, 1)))))
  await Promise.all(asked)
  expect(commits.length).toBeLessThan(16)
})

test('a group takes in no more than its bound', async () => {
  const { records, commits } = watched()
  await Promise.all(numbers(1000).map(() => add(records, 1)))
  expect(commits.length).toBeGreaterThanOrEqual(4)
})

test('a group that has lasted takes in no more', async () => {
  const { records, commits } = watched()
  const slowly = () =>
    records.transact(() => {
      for (const end = performance.now() + 4; performance.now() < end;);
    })
  await Promise.all(numbers(12).map(slowly))
  expect(commits.length).toBeGreaterThanOrEqual(3)
})

test('group commit can be turned off', async () => {
  const { records, commits } = watched({ groupCommit: false })
  expect(await Promise.all(numbers(20).map(() => add(records, 1)))).toEqual(numbers(20))
  expect(commits).toHaveLength(20)
})

test('one that throws takes nothing with it, and nothing of it is left', async () => {
  const { records } = watched()
  const mistake = new Error('mine')
  const outcomes = await Promise.allSettled([
    add(records, 1),
    records.transact(async (transaction) => {
      transaction.set(['sum'], 1000)
      await transaction.get(['sum'])
      throw mistake
    }),
    add(records, 2),
  ])
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: mistake },
    { status: 'fulfilled', value: 3 },
  ])
})

test('where a shared commit fails, each runs again by itself, and the failure is of the one that meets it', async () => {
  let calls = 0
  const { records, commits } = watched({}, () => {
    calls++
    // The shared commit, then that of the second work alone.
    if (calls === 1 || calls === 3) throw Object.assign(new Error('disk I/O error'), { errcode: 1034 })
  })
  const outcomes = await Promise.allSettled([add(records, 1), add(records, 10), add(records, 100)])
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: expect.objectContaining({ code: 'store-failed' }) as Error },
    { status: 'fulfilled', value: 101 },
  ])
  expect(commits).toHaveLength(2)
  expect(await add(records, 0)).toBe(101)
})

test('what a work threw at because of what a lost commit would have written is not told', async () => {
  let calls = 0
  const { records } = watched({}, () => {
    if (++calls <= 2) throw Object.assign(new Error('disk I/O error'), { errcode: 1034 })
  })
  const place = () =>
    records.transact(async (transaction) => {
      if ((await transaction.get(['order'])) !== undefined) throw new Error('there is one already')
      transaction.set(['order'], 1)
    })
  const [first, second] = await Promise.allSettled([place(), place()])
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'store-failed' } })
  expect(second).toMatchObject({ status: 'fulfilled' })
})

test('nobody is told before the commit', async () => {
  let told = 0
  const toldAtCommit: number[] = []
  const { records } = watched({}, () => toldAtCommit.push(told))
  await Promise.all(numbers(10).map(() => add(records, 1).then(() => told++)))
  expect(toldAtCommit[0]).toBe(0)
})

test('a full database is store-full for the one that does not fit, and the others are written', async () => {
  const path = join(temporaryFolder(), 'records.db')
  const open: OpenSqlite = (file, { readonly }) => {
    const database = new DatabaseSync(file, { readOnly: readonly })
    // SQLite then says FULL as it does for a full disk.
    if (!readonly) database.exec('PRAGMA max_page_count = 40')
    return database
  }
  const records = createSqliteRecords({ path, open })
  onTestFinished(() => records.close())
  const write = (key: string, size: number) =>
    records.transact((transaction) => transaction.set(['files', key], 'x'.repeat(size)))
  await write('before', 1000)
  const outcomes = await Promise.allSettled([write('a', 1000), write('large', 500_000), write('b', 1000)])
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'store-full' } },
    { status: 'fulfilled' },
  ])
  const found = await records.transact((transaction) => transaction.scan({ prefix: ['files'] }))
  expect(found.map(({ key }) => key[1])).toEqual(['a', 'b', 'before'])
  expect(await records.check()).toEqual([])
})

test('while somebody else writes, it waits without holding up this process, then is store-busy', async () => {
  const { records, path } = watched({ busyTimeout: 150 })
  await add(records, 1)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  let turns = 0
  const ticking = setInterval(() => turns++, 5)
  await expect(add(records, 1)).rejects.toMatchObject({ code: 'store-busy' })
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(5)
  // What only reads waits for nobody.
  expect(await records.transact((t) => t.get(['sum']), { readonly: true })).toBe(1)
  const waiting = add(records, 1)
  await pause(20)
  other.exec('COMMIT')
  other.close()
  expect(await waiting).toBe(2)
})

test('who waits for the file can give up', async () => {
  const { records, path } = watched()
  await add(records, 1)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const controller = new AbortController()
  const given = records.transact((t) => t.set(['sum'], 5), { signal: controller.signal })
  await pause(20)
  const reason = new Error('no longer')
  controller.abort(reason)
  await expect(given).rejects.toBe(reason)
  other.exec('COMMIT')
  other.close()
  expect(await add(records, 0)).toBe(1)
})
