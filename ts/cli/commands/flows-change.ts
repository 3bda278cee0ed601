import type { Command } from 'commander'
import type { FlowRunner, FlowStatus } from '../../flows/index.js'
import { eachExecution, EXECUTIONS } from '../each-execution.js'
import type { EachExecutionFlags } from '../each-execution.js'
import { ExitCode } from '../exit-code.js'
import { addFlowChoice, changeExecutions, EXECUTION_HELP, FLOWS_HELP } from '../flows-file.js'
import { jsonOption, yesOption } from '../options.js'
import { printable } from '../printable.js'
import type { CommonFlags, Runner } from '../session.js'

const OPEN: readonly FlowStatus[] = ['scheduled', 'rescheduled', 'running', 'retrying', 'paused']

interface CancelFlags extends EachExecutionFlags {
  readonly reason?: string
}

/** `unitflow flows cancel` */
export function addFlowCancel(flows: Command, run: Runner): void {
  const command = flows
    .command('cancel')
    .summary('cancel an execution')
    .description(
      'Cancels an execution; the task of one that runs is told, and it is canceled when that has ended. With --all, --flow, --tag, --status in place of an id: all that have not ended. Exit code 1 where one of those had ended meanwhile.',
    )
    .argument('<file>', FLOWS_HELP)
    .argument('[id]', EXECUTION_HELP)
    .option('--reason <text>', 'why')
    .option('--all', 'all that have not ended')
  addFlowChoice(command, OPEN)
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow flows cancel flows.db order-1 --reason "sold out"\n  unitflow flows cancel flows.db --all --flow order --tag test --yes',
    )
    .action((file: string, id: string | undefined, flags: CancelFlags) =>
      run(flags, (session) => {
        const { reason } = flags
        return eachExecution(session, file, id, flags, {
          things: { ...EXECUTIONS, one: 'open execution', many: 'open executions' },
          isMeant: ({ status }) => OPEN.includes(status),
          work: (runner, execution) => runner.cancel(execution, { ...(reason !== undefined && { reason }) }),
          done: 'is canceled',
          // Its task may go on for a while.
          doneNow: async (runner, execution) =>
            (await runner.execution(execution)).status === 'running'
              ? 'is canceled when its task has ended'
              : 'is canceled',
        })
      }),
    )
}

/** `unitflow flows pause` */
export function addFlowPause(flows: Command, run: Runner): void {
  addOne(flows, run, {
    name: 'pause',
    summary: 'stop an execution before its next task',
    description: 'Stops an execution before its next task, until it is resumed; the task that runs may end.',
    work: (runner, id) => runner.pause(id),
    done: (status) => (status === 'running' ? 'is paused when its task has ended' : 'is paused'),
  })
}

/** `unitflow flows resume` */
export function addFlowResume(flows: Command, run: Runner): void {
  addOne(flows, run, {
    name: 'resume',
    summary: 'let a paused execution go on',
    description: 'Lets a paused execution go on: it waits for a runner.',
    work: (runner, id) => runner.resume(id),
    done: (status) => (status === 'running' ? 'goes on' : 'waits for a runner'),
  })
}

interface OneCommand {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly work: (runner: FlowRunner, id: string) => Promise<void>
  /** What it is then. */
  readonly done: (status: FlowStatus) => string
}

function addOne(flows: Command, run: Runner, { name, summary, description, work, done }: OneCommand): void {
  flows
    .command(name)
    .summary(summary)
    .description(description)
    .argument('<file>', FLOWS_HELP)
    .argument('<id>', EXECUTION_HELP)
    .addOption(jsonOption())
    .addHelpText('after', `\nExample:\n  unitflow flows ${name} flows.db order-1`)
    .action((file: string, id: string, flags: CommonFlags) =>
      run(flags, async ({ io, say, sayJson }) => {
        const { status } = await changeExecutions(io, file, async (runner) => {
          await work(runner, id)
          return runner.execution(id)
        })
        if (!sayJson(() => ({ executions: [{ execution: id, status }] })))
          say(`${printable(id)} ${done(status)}\n`)
        return ExitCode.fine
      }),
    )
}
