// Orders, from a terminal. Everything is in a folder: orders.db holds the processes, ledger.db what was done outside. Ends
// with 0; 1 and an error code where something could not be done; 2 for wrong arguments.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createBackend, createManager } from 'unitflow/deciders'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { COMMANDS, printable } from './commands.mjs'
import { Ledger } from './ledger.mjs'
import { defineOrder } from './order-workflow.mjs'

const USAGE = `usage: node orders.mjs <command> [--folder .orders]
  start <order> <item>... [--card declined]
  work [--bank-takes <seconds>]  decides, and does what is to be done, until Ctrl-C; as many of these as you like
  list                           all orders
  waiting                        the shipments that wait for a person, each with its token
  complete <token> <parcel>      one of them is on its way
  fail <token> <reason>          one of them never will be
  add <order> <item>             one more shipment
  show <order>                   what has happened, drawn
  watch <order>                  what happens, until the order is closed`

process.exitCode = await main()

async function main() {
  let options
  try {
    options = readOptions()
  } catch (error) {
    console.error(printable(error.message))
    return 2
  }
  const { folder, command, args, bankTakes, card } = options
  await mkdir(folder, { recursive: true })
  const ledger = new Ledger(join(folder, 'ledger.db'))
  const records = createSqliteRecords({ path: join(folder, 'orders.db') })
  try {
    const { order, ship } = defineOrder(ledger, bankTakes)
    const manager = createManager({ backend: createBackend({ records }), workflows: [order] })
    await command.run({ manager, order, ship, ledger, card }, ...args)
    return 0
  } catch (error) {
    console.error(printable(`${error.code ?? error.name}: ${error.message}`))
    return 1
  } finally {
    await records.close()
    ledger.close()
  }
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: '.orders' },
      card: { type: 'string', default: 'good' },
      'bank-takes': { type: 'string', default: '3' },
    },
  })
  const [name = '', ...args] = positionals
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  const bankTakes = Number(values['bank-takes']) * 1000
  if (command === undefined || !command.takes(args.length) || !(bankTakes >= 0)) throw new Error(USAGE)
  return { folder: values.folder, card: values.card, command, args, bankTakes }
}
