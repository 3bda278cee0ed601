import type { Command } from 'commander'
import type { Runner } from '../session.js'
import { addCancel } from './processes-cancel.js'
import { addComplete } from './processes-complete.js'
import { addFork } from './processes-fork.js'
import { addProcessHistory } from './processes-history.js'
import { addProcessList } from './processes-list.js'
import { addProcessShow } from './processes-show.js'
import { addSignal } from './processes-signal.js'
import { addStats } from './processes-stats.js'
import { addWaiting } from './processes-waiting.js'

/** `unitflow processes` */
export function addProcesses(program: Command, run: Runner): void {
  const processes = program
    .command('processes')
    .summary('look at the processes in an SQLite file, signal, complete and cancel what is there')
    .description(
      'Looks at the processes in an SQLite file, signals, cancels and forks them, and ends tasks that wait for people. Workers may go on meanwhile: they see what was done with their next look. list, show, history, waiting and stats write nothing.',
    )
  for (const add of [
    addProcessList,
    addProcessShow,
    addProcessHistory,
    addWaiting,
    addComplete,
    addSignal,
    addCancel,
    addFork,
    addStats,
  ]) {
    add(processes, run)
  }
}
