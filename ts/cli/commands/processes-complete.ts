import type { Command } from 'commander'
import type { WorkflowBackend } from '../../deciders/index.js'
import { ExitCode } from '../exit-code.js'
import { CommandError, UsageError } from '../failures.js'
import { answerOfJson } from '../human-answer.js'
import { jsonOption } from '../options.js'
import { printable } from '../printable.js'
import { changeProcesses, PROCESS_HELP, PROCESSES_HELP } from '../processes-file.js'
import type { CommonFlags, Runner } from '../session.js'
import { isTask } from '../units-story.js'
import { isNamed, taskName, waitingTasks } from '../waiting-tasks.js'
import type { WaitingTask } from '../waiting-tasks.js'

interface CompleteFlags extends CommonFlags {
  readonly fail?: string
}

/** `unitflow processes complete` */
export function addComplete(processes: Command, run: Runner): void {
  processes
    .command('complete')
    .summary('end a task that waits for somebody outside')
    .description(
      'Ends a task that waits for a person, or for another system: of a process, or of one that it has called. Whoever works on the process goes on from there.',
    )
    .argument('<file>', PROCESSES_HELP)
    .argument('<id>', PROCESS_HELP)
    .argument('<task>', 'its element, activity, id or token, as waiting and show tell them')
    .argument('[result]', 'what it came to, as JSON (default: {})')
    .option('--fail <reason>', 'it has failed, and why')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  unitflow processes complete shop.db order-1 Approve_Payment '{"approved":true}'\n  unitflow processes complete shop.db order-1 Pack --fail "out of boxes"`,
    )
    .action((file: string, id: string, name: string, text: string | undefined, flags: CompleteFlags) =>
      run(flags, async ({ io, say, sayJson }) => {
        if (flags.fail !== undefined && text !== undefined)
          throw new UsageError('a result or --fail: a task comes to one of them')
        const task = await changeProcesses(io, file, (backend) =>
          complete(backend, { id, name, text, fail: flags.fail, signal: io.signal }),
        )
        const { process, activity, id: own } = task.activity
        if (!sayJson(() => ({ process, activity, id: own }))) {
          say(
            `${printable(taskName(task))} of ${printable(process)} is ${flags.fail === undefined ? 'completed' : 'failed'}\n`,
          )
        }
        return ExitCode.fine
      }),
    )
}

async function complete(
  backend: WorkflowBackend,
  asked: {
    readonly id: string
    readonly name: string
    readonly text: string | undefined
    readonly fail: string | undefined
    readonly signal: AbortSignal
  },
): Promise<WaitingTask> {
  const { id, name, text = '{}', fail, signal } = asked
  const tasks = await waitingTasks(backend, id, signal)
  const task = theOne(
    tasks.filter((one) => isNamed(one, name)),
    tasks,
    asked,
  )
  const { token, input, activity, id: own } = task.activity
  if (token === undefined) {
    throw new CommandError('not-begun', `${taskName(task)} was not handed to anybody yet`, ExitCode.refused, {
      hint: 'A program that works on the process does so with its next look.',
      fields: { process: id, activity, id: own },
    })
  }
  if (fail !== undefined) {
    await backend.completeActivityTask(token, { type: 'failed', reason: fail })
    return task
  }
  // What is no task of a unit takes any value, as a task that fills one variable does.
  const given = answerOfJson(isTask(input) ? input : { type: 'user-task', variable: '' }, text)
  if ('problem' in given) {
    throw new UsageError(
      `the result of ${taskName(task)}: ${given.problem}`,
      `Quoted for the shell an object looks like '{"approved":true}'.`,
    )
  }
  await backend.completeActivityTask(token, { type: 'completed', result: given.value })
  return task
}

function theOne(
  named: readonly WaitingTask[],
  tasks: readonly WaitingTask[],
  { id, name }: { readonly id: string; readonly name: string },
): WaitingTask {
  const [task, ...more] = named
  if (task !== undefined && more.length === 0) return task
  const found = task === undefined ? 'no task' : `${named.length} tasks`
  const message = `${found} ${JSON.stringify(name)} ${named.length > 1 ? 'wait' : 'waits'} in ${JSON.stringify(id)}`
  const those = task === undefined ? tasks : named
  const shown = those.map((one) => `${taskName(one)} ${one.activity.token ?? ''}`.trim()).slice(0, 10)
  throw new CommandError('no-such-task', message, ExitCode.failed, {
    hint:
      shown.length === 0 ? 'Nothing waits there for somebody outside.' : `What waits: ${shown.join('; ')}`,
    fields: { process: id, task: name },
  })
}
