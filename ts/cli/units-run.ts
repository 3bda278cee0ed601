import { createActivityWorker, createDecisionWorker, createManager } from '../deciders/index.js'
import type { Manager } from '../deciders/index.js'
import type { UnitData, UnitWorkflow } from '../deciders/units/index.js'
import type { RecordStore } from '../records/index.js'
import type { CacheStore } from '../stores/index.js'
import { ExitCode } from './exit-code.js'
import { CommandError } from './failures.js'
import { spanOf } from '../timeline/span.js'
import type { Remarks } from './remarks.js'
import type { Session } from './session.js'
import { sayEnd } from './units-end.js'
import { followUnits } from './units-follow.js'
import { startedUnit } from './units-process.js'
import type { UnitsRead } from './units-read.js'
import { UnitsStory } from './units-story.js'
import type { ToldElement } from './units-story.js'
import { UnitsDescribed } from './units-described.js'
import { UnitsView } from './units-view.js'

/** What is run, and where it is kept. */
export interface UnitsPlace {
  readonly records: RecordStore
  readonly store: CacheStore
  readonly workflow: UnitWorkflow
  readonly remarks: Remarks
  readonly read: UnitsRead
  /** The file of the records, as it was named. */
  readonly db: string
  readonly concurrency: number
  /** How long (ms) an activity may go on after an interruption. */
  readonly grace: number
  /** Activities that others have begun are done again. */
  readonly recover: boolean
}

/** Which run it is. */
export interface UnitsStart {
  readonly id: string | undefined
  readonly input: UnitData | undefined
  readonly tags: readonly string[]
}

/** Starts a run, or goes on with one, shows it meanwhile, and says what came of it. */
export async function runUnits(
  session: Session,
  place: UnitsPlace,
  start: UnitsStart,
  next: (id: string) => readonly string[],
): Promise<ExitCode> {
  const { io } = session
  const { records, store, workflow, remarks, read, db, concurrency, grace, recover } = place
  const backend = io.createBackend(records)
  const manager = createManager({ backend, workflows: [workflow] })
  const onError = (error: unknown): void =>
    remarks.make(error instanceof Error ? error.message : String(error))
  const { identity } = io
  try {
    const { id, isKnown } = await startRun(manager, workflow, start, remarks)
    remarks.make(`${id} is kept in ${db}`)
    const story = new UnitsStory(manager, workflow, new UnitsDescribed(store, workflow.cacheKey), id)
    const told: ToldElement[] = []
    const view = new UnitsView(session, remarks, db)
    const stop = new AbortController()
    const onAbort = (): void => {
      remarks.make(`an activity that runs here may go on for ${spanOf(grace)}; ^C again ends it at once`)
      stop.abort()
    }
    io.signal.addEventListener('abort', onAbort)
    // Before anybody works here: what this one has begun was begun by another of its name.
    await story.refresh()
    const working = [
      createDecisionWorker(manager, { identity, onError }).run({ signal: stop.signal }),
      createActivityWorker(manager, { identity, concurrency, grace, onError }).run({ signal: stop.signal }),
    ]
    try {
      const end = await followUnits(session, {
        manager,
        records,
        story,
        view,
        remarks,
        told,
        recover,
        isKnown,
      })
      stop.abort()
      await Promise.all(working)
      if (end === 'interrupted') {
        await story.refresh()
        told.push(...story.news())
      }
      view.end()
      return sayEnd(session, { story, told, read, db, next: next(id) }, story.isClosed ? 'closed' : end)
    } finally {
      stop.abort()
      await Promise.allSettled(working)
      io.signal.removeEventListener('abort', onAbort)
      view.end()
    }
  } finally {
    await backend.close()
  }
}

/** @returns the id of the run: one that there is goes on */
async function startRun(
  manager: Manager,
  workflow: UnitWorkflow,
  { id, input, tags }: UnitsStart,
  remarks: Remarks,
): Promise<{ readonly id: string; readonly isKnown: boolean }> {
  const known = id === undefined ? undefined : await manager.backend.process(id)
  if (id === undefined || known === undefined) {
    const free = id ?? (await freeId(manager, workflow.processId))
    return { id: await manager.start(workflow, input ?? {}, { id: free, tags }), isKnown: false }
  }
  const [started] = await manager.backend.history(id, { limit: 1 })
  const unit = started?.type === 'process-started' ? startedUnit(started.input) : undefined
  const isIt = known.workflow === workflow.name && unit?.processId === workflow.processId
  if (!isIt || known.parent !== undefined) {
    const what =
      known.parent === undefined ? `a process of ${known.workflow}` : `called by ${known.parent.process}`
    const message = `there is ${JSON.stringify(id)} already, ${what}: it is no run of ${workflow.processId} of ${workflow.name}`
    throw new CommandError('process-exists', message, ExitCode.refused, { fields: { process: id } })
  }
  if (input !== undefined) remarks.make(`${id} was started before: it goes on with what it was started with`)
  return { id, isKnown: true }
}

/** An id that no process has: the name of the process, and a number. */
async function freeId(manager: Manager, processId: string): Promise<string> {
  for (let number = 1; ; number++) {
    const id = `${processId}-${number}`
    if ((await manager.backend.process(id)) === undefined) return id
  }
}
