import type { Command } from 'commander'
import { timelineOfHistory } from '../../timelines.js'
import type { HistoryEvent, WorkflowBackend } from '../../deciders/index.js'
import { eventLine } from '../event-lines.js'
import { ExitCode } from '../exit-code.js'
import type { Io } from '../io.js'
import { PROCESS_HELP, PROCESSES_HELP, readProcesses } from '../processes-file.js'
import type { Runner } from '../session.js'
import { addHistoryOptions, tellHistory } from '../tell-history.js'
import type { HistoryFlags } from '../tell-history.js'

/** Events that are read at once; each may have a value of 1 MiB. */
const PAGE = 1000

/** `unitflow processes history` */
export function addHistory(processes: Command, run: Runner): void {
  const command = processes
    .command('history')
    .summary('draw what has happened in a process')
    .description(
      'Draws what has happened in a process: activities, waits, retries, timers, signals, children, over time. With --events it is a line for each event.',
    )
    .argument('<file>', PROCESSES_HELP)
    .argument('<id>', PROCESS_HELP)
  addHistoryOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow processes history work.db order-1 --watch\n  unitflow processes history work.db order-1 --svg order-1.svg',
    )
    .action((file: string, id: string, flags: HistoryFlags) =>
      run(flags, async (session) => {
        const { io, colors } = session
        await readProcesses(io, file, (backend, records) =>
          tellHistory<HistoryEvent>(session, records, flags, {
            pages: (after) => pagesOf(backend, io, id, after?.seq ?? 0),
            line: (event, width) => eventLine(event, colors, width),
            timeline: (events) => timelineOfHistory(events, { id, now: io.now() }),
            isLast: ({ type }) => type === 'process-closed',
            about: { process: id },
          }),
        )
        return ExitCode.fine
      }),
    )
}

async function* pagesOf(
  backend: WorkflowBackend,
  { signal }: Io,
  id: string,
  from: number,
): AsyncGenerator<readonly HistoryEvent[]> {
  for (let after = from; ;) {
    signal.throwIfAborted()
    const page = await backend.history(id, { after, limit: PAGE })
    yield page
    after = page.at(-1)?.seq ?? after
    if (page.length < PAGE) return
  }
}
