import { Option } from 'commander'
import type { Command } from 'commander'
import type { RecordStore } from '../records/index.js'
import { timelineSvg, timelineText } from '../timelines.js'
import type { Timeline } from '../timelines.js'
import { counted } from './amounts.js'
import { writeOutput } from './commands/read.js'
import { UsageError } from './failures.js'
import { columnsOf } from './io.js'
import { jsonLinesOption, watchOption } from './options.js'
import { printable, printableJson } from './printable.js'
import { timelineColors } from './process-words.js'
import { jsonLine } from './record-lines.js'
import type { CommonFlags, Session } from './session.js'
import { watch } from './watch.js'

/** How a history is told. */
export interface HistoryFlags extends CommonFlags {
  readonly svg?: string
  readonly events?: boolean
  readonly ascii?: boolean
  readonly watch?: boolean
}

/** The options of {@link HistoryFlags}. */
export function addHistoryOptions(command: Command): Command {
  return command
    .addOption(new Option('--events', 'a line for each event'))
    .addOption(new Option('--svg <file>', 'write the drawing to a file, as an SVG that stands by itself'))
    .addOption(new Option('--ascii', 'draw with ASCII only'))
    .addOption(watchOption())
    .addOption(jsonLinesOption('the events'))
}

/** What has happened in something. */
export interface ToldHistory<Event> {
  /** The events after one, or all, page by page. */
  readonly pages: (after: Event | undefined) => AsyncIterable<readonly Event[]>
  /** An event in a line, at most so wide. */
  readonly line: (event: Event, width: number | undefined) => string
  readonly timeline: (events: readonly Event[]) => Timeline
  /** Whether nothing comes after this one. */
  readonly isLast: (event: Event) => boolean
  /** What it is, for machines. */
  readonly about: object
}

/** Beyond this a drawing only gets longer. */
const WIDEST = 200

/** Tells a history as a drawing, as lines, or into a file. */
export async function tellHistory<Event>(
  session: Session,
  records: RecordStore,
  flags: HistoryFlags,
  history: ToldHistory<Event>,
): Promise<void> {
  const { io, json, colors } = session
  if (flags.watch === true && flags.svg !== undefined)
    throw new UsageError('--svg writes one drawing: not with --watch')

  const lineOf = (event: Event): string => {
    if (json) return jsonLine(event)
    return history.line(event, io.stdout.isTTY ? columnsOf(io.stdout) : undefined)
  }
  const pictureOf = (events: readonly Event[]): string => {
    if (flags.events === true) return events.map((event) => `${lineOf(event)}\n`).join('')
    return timelineText(history.timeline(events), {
      width: Math.min(columnsOf(io.stdout), WIDEST),
      colors: timelineColors(colors),
      ascii: flags.ascii === true,
      now: io.now(),
    })
  }
  const isOver = (last: Event | undefined): boolean => last !== undefined && history.isLast(last)

  if (flags.watch === true) {
    await watch<readonly Event[]>(session, records, {
      read: async (before = []) => [...before, ...(await collected(history.pages(before.at(-1))))],
      picture: pictureOf,
      changes: (events, before = []) => events.slice(before.length).map(lineOf),
      isOver: (events) => isOver(events.at(-1)),
    })
  } else if (flags.svg !== undefined) {
    const events = await collected(history.pages(undefined))
    await writeOutput(io, flags.svg, timelineSvg(history.timeline(events)))
    const about = { file: flags.svg, ...history.about, events: events.length }
    if (json) io.stdout.write(`${printableJson(about)}\n`)
    else session.note(`${printable(flags.svg)}: ${counted(events.length, 'event')}`)
  } else if (flags.events === true || json) {
    await io.writeStdout(linesOf(history.pages(undefined), lineOf))
  } else {
    session.say(pictureOf(await collected(history.pages(undefined))))
  }
}

async function* linesOf<Event>(
  pages: AsyncIterable<readonly Event[]>,
  lineOf: (event: Event) => string,
): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((event) => `${lineOf(event)}\n`).join('')
}

async function collected<Event>(pages: AsyncIterable<readonly Event[]>): Promise<readonly Event[]> {
  const events: Event[] = []
  for await (const page of pages) events.push(...page)
  return events
}
