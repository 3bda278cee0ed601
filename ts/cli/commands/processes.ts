import type { Command } from 'commander'
import type { Runner } from '../session.js'
import { addCancel } from './processes-cancel.js'
import { addFork } from './processes-fork.js'
import { addHistory } from './processes-history.js'
import { addProcessList } from './processes-list.js'
import { addProcessShow } from './processes-show.js'
import { addSignal } from './processes-signal.js'
import { addStats } from './processes-stats.js'

/** `unitflow processes` */
export function addProcesses(program: Command, run: Runner): void {
  const processes = program
    .command('processes')
    .summary('look at the processes in an SQLite file, signal and cancel them')
    .description(
      'Looks at the processes in an SQLite file, signals, cancels and forks them. Workers may go on meanwhile: they see what was done with their next look. list, show, history and stats write nothing.',
    )
  const adds = [addProcessList, addProcessShow, addHistory, addSignal, addCancel, addFork, addStats]
  for (const add of adds) add(processes, run)
}
