import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { temporaryFolder } from './sqlite/temporary-folder.js'
import type { BuiltRecords } from './sqlite/writer-process.js'
import { acknowledged, buildRecords, ended, startWriter } from './sqlite/writer-process.js'

let built: BuiltRecords
beforeAll(async () => {
  built = await buildRecords()
})
afterAll(() => built.remove())

test('two processes write one new file: both go on, and neither is told of the other', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'records.db')
  const writers = ['a', 'b'].map((name) =>
    startWriter(built, { path, name, transactions: 150, log: join(folder, name) }),
  )
  expect(await Promise.all(writers.map(ended))).toEqual([
    { code: 0, said: expect.not.stringContaining('Error') as string },
    { code: 0, said: expect.not.stringContaining('Error') as string },
  ])
  const records = createSqliteRecords({ path })
  expect(await records.transact((transaction) => transaction.get(['all']))).toBe(300)
  expect(await records.check()).toEqual([])
  await records.close()
})

test('after SIGKILL what was acknowledged is there, and everything is whole', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'records.db')
  const log = join(folder, 'log')
  for (let kill = 0; kill < 6; kill++) {
    const before = kill === 0 ? 0 : acknowledged(log)
    const writer = startWriter(built, { path, name: 'a', log })
    const over = ended(writer)
    // Now and then while it opens the file, else while it writes.
    await pause(kill % 3 === 0 ? Math.random() * 150 : 100 + Math.random() * 200)
    writer.kill('SIGKILL')
    await over
    const records = createSqliteRecords({ path })
    const [counts, all] = await records.transact(
      async (transaction) =>
        [await transaction.scan({ prefix: ['counts'] }), await transaction.get(['all'])] as const,
      { readonly: true },
    )
    const numbers = counts.map(({ value }) => value)
    expect(new Set(numbers).size).toBeLessThanOrEqual(1)
    expect(all).toBe(numbers[0])
    // One that was not acknowledged may be there, too: it was killed between the commit and the log.
    const there = Number(all ?? 0)
    expect(there).toBeGreaterThanOrEqual(Math.max(before, acknowledged(log)))
    expect(there).toBeLessThanOrEqual(acknowledged(log) + 1 + kill)
    expect(await records.check()).toEqual([])
    await records.close()
  }
})

test('a listener hears of what another process commits', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'records.db')
  const records = createSqliteRecords({ path })
  let wake: () => void = () => undefined
  records.onCommit(() => wake())
  const writer = ended(startWriter(built, { path, name: 'a', transactions: 3, log: join(folder, 'log') }))
  // Registered, then read, then waited: nothing can come in between unheard.
  for (;;) {
    const woken = new Promise<void>((resolve) => (wake = resolve))
    if ((await records.transact((t) => t.get(['all']), { readonly: true })) === 3) break
    await woken
  }
  expect((await writer).code).toBe(0)
  await records.close()
})
