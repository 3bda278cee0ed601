import type { Command } from 'commander'
import type { Runner } from '../session.js'
import { addFlowCancel, addFlowPause, addFlowResume } from './flows-change.js'
import { addFlowHistory } from './flows-history.js'
import { addFlowList } from './flows-list.js'
import { addFlowRerun } from './flows-rerun.js'
import { addFlowRun } from './flows-run.js'
import { addFlowShow } from './flows-show.js'
import { addFlowWatch } from './flows-watch.js'
import { addFlowWork } from './flows-work.js'

/** `unitflow flows` */
export function addFlows(program: Command, run: Runner): void {
  const flows = program
    .command('flows')
    .summary('run flows that are kept in an SQLite file, and look after them')
    .description(
      'Runs flows whose executions are kept in an SQLite file, and looks after those: any number of runners may go on meanwhile. list, show, history and watch write nothing; what needs the flows themselves takes the module that exports them.',
    )
  for (const add of [
    addFlowRun,
    addFlowWork,
    addFlowList,
    addFlowShow,
    addFlowHistory,
    addFlowWatch,
    addFlowRerun,
    addFlowCancel,
    addFlowPause,
    addFlowResume,
  ]) {
    add(flows, run)
  }
}
