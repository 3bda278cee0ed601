import type { HistoryEvent, WorkflowBackend } from '../deciders/index.js'
import { timelineOfHistory } from '../timelines.js'
import { ElementNames } from './element-names.js'
import { eventLine } from './event-lines.js'
import { ExitCode } from './exit-code.js'
import type { Io } from './io.js'
import { readProcesses } from './processes-file.js'
import { withStore } from './session.js'
import type { Session } from './session.js'
import { tellHistory } from './tell-history.js'
import type { HistoryFlags } from './tell-history.js'
import { startedUnit } from './units-process.js'
import { UnitsDescribed } from './units-described.js'
import type { DescribedUnit } from './units-described.js'

/** Events that are read at once; each may have a value of 1 MiB. */
const PAGE = 1000

/** How the history of a process is told. */
export interface ProcessHistoryFlags extends HistoryFlags {
  /** Folder of a cache that has the units of the run: all its elements have their drawn names then. */
  readonly store?: string
}

/** Tells what has happened in a process. The elements of a run of units are told by their names. */
export async function tellProcess(
  session: Session,
  file: string,
  id: string,
  flags: ProcessHistoryFlags,
): Promise<ExitCode> {
  const { io, colors } = session
  await readProcesses(io, file, async (backend, records) => {
    const described = await describedIn(io, backend, id, flags.store)
    const names = new ElementNames(described)
    await tellHistory<HistoryEvent>(session, records, flags, {
      pages: (after) => pagesOf(backend, io, id, after?.seq ?? 0),
      line: (event, width) => eventLine(names.named(event), colors, width),
      timeline: (events) => {
        const all = new ElementNames(described)
        return timelineOfHistory(
          events.map((event) => all.named(event)),
          { id, now: io.now() },
        )
      },
      isLast: ({ type }) => type === 'process-closed',
      about: { process: id },
    })
  })
  return ExitCode.fine
}

/** What the process looks like, where a cache has it. */
async function describedIn(
  io: Io,
  backend: WorkflowBackend,
  id: string,
  folder: string | undefined,
): Promise<DescribedUnit | undefined> {
  if (folder === undefined) return undefined
  const [started] = await backend.history(id, { limit: 1 })
  if (started?.type !== 'process-started') return undefined
  const unit = startedUnit(started.input)
  if (unit === undefined) return undefined
  // Runs of the command line have the cache key as the name of their workflow.
  return withStore(io, folder, (store) =>
    new UnitsDescribed(store, started.workflow).unit(unit.version, unit.processId),
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
