import type { Command } from 'commander'
import { timelineOfFlowHistory } from '../../timelines.js'
import type { FlowEvent, FlowReader } from '../../flows/index.js'
import { ExitCode } from '../exit-code.js'
import { flowEventLine } from '../flow-event-lines.js'
import { EXECUTION_HELP, FLOWS_HELP, readExecutions } from '../flows-file.js'
import type { Runner } from '../session.js'
import { addHistoryOptions, tellHistory } from '../tell-history.js'
import type { HistoryFlags } from '../tell-history.js'

const ENDS: readonly FlowEvent['type'][] = ['flow-completed', 'flow-failed', 'flow-canceled']

/** `unitflow flows history` */
export function addFlowHistory(flows: Command, run: Runner): void {
  const command = flows
    .command('history')
    .summary('draw what has happened in an execution')
    .description(
      'Draws what has happened in an execution: its tasks with their attempts, waits, retries, pauses and what went wrong, over time. With --events it is a line for each event.',
    )
    .argument('<file>', FLOWS_HELP)
    .argument('<id>', EXECUTION_HELP)
  addHistoryOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow flows history flows.db order-1 --watch\n  unitflow flows history flows.db order-1 --svg order-1.svg',
    )
    .action((file: string, id: string, flags: HistoryFlags) =>
      run(flags, async (session) => {
        const { io, colors } = session
        await readExecutions(io, file, (reader, records) =>
          tellHistory<FlowEvent>(session, records, flags, {
            pages: (after) => pageOf(reader, id, after?.step ?? -1),
            line: (event, width) => flowEventLine(event, colors, { width }),
            timeline: (events) => timelineOfFlowHistory(events, { id, now: io.now() }),
            isLast: ({ type }) => ENDS.includes(type),
            about: { execution: id },
          }),
        )
        return ExitCode.fine
      }),
    )
}

async function* pageOf(reader: FlowReader, id: string, after: number): AsyncGenerator<readonly FlowEvent[]> {
  yield (await reader.history(id)).filter(({ step }) => step > after)
}
