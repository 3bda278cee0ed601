// Writers of records are killed, again and again, while another goes on.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import { createSqliteRecords } from '../package-under-test.mjs'

const KILLS = 10
/** Transactions after which a round ends: all of them are read after each kill, while the other writer goes on. */
const MANY = 20_000

export const killedRecords = {
  name: 'killed-records',
  share: 3,
  async round({ folder, random, count, timeLeft, round }) {
    const path = join(folder, 'records.db')
    const logs = { a: join(folder, 'a.log'), b: join(folder, 'b.log') }
    for (const log of Object.values(logs)) writeFileSync(log, '')
    const start = (name, from) =>
      startActor('record-writer', { path, log: logs[name], name, from, seed: `${round}/${from}` })
    const steady = random.chance(0.5) ? start('b', 0) : undefined
    let from = 0
    let acknowledged = 0
    for (let kill = 0; kill < KILLS && acknowledged < MANY && (kill === 0 || timeLeft() > 0); kill++) {
      const writer = start('a', from)
      if (random.chance(0.9)) await writer.ready
      await pause(random.next() ** 2 * 300)
      writer.kill()
      const { signal, failure } = await writer.ended
      if (failure !== undefined) throw new Error(failure)
      if (signal !== 'SIGKILL') throw new Error(`the writer was to be killed and ended otherwise: ${signal}`)
      count('kills')
      const verified = await verify(path, logs)
      from = verified.largest + 1
      acknowledged = verified.acknowledged
    }
    const ending = await steady?.stop()
    if (ending?.failure !== undefined) throw new Error(ending.failure)
    count('acknowledged transactions', (await verify(path, logs)).acknowledged)
  },
}

/** Every acknowledged transaction is there, every other whole or absent, and the accounts are what all of them come to. */
async function verify(path, logs) {
  // Read before the records, which another writer goes on with.
  const logged = Object.entries(logs).flatMap(([name, log]) =>
    readFileSync(log, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => ({ name, line: line.split(' ').map(Number) })),
  )
  const records = createSqliteRecords({ path })
  const { parts, accounts } = await records.transact(
    async (transaction) => ({
      parts: await partsIn(transaction),
      accounts: await transaction.scan({ prefix: ['accounts'] }),
    }),
    { readonly: true },
  )
  const found = new Map()
  for (const { key, all } of parts) {
    const [, name, number] = key
    const id = `${name} ${number}`
    const seen = found.get(id) ?? { parts: all, there: 0 }
    found.set(id, { ...seen, there: seen.there + 1 })
  }
  for (const [id, { parts: all, there }] of found)
    if (all !== there) throw new Error(`transaction ${id}: ${there} of its ${all} records are there`)
  for (const { name, line } of logged) {
    const [number, all] = line
    const seen = found.get(`${name} ${number}`)
    if (seen?.there !== all)
      throw new Error(`transaction ${name} ${number} was acknowledged and is not there`)
  }
  const sum = (sign) =>
    accounts.reduce((total, { value }) => total + (Math.sign(value) === sign ? value : 0), 0)
  if (sum(1) !== found.size || sum(-1) !== -found.size)
    throw new Error(`${found.size} transactions are there, and the accounts say ${sum(1)} and ${sum(-1)}`)
  const problems = await records.check()
  if (problems.length > 0) throw new Error(problems.join('\n'))
  await records.close()
  const own = parts.filter(({ key }) => key[1] === 'a').map(({ key }) => key[2])
  return { largest: own.reduce((most, number) => Math.max(most, number), -1), acknowledged: logged.length }
}

/** The keys of all parts, and of how many each says that it is: without what fills them, which is much. */
async function partsIn(transaction) {
  const parts = []
  for (let from = ['parts']; ;) {
    const page = await transaction.scan({ from, limit: 1000 })
    for (const { key, value } of page) parts.push({ key, all: value.parts })
    if (page.length < 1000) return parts
    // The first key after the last one.
    from = [...page.at(-1).key, '']
  }
}
