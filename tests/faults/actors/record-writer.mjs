// Moves amounts between accounts, and logs what was acknowledged to a file of its own before it goes on.
//
// A transaction writes its number to several records at once, so that a torn one shows, and the log is none of the store's.
import { openSync, writeSync } from 'node:fs'
import { actor } from '../actor.mjs'
import { createSqliteRecords } from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'

const AT_ONCE = 8

await actor(async ({ path, log, name, from, seed }) => {
  const random = seeded(seed, name)
  const records = createSqliteRecords({ path, groupCommit: random.chance(0.7) })
  const file = openSync(log, 'a')
  let number = from
  const move = async () => {
    const own = number++
    const parts = random.between(1, 20)
    const filler = 'x'.repeat(random.pick([10, 200, 5000]))
    const [payer, payee] = [random.below(5), 5 + random.below(5)]
    await records.transact(async (transaction) => {
      const paid = (await transaction.get(['accounts', payer])) ?? 0
      const got = (await transaction.get(['accounts', payee])) ?? 0
      transaction.set(['accounts', payer], paid - 1)
      transaction.set(['accounts', payee], got + 1)
      for (let part = 0; part < parts; part++) transaction.set(['parts', name, own, part], { parts, filler })
    })
    writeSync(file, `${own} ${parts}\n`)
  }
  return () => Promise.all(Array.from({ length: random.between(1, AT_ONCE) }, move))
})
