import type { Command } from 'commander'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { dbOption } from '../flows-file.js'
import { flowEventLine } from '../flow-event-lines.js'
import { loadFlows, MODULE_HELP } from '../flow-module.js'
import { columnsOf } from '../io.js'
import { graceOption, jsonLinesOption, wholeNumber } from '../options.js'
import { printable } from '../printable.js'
import { jsonLine } from '../record-lines.js'
import { withRecords } from '../records-file.js'
import { Remarks } from '../remarks.js'
import type { CommonFlags, Runner } from '../session.js'

interface WorkFlags extends CommonFlags {
  readonly db: string
  readonly concurrency: number
  readonly grace: number
}

/** `unitflow flows work` */
export function addFlowWork(flows: Command, run: Runner): void {
  flows
    .command('work')
    .summary('run the flows of a module as they are scheduled')
    .description(
      'Runs the executions of the flows of a module as they come to wait, until ^C: then what runs may end, or is given back. A line for each event. Any number of these may share a file.',
    )
    .argument('<module>', MODULE_HELP)
    .addOption(dbOption())
    .option('-c, --concurrency <n>', 'executions at once', wholeNumber('--concurrency', 1), 1)
    .addOption(graceOption('how long tasks may go on after ^C', '30s'))
    .addOption(jsonLinesOption('the events'))
    .addHelpText('after', '\nExample:\n  unitflow flows work ./flows.mjs --db shop.db --concurrency 4')
    .action((module: string, { db, concurrency, grace, ...flags }: WorkFlags) =>
      run(flags, async (session) => {
        const { io, json, colors } = session
        const loaded = await loadFlows(io, module)
        const remarks = new Remarks(session)
        await withRecords(io, db, { create: true }, async (records) => {
          const runner = io.createFlowRunner({
            records,
            flows: loaded,
            concurrency,
            grace,
            onError: (error) => remarks.make(error instanceof Error ? error.message : String(error)),
          })
          const end = runner.onEvents(({ execution: { id }, events }) => {
            const width = io.stdout.isTTY ? columnsOf(io.stdout) : undefined
            for (const event of events) {
              const line = json
                ? jsonLine({ execution: id, ...event })
                : flowEventLine(event, colors, { id, width })
              io.stdout.write(`${line}\n`)
            }
          })
          // What the tasks print is none of the lines for machines.
          const release = json ? io.capture((text) => io.stderr.write(text)) : undefined
          const names = loaded.map(({ name }) => printable(name)).join(', ')
          session.note(
            `runs ${names} of ${printable(db)}, ${counted(concurrency, 'execution')} at once; ^C ends it`,
          )
          try {
            await runner.work({ signal: io.signal })
          } finally {
            release?.()
            end()
            runner.close()
          }
        })
        return ExitCode.fine
      }),
    )
}
