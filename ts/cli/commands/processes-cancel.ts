import type { Command } from 'commander'
import { eachProcess } from '../each-process.js'
import type { EachFlags } from '../each-process.js'
import { jsonOption, yesOption } from '../options.js'
import { addChoice, PROCESS_HELP, PROCESSES_HELP } from '../processes-file.js'
import type { Runner } from '../session.js'

interface CancelFlags extends EachFlags {
  readonly reason?: string
  readonly request?: boolean
}

/** `unitflow processes cancel` */
export function addCancel(processes: Command, run: Runner): void {
  const command = processes
    .command('cancel')
    .summary('close a process as canceled, or ask it to cancel itself')
    .description(
      'Closes a process as canceled, and with it what is open in it; with --request its decider is asked to. With --workflow and --tag in place of an id: all open processes of them. Exit code 1 where one of those had closed meanwhile.',
    )
    .argument('<file>', PROCESSES_HELP)
    .argument('[id]', PROCESS_HELP)
    .option('--reason <text>', 'why')
    .option('--request', 'ask the process to cancel itself')
  addChoice(command)
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow processes cancel work.db order-1 --request --reason "sold out"\n  unitflow processes cancel work.db --workflow order --tag test --yes',
    )
    .action((file: string, id: string | undefined, flags: CancelFlags) =>
      run(flags, (session) => {
        const { reason, request = false } = flags
        return eachProcess(session, file, id, flags, {
          work: (backend, process) =>
            backend.cancelProcess(process, { request, ...(reason !== undefined && { reason }) }),
          done: request ? 'is asked to cancel itself' : 'is canceled',
        })
      }),
    )
}
