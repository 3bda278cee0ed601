// The report of a night, from a terminal or a crontab. Everything is in a folder: nightly.db holds the flows, outbox/ what
// was delivered. Ends with 0; 1 where the report is not delivered; 2 for wrong arguments.
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createFlowRunner } from 'unitflow/flows'
import { createSqliteRecords } from 'unitflow/records/sqlite'
import { COMMANDS } from './commands.mjs'
import { printable } from './event-lines.mjs'
import { Outbox } from './outbox.mjs'
import { defineReport } from './report-flow.mjs'
import { startSalesServer } from './sales-server.mjs'

const USAGE = `usage: node nightly-report.mjs <command> [--date 2026-11-21] [--folder .nightly]
  run [--url <sales>] [--kill-in <task>]   makes the report of a day (yesterday) and delivers it, or goes on where it was
  history                                  what has happened to it
  list                                     all reports
tasks: download, summarise, render, deliver`

const TASKS = ['download', 'summarise', 'render', 'deliver']

process.exitCode = await main()

async function main() {
  let options
  try {
    options = readOptions()
  } catch (error) {
    console.error(printable(error.message))
    return 2
  }
  const { folder, command, killIn } = options
  await mkdir(folder, { recursive: true })
  const records = createSqliteRecords({ path: join(folder, 'nightly.db') })
  const shop = options.url === undefined ? await startSalesServer() : undefined
  const report = defineReport({
    url: options.url ?? shop?.url ?? '',
    outbox: new Outbox(join(folder, 'outbox')),
    midway: (task) => {
      if (task === killIn) process.kill(process.pid, 'SIGKILL')
    },
  })
  // One program on one machine makes reports: what runs under its name when it begins has lost its program.
  const runner = createFlowRunner({ records, flows: [report], owner: `nightly-report on ${hostname()}` })
  try {
    return await COMMANDS[command]({ runner, report, date: options.date })
  } catch (error) {
    console.error(printable(`${error.code ?? error.name}: ${error.message}`))
    return 1
  } finally {
    shop?.close()
    runner.close()
    await records.close()
  }
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: '.nightly' },
      date: { type: 'string', default: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10) },
      url: { type: 'string' },
      'kill-in': { type: 'string' },
    },
  })
  const [command = '', ...more] = positionals
  const { 'kill-in': killIn, ...rest } = values
  const isTask = killIn === undefined || TASKS.includes(killIn)
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(values.date)
  if (!Object.hasOwn(COMMANDS, command) || more.length > 0 || !isTask || !isDate) throw new Error(USAGE)
  return { ...rest, command, killIn }
}
