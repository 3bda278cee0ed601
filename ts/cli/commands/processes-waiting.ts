import type { Command } from 'commander'
import { spanOf } from '../../timeline/span.js'
import { ExitCode } from '../exit-code.js'
import { jsonOption } from '../options.js'
import { printable } from '../printable.js'
import { valueText } from '../process-words.js'
import { PROCESS_HELP, PROCESSES_HELP, readProcesses } from '../processes-file.js'
import { formOf } from '../record-lines.js'
import type { CommonFlags, Runner, Session } from '../session.js'
import { isTask } from '../units-story.js'
import { taskName, waitingTasks } from '../waiting-tasks.js'
import type { WaitingTask } from '../waiting-tasks.js'

/** `unitflow processes waiting` */
export function addWaiting(processes: Command, run: Runner): void {
  processes
    .command('waiting')
    .summary('list the tasks that wait for somebody outside')
    .description(
      'Lists the tasks that wait for a person, or for another system: of all processes, or of one and those that it has called. complete ends them.',
    )
    .argument('<file>', PROCESSES_HELP)
    .argument('[id]', PROCESS_HELP)
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  unitflow processes waiting shop.db order-1')
    .action((file: string, id: string | undefined, flags: CommonFlags) =>
      run(flags, async (session) => {
        const { io, sayJson, note } = session
        const tasks = await readProcesses(io, file, (backend) => waitingTasks(backend, id, io.signal))
        if (sayJson(() => formOf({ tasks: tasks.map(({ activity }) => activity) }))) return ExitCode.fine
        if (tasks.length === 0) note(`nothing waits for somebody outside in ${printable(file)}`)
        else sayTasks(session, tasks)
        return ExitCode.fine
      }),
    )
}

function sayTasks({ io, colors, width, sayTable }: Session, tasks: readonly WaitingTask[]): void {
  const now = io.now()
  sayTable(
    [
      { head: 'Task', flexible: 'shorten' },
      { head: 'For', flexible: 'shorten' },
      { head: 'Process', flexible: 'shorten' },
      { head: 'Since', align: 'right' },
      { head: 'Data', flexible: 'cut', paint: colors.dim },
    ],
    tasks.map((task) => {
      const { process, input, scheduledAt } = task.activity
      const [lane, data] = isTask(input) ? [input.lane ?? '', input.data] : ['', input]
      const since = spanOf(Math.max(now - scheduledAt, 0))
      return [taskName(task), lane, process, since, valueText(data).slice(0, width)]
    }),
  )
}
