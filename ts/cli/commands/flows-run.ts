import type { Command } from 'commander'
import { UsageError } from '../failures.js'
import { dbOption } from '../flows-file.js'
import { INPUT_HELP, readInput } from '../flow-input.js'
import { flowNamed, loadFlows, MODULE_HELP } from '../flow-module.js'
import { collected, graceOption, jsonOption } from '../options.js'
import { withRecords } from '../records-file.js'
import { runExecution } from '../run-execution.js'
import type { StartedRun } from '../run-execution.js'
import type { CommonFlags, Runner } from '../session.js'

interface RunFlags extends CommonFlags {
  readonly db: string
  readonly input?: string
  readonly id?: string
  readonly key?: string
  readonly tag?: readonly string[]
  readonly recover?: boolean
  readonly grace: number
}

/** `unitflow flows run` */
export function addFlowRun(flows: Command, run: Runner): void {
  flows
    .command('run')
    .summary('run a flow of a module')
    .description(
      'Runs a flow of a module, and shows its tasks meanwhile; after each of them its execution is kept in an SQLite file, so that it goes on where it was. Without the name of a flow, with --id: goes on with that execution, which waits. Exit code 1 where it does not complete. ^C gives it back.',
    )
    .argument('<module>', MODULE_HELP)
    .argument('[flow]', 'name of the flow')
    .option('-i, --input <json>', INPUT_HELP)
    .addOption(dbOption())
    .option('--id <id>', 'id of the execution: where there is one already, that goes on (default: drawn)')
    .option('--key <key>', 'of one key, only so many run at once as the flow says')
    .option('--tag <tag>', 'for lists; repeatable', collected)
    .option('--recover', 'with --id: the runner that has it is known to be gone; its lease is not waited for')
    .addOption(graceOption('how long a task may go on after ^C', '10s'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  unitflow flows run ./flows.mjs order --input order.json\n  unitflow flows run ./flows.mjs order --input '{"item":"book"}' --id order-1 --db shop.db`,
    )
    .action((module: string, name: string | undefined, flags: RunFlags) =>
      run(flags, async (session) => {
        const { io } = session
        const { db, id, key, tag: tags, grace } = flags
        if (name === undefined && (id === undefined || flags.input !== undefined))
          throw new UsageError('name the flow', 'Without a flow, --id names an execution that goes on.')
        const loaded = await loadFlows(io, module)
        const flow = name === undefined ? undefined : flowNamed(loaded, name, module)
        const input = await readInput(io, flags.input)
        return withRecords(io, db, { create: flow !== undefined }, (records) =>
          runExecution(session, { records, flows: loaded, db, module, grace }, async (runner) => {
            if (flow === undefined) {
              const { owner } = await runner.execution(id ?? '')
              if (flags.recover === true && owner !== undefined) await runner.recover({ owner })
              return waiting(id ?? '')
            }
            const scheduled = await runner.schedule(flow.name, input, {
              ...(id !== undefined && { id }),
              ...(key !== undefined && { key }),
              ...(tags !== undefined && { tags }),
            })
            return waiting(scheduled)

            function waiting(execution: string): StartedRun {
              return { id: execution, run: () => runner.run({ id: execution, signal: io.signal }) }
            }
          }),
        )
      }),
    )
}
