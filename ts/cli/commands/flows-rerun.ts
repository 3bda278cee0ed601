import type { Command } from 'commander'
import type { FlowRunner } from '../../flows/index.js'
import { eachExecution, EXECUTIONS } from '../each-execution.js'
import type { EachExecutionFlags } from '../each-execution.js'
import type { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import { addFlowChoice, EXECUTION_HELP, FLOWS_HELP } from '../flows-file.js'
import { flowNamed, loadFlows, MODULE_HELP } from '../flow-module.js'
import { graceOption, jsonOption, yesOption } from '../options.js'
import { withRecords } from '../records-file.js'
import { runExecution } from '../run-execution.js'
import type { StartedRun } from '../run-execution.js'
import type { Runner, Session } from '../session.js'

interface RerunFlags extends EachExecutionFlags {
  readonly from?: string
  readonly anew?: boolean
  readonly module?: string
  readonly grace: number
}

/** `unitflow flows rerun` */
export function addFlowRerun(flows: Command, run: Runner): void {
  const command = flows
    .command('rerun')
    .summary('let an execution that has failed, or was canceled, go on')
    .description(
      'Lets an execution that has failed, or was canceled, go on: from the task that it ended at, or an earlier one, with the values as they were before that. It waits for a runner then; with --module it is run here. With --all, --flow, --tag, --status in place of an id: all that have failed, or those with that status.',
    )
    .argument('<file>', FLOWS_HELP)
    .argument('[id]', EXECUTION_HELP)
    .option('--from <task>', 'the task from which it goes on')
    .option('--anew', 'with --module: a new execution with the same input')
    .option('-m, --module <module>', `${MODULE_HELP}: run it here`)
    .addOption(graceOption('how long a task may go on after ^C', '10s'))
    .option('--all', 'all that have failed')
  addFlowChoice(command, ['failed', 'canceled'])
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow flows rerun flows.db order-1 --module ./flows.mjs\n  unitflow flows rerun flows.db --all --flow order --yes',
    )
    .action((file: string, id: string | undefined, flags: RerunFlags) =>
      run(flags, (session) => {
        const { from, anew = false, module } = flags
        if (anew && (module === undefined || from !== undefined))
          throw new UsageError('--anew begins with the first task, and needs --module')
        if (module !== undefined) {
          if (id === undefined) throw new UsageError('--module runs one execution here: name it')
          return rerunHere(session, file, id, module, flags)
        }
        const waits = 'waits for a runner, which will take it'
        return eachExecution(session, file, id, flags, {
          things: EXECUTIONS,
          isMeant: ({ status }) => status === (flags.status ?? 'failed'),
          work: (runner, execution) => runner.reschedule(execution, { ...(from !== undefined && { from }) }),
          done: waits,
          doneNow: async () => waits,
        })
      }),
    )
}

async function rerunHere(
  session: Session,
  file: string,
  id: string,
  module: string,
  { from, anew = false, grace }: RerunFlags,
): Promise<ExitCode> {
  const { io } = session
  const flows = await loadFlows(io, module)
  return withRecords(io, file, { create: false }, (records) =>
    runExecution(session, { records, flows, db: file, module, grace }, async (runner) => {
      // Before anything is changed.
      flowNamed(flows, (await runner.execution(id)).flow, module)
      if (anew) return runAnew(runner, id, io.signal)
      const after = (await runner.history(id)).at(-1)?.step ?? -1
      await runner.reschedule(id, { ...(from !== undefined && { from }) })
      return { id, after, run: () => runner.run({ id, signal: io.signal }) }
    }),
  )
}

/** What it is called is known when it was scheduled. */
async function runAnew(runner: FlowRunner, origin: string, signal: AbortSignal): Promise<StartedRun> {
  let end = (): void => undefined
  const scheduled = new Promise<string>((resolve) => {
    end = runner.onEvents(({ execution }) => {
      if (execution.origin === origin) resolve(execution.id)
    })
  })
  const running = runner.rerun(origin, { anew: true, signal })
  try {
    const id = await Promise.race([scheduled, running.then((report) => report.id)])
    return { id, run: () => running }
  } finally {
    end()
  }
}
