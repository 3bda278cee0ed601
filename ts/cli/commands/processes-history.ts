import type { Command } from 'commander'
import { timelineOfHistory, timelineSvg, timelineText } from '../../timelines.js'
import type { HistoryEvent, WorkflowBackend } from '../../deciders/index.js'
import { counted } from '../amounts.js'
import { eventLine } from '../event-lines.js'
import { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import { columnsOf } from '../io.js'
import type { Io } from '../io.js'
import { jsonLinesOption, watchOption } from '../options.js'
import { printable, printableJson } from '../printable.js'
import { timelineColors } from '../process-words.js'
import { PROCESS_HELP, PROCESSES_HELP, readProcesses } from '../processes-file.js'
import { jsonLine } from '../record-lines.js'
import type { CommonFlags, Runner, Session } from '../session.js'
import { watch } from '../watch.js'
import { writeOutput } from './read.js'

interface HistoryFlags extends CommonFlags {
  readonly svg?: string
  readonly events?: boolean
  readonly ascii?: boolean
  readonly watch?: boolean
}

/** Events that are read at once; each may have a value of 1 MiB. */
const PAGE = 1000
/** Beyond this a drawing only gets longer. */
const WIDEST = 200

/** `unitflow processes history` */
export function addHistory(processes: Command, run: Runner): void {
  processes
    .command('history')
    .summary('draw what has happened in a process')
    .description(
      'Draws what has happened in a process: activities, waits, retries, timers, signals, children, over time. With --events it is a line for each event.',
    )
    .argument('<file>', PROCESSES_HELP)
    .argument('<id>', PROCESS_HELP)
    .option('--events', 'a line for each event')
    .option('--svg <file>', 'write the drawing to a file, as an SVG that stands by itself')
    .option('--ascii', 'draw with ASCII only')
    .addOption(watchOption())
    .addOption(jsonLinesOption('the events'))
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow processes history work.db order-1 --watch\n  unitflow processes history work.db order-1 --svg order-1.svg',
    )
    .action((file: string, id: string, flags: HistoryFlags) =>
      run(flags, async (session) => {
        if (flags.watch === true && flags.svg !== undefined)
          throw new UsageError('--svg writes one drawing: not with --watch')
        const { io } = session
        await readProcesses(io, file, async (backend, records) => {
          if (flags.watch === true) {
            await watch<readonly HistoryEvent[]>(session, records, {
              read: async (before = []) => [
                ...before,
                ...(await readAll(backend, io, id, before.at(-1)?.seq)),
              ],
              picture: (events) => pictureOf(session, id, events, flags),
              changes: (events, before = []) =>
                events.slice(before.length).map((event) => lineOf(session, event)),
              isOver: (events) => events.at(-1)?.type === 'process-closed',
            })
          } else if (flags.svg !== undefined) {
            await writeSvg(session, id, await readAll(backend, io, id), flags.svg)
          } else if (flags.events === true || session.json) {
            await io.writeStdout(linesOf(session, backend, id))
          } else {
            session.say(pictureOf(session, id, await readAll(backend, io, id), flags))
          }
        })
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

/** The events of a process from one on. */
async function readAll(
  backend: WorkflowBackend,
  io: Io,
  id: string,
  after = 0,
): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = []
  for await (const page of pagesOf(backend, io, id, after)) events.push(...page)
  return events
}

async function* linesOf(session: Session, backend: WorkflowBackend, id: string): AsyncGenerator<string> {
  for await (const page of pagesOf(backend, session.io, id, 0))
    yield page.map((event) => `${lineOf(session, event)}\n`).join('')
}

function lineOf({ io, json, colors }: Session, event: HistoryEvent): string {
  if (json) return jsonLine(event)
  return eventLine(event, colors, io.stdout.isTTY ? columnsOf(io.stdout) : undefined)
}

function pictureOf(
  session: Session,
  id: string,
  events: readonly HistoryEvent[],
  { events: asLines, ascii = false }: HistoryFlags,
): string {
  const { io, colors } = session
  if (asLines === true) return events.map((event) => `${lineOf(session, event)}\n`).join('')
  const now = io.now()
  return timelineText(timelineOfHistory(events, { id, now }), {
    width: Math.min(columnsOf(io.stdout), WIDEST),
    colors: timelineColors(colors),
    ascii,
    now,
  })
}

async function writeSvg(
  { io, json, note }: Session,
  id: string,
  events: readonly HistoryEvent[],
  output: string,
): Promise<void> {
  await writeOutput(io, output, timelineSvg(timelineOfHistory(events, { id, now: io.now() })))
  if (json) io.stdout.write(`${printableJson({ file: output, process: id, events: events.length })}\n`)
  else note(`${printable(output)}: ${counted(events.length, 'event')}`)
}
