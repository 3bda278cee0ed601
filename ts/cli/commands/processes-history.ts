import { Option } from 'commander'
import type { Command } from 'commander'
import { PROCESS_HELP, PROCESSES_HELP } from '../processes-file.js'
import type { Runner } from '../session.js'
import { addHistoryOptions } from '../tell-history.js'
import { tellProcess } from '../tell-process.js'
import type { ProcessHistoryFlags } from '../tell-process.js'

const SUMMARY = 'draw what has happened in a process'
const DESCRIPTION =
  'Draws what has happened in a process: activities, waits, retries, timers, signals, children, over time. With --events it is a line for each event. The elements of a run of units are told by their drawn names.'

/** `unitflow processes history` */
export function addProcessHistory(processes: Command, run: Runner): void {
  const command = processes
    .command('history')
    .summary(SUMMARY)
    .description(DESCRIPTION)
    .argument('<file>', PROCESSES_HELP)
    .argument('<id>', PROCESS_HELP)
  addHistoryOptions(command)
    .addOption(namesOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow processes history work.db order-1 --watch\n  unitflow processes history work.db order-1 --svg order-1.svg',
    )
    .action((file: string, id: string, flags: ProcessHistoryFlags) =>
      run(flags, (session) => tellProcess(session, file, id, flags)),
    )
}

interface RunHistoryFlags extends ProcessHistoryFlags {
  readonly db: string
}

/** `unitflow history`: the same, of a run */
export function addHistory(program: Command, run: Runner): void {
  const command = program
    .command('history')
    .summary('draw what has happened in a run')
    .description(DESCRIPTION)
    .argument('<id>', 'id of the run, or of a process that it has called')
    .addOption(dbOption())
  addHistoryOptions(command)
    .addOption(namesOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow history order-1 --db shop.db\n  unitflow history order-1 --db shop.db --events --store .unitflow',
    )
    .action((id: string, flags: RunHistoryFlags) =>
      run(flags, (session) => tellProcess(session, flags.db, id, flags)),
    )
}

/** Where runs are kept unless one says otherwise. */
export function dbOption(help = 'SQLite file that keeps the run'): Option {
  return new Option('--db <file>', help).default('runs.db')
}

function namesOption(): Option {
  return new Option(
    '-s, --store <folder>',
    'folder of a cache: events that say no names have them from there',
  )
}
