import type { Command } from 'commander'
import { ExitCode } from '../exit-code.js'
import { EXECUTION_HELP, FLOWS_HELP, readExecutions } from '../flows-file.js'
import { followExecution } from '../follow-execution.js'
import { jsonLinesOption } from '../options.js'
import type { CommonFlags, Runner } from '../session.js'

/** `unitflow flows watch` */
export function addFlowWatch(flows: Command, run: Runner): void {
  flows
    .command('watch')
    .summary('show the tasks of an execution while others run it')
    .description(
      'Shows an execution while others run it, until it has ended: on a terminal its tasks, drawn anew in their place; elsewhere a line for each event. ^C ends it, not the execution.',
    )
    .argument('<file>', FLOWS_HELP)
    .argument('<id>', EXECUTION_HELP)
    .addOption(jsonLinesOption('the events'))
    .addHelpText('after', '\nExample:\n  unitflow flows watch flows.db order-1')
    .action((file: string, id: string, flags: CommonFlags) =>
      run(flags, async (session) => {
        const { io } = session
        await readExecutions(io, file, (reader) =>
          followExecution(session, reader, id, { signal: io.signal, json: 'events' }),
        )
        return ExitCode.fine
      }),
    )
}
