import type { Command } from 'commander'
import { ExitCode } from '../exit-code.js'
import { jsonOption, wholeNumber } from '../options.js'
import { printable } from '../printable.js'
import { changeProcesses, PROCESS_HELP, PROCESSES_HELP } from '../processes-file.js'
import type { CommonFlags, Runner } from '../session.js'

interface ForkFlags extends CommonFlags {
  readonly at: number
  readonly id?: string
}

/** `unitflow processes fork` */
export function addFork(processes: Command, run: Runner): void {
  processes
    .command('fork')
    .summary('start a process that goes on from an earlier point of another')
    .description(
      'Starts a process that goes on from an earlier point of the history of another, open or closed: its decider decides anew, and what was open there is done again. The other one stays as it is.',
    )
    .argument('<file>', PROCESSES_HELP)
    .argument('<id>', `${PROCESS_HELP} that is forked`)
    .requiredOption(
      '--at <seq>',
      'the last event that both have in common; history --events shows them',
      wholeNumber('--at', 1),
    )
    .option('--id <id>', 'id of the new process (default: drawn)')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow processes fork work.db order-1 --at 9 --id order-1-again')
    .action((file: string, origin: string, { at, id, ...flags }: ForkFlags) =>
      run(flags, async ({ io, say, sayJson }) => {
        const forked = await changeProcesses(io, file, (backend) =>
          backend.forkProcess(origin, { at, ...(id !== undefined && { id }) }),
        )
        if (!sayJson(() => ({ process: forked, origin, at })))
          say(`${printable(forked)} goes on from event ${at} of ${printable(origin)}\n`)
        return ExitCode.fine
      }),
    )
}
