import { readManifest } from 'unitflow'
import { createBackend, createManager, of } from 'unitflow/deciders'
import type { Manager, WorkflowBackend } from 'unitflow/deciders'
import { comparisons, defineUnitWorkflow } from 'unitflow/deciders/units'
import type { UnitBindings, UnitFunction, UnitTask, UnitWorkflow } from 'unitflow/deciders/units'
import { createIndexedDbRecords } from 'unitflow/records/indexeddb'
import type { RecordStore } from 'unitflow/records'
import { runsDatabaseOf, storeOf } from '../database.js'
import { doElement, readFunctions } from './functions.js'
import type { Functions } from './functions.js'

export type RunWorkflow = UnitWorkflow<'run', object>

/** The definition that is worked with: it knows all elements that were found by then. */
export interface Engine {
  readonly workflow: RunWorkflow
  readonly manager: Manager
}

/** The functions as they are now: they may change while runs go on. */
interface Live {
  functions: Functions
}

/** The runs of one workflow, in a database of their own beside its units. All tabs share it. */
export class Runs {
  readonly id: string
  readonly records: RecordStore
  readonly backend: WorkflowBackend
  readonly #live: Live
  #engine: Engine
  readonly #listeners = new Set<() => void>()

  static async open(id: string, functions: Functions): Promise<Runs> {
    const records = createIndexedDbRecords({ name: runsDatabaseOf(id) })
    const backend = createBackend({ records })
    const live: Live = { functions }
    return new Runs(id, records, backend, live, await engineOf(id, backend, live))
  }

  private constructor(
    id: string,
    records: RecordStore,
    backend: WorkflowBackend,
    live: Live,
    engine: Engine,
  ) {
    this.id = id
    this.records = records
    this.backend = backend
    this.#live = live
    this.#engine = engine
  }

  get functions(): Functions {
    return this.#live.functions
  }

  get engine(): Engine {
    return this.#engine
  }

  /** Takes over what functions there are now. One that was changed serves at once; for new elements there is a new engine. */
  async take(functions: Functions): Promise<void> {
    const isNew = [...functions.known].some((key) => !this.functions.known.has(key))
    this.#live.functions = functions
    if (isNew) this.#engine = await engineOf(this.id, this.backend, this.#live)
    this.touch()
  }

  /** Tells who works on these runs that there may be something to do. */
  touch(): void {
    for (const listener of this.#listeners) listener()
  }

  onTouch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

async function engineOf(id: string, backend: WorkflowBackend, live: Live): Promise<Engine> {
  const { top } = await readManifest(storeOf(id), id)
  const bound =
    (key: string): UnitFunction =>
    (task: UnitTask) =>
      doElement(live.functions.own.get(key), task)
  const activities = Object.fromEntries([...live.functions.known].map((key) => [key, bound(key)]))
  const workflow = await defineRun(id, top, activities)
  return { workflow, manager: createManager({ backend, workflows: [workflow] }) }
}

/** A process as something that can be started, and checked. Deciding does not ask which: a run knows its own. */
export function defineRun(
  id: string,
  processId: string,
  activities: UnitBindings = {},
): Promise<RunWorkflow> {
  return defineUnitWorkflow({
    name: 'run',
    store: storeOf(id),
    cacheKey: id,
    processId,
    activities,
    evaluate: comparisons,
    input: of<object>(),
    check: false,
    // A tab that is closed while it decides is replaced after this time.
    decisionTimeout: '10s',
  })
}

const opened = new Map<string, Promise<Runs>>()

/** The runs of a workflow, where somebody has looked at running it. */
export async function runsOf(id: string): Promise<Runs | undefined> {
  const known = opened.get(id)
  if (known !== undefined) return known
  const functions = await readFunctions(id)
  return functions === undefined ? undefined : openRuns(id, functions)
}

export async function openRuns(id: string, functions: Functions): Promise<Runs> {
  const known = opened.get(id)
  if (known !== undefined) {
    const runs = await known
    await runs.take(functions)
    return runs
  }
  const opening = Runs.open(id, functions)
  opened.set(id, opening)
  opening.catch(() => opened.delete(id))
  return opening
}

/** Lets go of what is known of a workflow's runs. */
export async function closeRuns(id: string): Promise<void> {
  const known = opened.get(id)
  opened.delete(id)
  await known?.then(
    ({ records }) => records.close(),
    () => undefined,
  )
}
