import { isUnitflowError, readElementUnit } from 'unitflow'
import type { CacheStore } from 'unitflow'
import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  workUntilIdle,
} from 'unitflow/deciders'
import type { ActivityWorker, DecisionWorker, Manager } from 'unitflow/deciders'
import { comparisons, defineUnitWorkflow } from 'unitflow/deciders/units'
import type { UnitData, UnitWorkflow } from 'unitflow/deciders/units'
import type { RecordStore } from 'unitflow/records'
import { createDurableObjectRecords, ensureAlarm } from 'unitflow/records/durable-object'
import type { DurableObjectAlarm, DurableObjectStorage } from 'unitflow/records/durable-object'
import { createWorkersKvStore } from 'unitflow/stores/workers-kv'
import type { WorkersKvNamespace } from 'unitflow/stores/workers-kv'
import { SCRIPTS } from './bindings.js'
import { Problem, problemResponse } from './problem.js'
import { SERVICES } from './services.js'
import { tenantStore } from './tenant-store.js'

/** What is run: a process of a workflow that the tenant has cached. */
export interface RunOf {
  readonly id: string
  readonly tenant: string
  /** The cache key. */
  readonly workflow: string
  readonly process: string
}

/** What a run is started with: variables. */
export interface RunStart extends RunOf {
  readonly data: UnitData
}

type Storage = DurableObjectStorage & DurableObjectAlarm

/** All that drives a run, once it is known which it is. */
interface Engine {
  readonly of: RunOf
  readonly workflow: UnitWorkflow
  readonly manager: Manager
  readonly workers: readonly (DecisionWorker | ActivityWorker)[]
}

/** The process of an object that is the run; those that it calls have ids that begin with this. */
const ID = 'run'
/** Longer than a transaction takes, by far (ms). */
const IN_BETWEEN = 5000

/**
 * A Durable Object: one run, with its history in its own storage. Units are read from KV when the run gets to them. It may be
 * gone from memory at any moment, so its alarm is asked for all that is to happen later.
 */
export class Run {
  readonly #storage: Storage
  readonly #records: RecordStore
  readonly #units: WorkersKvNamespace
  #engine: Promise<Engine> | undefined

  constructor({ storage }: { readonly storage: Storage }, { UNITS }: { readonly UNITS: WorkersKvNamespace }) {
    this.#storage = storage
    this.#records = createDurableObjectRecords(storage)
    this.#units = UNITS
  }

  /** Does what is due, and all that follows from it, and asks for the next alarm. Where it throws, it is called again. */
  async alarm(): Promise<void> {
    const engine = await this.#known()
    if (engine === undefined) return
    const next = await workUntilIdle(engine.manager, engine.workers)
    if (next !== undefined) await ensureAlarm(this.#storage, next)
  }

  /** What the worker asks, in `run-routes.ts`: `GET /`, `POST /start`, `POST /tasks/<token>`. */
  async fetch(request: Request): Promise<Response> {
    try {
      const path = new URL(request.url).pathname
      if (request.method === 'GET') {
        return Response.json(await this.#shown(), { headers: { 'cache-control': 'no-store' } })
      }
      if (path === '/start') {
        await this.#start((await request.json()) as RunStart)
      } else {
        const token = decodeURIComponent(path.slice('/tasks/'.length))
        await this.#complete(token, (await request.json()) as UnitData)
      }
      return Response.json({}, { status: 202 })
    } catch (error) {
      return problemResponse(error)
    }
  }

  /** Under an id that there is, it is the same run. */
  async #start({ data, ...of }: RunStart): Promise<void> {
    // Whether there is such a process.
    if ((await this.#known()) === undefined) {
      await readElementUnit(this.#storeOf(of), of.workflow, { processId: of.process })
    }
    const { manager, workflow } = await this.#engineOf(of)
    await this.#change(async () => {
      if (!(await isStarted(manager))) await manager.start(workflow, data, { id: ID })
    })
  }

  async #complete(token: string, changes: UnitData): Promise<void> {
    const { manager, workflow } = await this.#started()
    await this.#change(() => manager.complete(workflow.human, token, changes))
  }

  async #shown(): Promise<unknown> {
    const { of, manager, workflow } = await this.#started()
    const { closed } = await manager.process(ID)
    const { processes } = await manager.list({ status: 'open' })
    const tasks = await manager.waiting({ activity: workflow.human })
    const { id, workflow: key, process } = of
    return {
      id,
      workflow: key,
      process,
      status: closed?.result.type ?? 'open',
      ...(closed !== undefined && { result: closed.result }),
      ...(await whereabouts(manager, workflow)),
      // A task has a token once the object has begun with it, and is to be answered by it.
      tasks: tasks.flatMap(({ token, input }) => (token === undefined ? [] : [{ token, ...input }])),
      // What keeps processes from going on: it is tried again, ever later.
      trouble: processes.flatMap(({ failures }) => {
        if (failures?.error === undefined) return []
        const { code, message, fields } = failures.error
        return [{ code, message, fields }]
      }),
    }
  }

  async #started(): Promise<Engine> {
    const engine = await this.#known()
    if (engine !== undefined && (await isStarted(engine.manager))) return engine
    throw new Problem(404, 'no-such-run', 'there is no run of this id')
  }

  /** Nothing where nothing was started yet. */
  async #known(): Promise<Engine | undefined> {
    if (this.#engine === undefined) {
      const of = await this.#records.transact((transaction) => transaction.get(['of']))
      if (typeof of === 'string') this.#engine ??= this.#made(JSON.parse(of) as RunOf)
    }
    return this.#engine
  }

  /** @throws {@link Problem} 409 where the object runs something else already */
  async #engineOf(of: RunOf): Promise<Engine> {
    const wanted = JSON.stringify(of)
    const kept = await this.#records.transact(async (transaction) => {
      const before = await transaction.get(['of'])
      if (before === undefined) transaction.set(['of'], wanted)
      return before ?? wanted
    })
    if (kept !== wanted)
      throw new Problem(409, 'run-exists', `there is a run ${of.id} already, of something else`)
    return (this.#engine ??= this.#made(of))
  }

  async #made(of: RunOf): Promise<Engine> {
    const workflow = await defineUnitWorkflow({
      name: 'run',
      store: this.#storeOf(of),
      cacheKey: of.workflow,
      processId: of.process,
      activities: { ...SCRIPTS, ...SERVICES },
      evaluate: comparisons,
      // It would read all units.
      check: false,
      // An object that is gone while it decides does so again after this time.
      decisionTimeout: '10s',
    })
    const manager = createManager({
      backend: createBackend({ records: this.#records }),
      workflows: [workflow],
    })
    const workers = [createDecisionWorker(manager), createActivityWorker(manager, { concurrency: 8 })]
    return { of, workflow, manager, workers }
  }

  #storeOf({ tenant }: RunOf): CacheStore {
    return tenantStore(createWorkersKvStore(this.#units), tenant)
  }

  /** What follows from a change is the alarm's to do, also where the object is gone right after the change. */
  async #change(change: () => Promise<unknown>): Promise<void> {
    await ensureAlarm(this.#storage, Date.now() + IN_BETWEEN)
    await change()
    await ensureAlarm(this.#storage, Date.now())
  }
}

/** Which elements a run is at, and which it has completed; nothing while a unit is missing, which is among its troubles then. */
async function whereabouts(manager: Manager, workflow: UnitWorkflow): Promise<object> {
  try {
    return { active: await manager.active(ID), completed: await workflow.completed(manager, ID) }
  } catch (error) {
    if (isUnitflowError(error)) return {}
    throw error
  }
}

async function isStarted(manager: Manager): Promise<boolean> {
  const { processes } = await manager.list({ limit: 1 })
  return processes.length > 0
}
