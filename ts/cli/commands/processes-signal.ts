import type { Command } from 'commander'
import { isUnitflowError } from '../../errors/index.js'
import { decodeValue } from '../../values/index.js'
import type { Value } from '../../values/index.js'
import { eachProcess } from '../each-process.js'
import type { EachFlags } from '../each-process.js'
import { UsageError } from '../failures.js'
import { jsonOption, yesOption } from '../options.js'
import { printable } from '../printable.js'
import { addChoice, isChoice, PROCESS_HELP, PROCESSES_HELP } from '../processes-file.js'
import type { Runner } from '../session.js'

/** `unitflow processes signal` */
export function addSignal(processes: Command, run: Runner): void {
  const command = processes
    .command('signal')
    .summary('send a signal to a process')
    .description(
      'Sends a signal to a process, whose decider sees it with its next decision. With --workflow and --tag in place of an id: to all open processes of them. Exit code 1 where one of those had closed meanwhile.',
    )
    .usage('[options] <file> <id> <name> [data]')
    .argument('<file>', PROCESSES_HELP)
    .argument('[id]', `${PROCESS_HELP}; left out with --workflow and --tag`)
    .argument('[name]', 'name of the signal')
    .argument('[data]', 'what it carries, as JSON (default: null)')
  addChoice(command)
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  unitflow processes signal work.db order-1 extra-item '"book"'\n  unitflow processes signal work.db --workflow order --yes hurry`,
    )
    .action(
      (
        file: string,
        first: string | undefined,
        second: string | undefined,
        third: string | undefined,
        flags: EachFlags,
      ) =>
        run(flags, (session) => {
          const [id, name, text, ...more] = isChoice(flags)
            ? [undefined, first, second, third]
            : [first, second, third]
          if (more.some((word) => word !== undefined))
            throw new UsageError('with --workflow or --tag there is no id: name the signal, then its data')
          if (name === undefined) throw new UsageError('name the signal')
          const data = dataOf(text)
          return eachProcess(session, file, id, flags, {
            work: (backend, process) => backend.signalProcess(process, { name, data }),
            done: `has the signal ${printable(name)}`,
          })
        }),
    )
}

function dataOf(text: string | undefined): Value {
  if (text === undefined) return null
  try {
    JSON.parse(text)
    return decodeValue(text)
  } catch (error) {
    const found = isUnitflowError(error) ? error.message : `found ${text.slice(0, 100)}`
    throw new UsageError(
      `expected the data of the signal as JSON, ${found}`,
      `Quoted for the shell a text looks like '"book"'.`,
    )
  }
}
