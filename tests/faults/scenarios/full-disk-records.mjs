// Records in SQLite on a disk that is really full, again and again.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from '../actor.mjs'
import { createSqliteRecords, isUnitflowError } from '../package-under-test.mjs'

const SIZE = 4 * 1024 * 1024
const STEPS = 30

export const fullDiskRecords = {
  name: 'full-disk-records',
  share: 1,
  cannotRun: () =>
    process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'needs root, on Linux',
  async round(context) {
    const disk = join(context.folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', disk])
    try {
      await fillAndGoOn(disk, context)
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  },
}

async function fillAndGoOn(disk, { random, count, timeLeft }) {
  const path = join(disk, 'records.db')
  const expected = new Map()
  let records = createSqliteRecords({ path })
  for (let step = 0; step < STEPS && (step === 0 || timeLeft() > 0); step++) {
    const ballast = await fill(disk, random)
    if (random.chance(0.3)) {
      await records.close()
      records = createSqliteRecords({ path })
    }
    const writes = Array.from({ length: random.between(1, 30) }, () => ({
      key: random.below(40),
      value: 'x'.repeat(random.pick([10, 1000, 20_000])),
    }))
    const outcomes = await Promise.allSettled(
      writes.map(({ key, value }) =>
        records.transact((transaction) => transaction.set(['files', key], value)),
      ),
    )
    for (const [at, { status, reason }] of outcomes.entries()) {
      if (status === 'fulfilled') {
        expected.set(writes[at].key, writes[at].value)
        count('acknowledged transactions')
      } else if (isUnitflowError(reason, 'store-full')) count('times full')
      else throw new Error(`not store-full: ${describe(reason)}`, { cause: reason })
    }
    await rm(ballast)
    await verify(records, expected)
    await records.transact((transaction) => transaction.set(['files', 0], step))
    expected.set(0, step)
    // Else the disk would be full of records themselves.
    for (const key of expected.keys()) if (random.chance(0.5)) expected.delete(key)
    await records.transact(async (transaction) => {
      for (const { key } of await transaction.scan({ prefix: ['files'] }))
        if (!expected.has(key[1])) transaction.delete(key)
    })
    await verify(records, expected)
  }
  await records.close()
}

async function verify(records, expected) {
  const found = await records.transact((transaction) => transaction.scan({ prefix: ['files'] }), {
    readonly: true,
  })
  if (found.length !== expected.size)
    throw new Error(`${found.length} records are there, not ${expected.size}`)
  for (const { key, value } of found)
    if (expected.get(key[1]) !== value) throw new Error(`the record ${key[1]} is not what was acknowledged`)
  const problems = await records.check()
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** Leaves some room, or none. */
async function fill(disk, random) {
  const ballast = join(disk, 'ballast')
  for (let size = SIZE; size >= 4096; size = Math.floor(size / 2))
    await writeFile(ballast, Buffer.alloc(size), { flag: 'a' }).catch(() => undefined)
  const { size } = await stat(ballast)
  await truncate(ballast, Math.max(0, size - random.below(random.pick([1, 50_000, 500_000]))))
  return ballast
}
