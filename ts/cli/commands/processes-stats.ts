import type { Command } from 'commander'
import type { ProcessInfo, WorkflowBackend } from '../../deciders/index.js'
import { momentOf, spanOf } from '../../timeline/span.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import type { Io } from '../io.js'
import { jsonOption } from '../options.js'
import { printable } from '../printable.js'
import { errorText, statusOf, untilText } from '../process-words.js'
import type { StatusWord } from '../process-words.js'
import { allProcesses, PROCESSES_HELP, readProcesses } from '../processes-file.js'
import type { CommonFlags, Runner, Session } from '../session.js'

/** `unitflow processes stats` */
export function addStats(processes: Command, run: Runner): void {
  processes
    .command('stats')
    .summary('count what is open, what came of the rest, and what does not go on')
    .description(
      'Counts the processes by workflow and by what they came to, and the activities that are open; names the processes whose decisions fail again and again, and when something is due next. Reads all processes.',
    )
    .argument('<file>', PROCESSES_HELP)
    .addOption(jsonOption())
    .action((file: string, flags: CommonFlags) =>
      run(flags, async (session) => {
        const stats = await readProcesses(session.io, file, (backend) => statsOf(backend, session.io))
        if (!session.sayJson(() => stats)) sayStats(session, file, stats)
        return ExitCode.fine
      }),
    )
}

type Counts = Partial<Record<StatusWord, number>>

interface ActivityStats {
  readonly waiting: number
  readonly running: number
  readonly delayed: number
  /** When the one that has been open for the longest time was scheduled (ms since 1970), and whose it is. */
  readonly oldest: { readonly at: number; readonly process: string }
}

interface FailingProcess {
  readonly process: string
  readonly workflow: string
  readonly count: number
  readonly error?: string
}

interface Stats {
  readonly open: number
  readonly closed: number
  readonly workflows: Readonly<Record<string, Counts>>
  readonly activities: Readonly<Record<string, ActivityStats>>
  /** Those with the most failures first. */
  readonly failing: readonly FailingProcess[]
  /** Milliseconds since 1970; nothing is due by itself before. */
  readonly nextDeadline?: number
}

async function statsOf(backend: WorkflowBackend, io: Io): Promise<Stats> {
  const workflows = new Map<string, Counts>()
  const activities = new Map<string, ActivityStats>()
  const failing: FailingProcess[] = []
  let open = 0
  let closed = 0
  for await (const info of allProcesses(backend, {}, io.signal)) {
    const status = statusOf(info)
    const counts = workflows.get(info.workflow) ?? {}
    workflows.set(info.workflow, { ...counts, [status]: (counts[status] ?? 0) + 1 })
    if (status !== 'open') {
      closed++
      continue
    }
    open++
    if (info.failures !== undefined) failing.push(failingOf(info, info.failures))
    await countActivities(backend, info.id, activities)
  }
  const next = await backend.nextDeadline({ exact: false })
  return {
    open,
    closed,
    workflows: Object.fromEntries([...workflows].sort(byName)),
    activities: Object.fromEntries([...activities].sort(byName)),
    failing: failing.sort((a, b) => b.count - a.count),
    ...(next !== undefined && { nextDeadline: next }),
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

function failingOf(
  { id, workflow }: ProcessInfo,
  { count, error }: NonNullable<ProcessInfo['failures']>,
): FailingProcess {
  return { process: id, workflow, count, ...(error !== undefined && { error: errorText(error) }) }
}

async function countActivities(
  backend: WorkflowBackend,
  process: string,
  counts: Map<string, ActivityStats>,
): Promise<void> {
  for (const { activity, status, scheduledAt } of await backend.openActivities(process)) {
    const own = { at: scheduledAt, process }
    const known = counts.get(activity) ?? { waiting: 0, running: 0, delayed: 0, oldest: own }
    const oldest = scheduledAt < known.oldest.at ? own : known.oldest
    counts.set(activity, { ...known, [status]: known[status] + 1, oldest })
  }
}

const RESULTS: readonly StatusWord[] = ['open', 'completed', 'failed', 'canceled', 'timed-out', 'continued']

/** Failing processes that are named. */
const NAMED = 10

function sayStats(session: Session, file: string, stats: Stats): void {
  const { io, colors, say } = session
  const { open, closed, workflows, activities, failing, nextDeadline } = stats
  const now = io.now()
  say(
    `${printable(file)}: ${colors.cyan(counted(open, 'open process', 'open processes'))}, ${closed.toLocaleString('en')} closed\n`,
  )
  const shown = RESULTS.filter((result) =>
    Object.values(workflows).some((counts) => counts[result] !== undefined),
  )
  if (shown.length > 0) {
    say('\n')
    session.sayTable(
      [
        { head: 'Workflow', flexible: 'shorten' },
        ...shown.map((result) => ({ head: headOf(result), align: 'right' as const })),
      ],
      Object.entries(workflows).map(([name, counts]) => [
        name,
        ...shown.map((result) => (counts[result] ?? 0).toLocaleString('en')),
      ]),
    )
  }
  const work = Object.entries(activities)
  if (work.length > 0) {
    say('\n')
    session.sayTable(
      [
        { head: 'Activity', flexible: 'shorten' },
        { head: 'Waiting', align: 'right' },
        { head: 'Running', align: 'right' },
        { head: 'Delayed', align: 'right' },
        { head: 'Oldest', align: 'right' },
        { head: 'Of', flexible: 'shorten' },
      ],
      work.map(([name, { waiting, running, delayed, oldest }]) => [
        name,
        ...[waiting, running, delayed].map((count) => count.toLocaleString('en')),
        spanOf(Math.max(now - oldest.at, 0)),
        oldest.process,
      ]),
    )
  }
  if (failing.length > 0) {
    say(`\n${colors.red(`${counted(failing.length, 'process', 'processes')} with decisions that fail`)}\n`)
    session.sayTable(
      [
        { head: 'Process', flexible: 'shorten' },
        { head: 'Workflow', flexible: 'shorten' },
        { head: 'In a row', align: 'right', paint: colors.red },
        { head: 'The last', flexible: 'cut' },
      ],
      failing
        .slice(0, NAMED)
        .map(({ process, workflow, count, error }) => [
          process,
          workflow,
          String(count),
          error ?? 'no decision came in time',
        ]),
    )
    if (failing.length > NAMED)
      session.note(`and ${counted(failing.length - NAMED, 'more', 'more')}: --json has all`)
  }
  say(`\nNext deadline: ${deadlineText(nextDeadline, now)}\n`)
}

function deadlineText(at: number | undefined, now: number): string {
  if (at === undefined) return 'none'
  // Whoever works looks at what is due, so nobody has.
  return `${momentOf(at)} UTC, ${untilText(at, now)}${at < now ? ': no worker has looked since' : ''}`
}

function headOf(result: StatusWord): string {
  return `${result.charAt(0).toUpperCase()}${result.slice(1).replace('-', ' ')}`
}
