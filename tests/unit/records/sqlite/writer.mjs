// Counts up: the transaction of number n writes n to three records of this writer's, and adds one to a record of all.
import { closeSync, openSync, writeSync } from 'node:fs'

const { module, path, name, transactions = Infinity, log } = JSON.parse(process.argv[2])
const { createSqliteRecords } = await import(module)
const records = createSqliteRecords({ path })
const file = openSync(log, 'a')
let last = (await records.transact((transaction) => transaction.get(['counts', name, 0]))) ?? 0
for (let left = transactions; left > 0; left--) {
  const number = last + 1
  await records.transact(async (transaction) => {
    const all = (await transaction.get(['all'])) ?? 0
    for (let part = 0; part < 3; part++) transaction.set(['counts', name, part], number)
    transaction.set(['all'], all + 1)
  })
  writeSync(file, `${number}\n`)
  last = number
  if (process.connected && number === 1) process.send('begun')
}
closeSync(file)
await records.close()
process.disconnect?.()
