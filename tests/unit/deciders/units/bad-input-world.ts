import { createManualClock } from '../../../../ts/clock/index.js'
import type { ManualClock } from '../../../../ts/clock/index.js'
import type { ProcessInfo } from '../../../../ts/deciders/backend/index.js'
import {
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/index.js'
import type { Manager, ProcessResult } from '../../../../ts/deciders/index.js'
import type { UnitWorkflow, UnitWorkflowOptions } from '../../../../ts/deciders/units/index.js'
import { comparisons, defineUnitWorkflow } from '../../../../ts/deciders/units/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow } from '../../../../ts/units/index.js'
import { brokenRules } from '../history/order-rules.js'
import { watchedRecords } from '../../records/watched-records.js'

/** No test takes more. */
const MOST_STEPS = 500

export type WorldOptions = Partial<Omit<UnitWorkflowOptions<'w'>, 'name' | 'cacheKey' | 'store'>>

/** A workflow of units with what keeps its processes, all of which can be looked at. */
export interface UnitWorld {
  readonly workflow: UnitWorkflow<'w'>
  readonly manager: Manager
  readonly clock: ManualClock
  readonly store: CacheStore
  /** All records, as a text. */
  readonly dump: () => Promise<string>
  /** Starts a process, and goes on as far as it can. */
  run(data?: unknown, id?: string): Promise<ProcessInfo>
  /** Goes on as far as it can. */
  settle(): Promise<void>
  /** What the process has come to; it is closed, and its history keeps the rules. */
  result(id?: string): Promise<ProcessResult>
}

/** Caches specs under `w`, and defines their workflow: of the process `Top`, unless another one is named. */
export async function unitWorld(specs: string, options: WorldOptions = {}): Promise<UnitWorld> {
  const clock = createManualClock(1_800_000_000_000)
  const { records, dump } = watchedRecords(createMemoryRecords())
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'w', specs)
  const workflow = await defineUnitWorkflow({
    name: 'w',
    store,
    cacheKey: 'w',
    processId: 'Top',
    evaluate: comparisons,
    ...options,
  })
  const manager = createManager({ backend: createBackend({ records, clock }), workflows: [workflow], clock })
  await manager.ready()
  const workers = [createDecisionWorker(manager), createActivityWorker(manager)]
  const settle = async (): Promise<void> => {
    for (let left = MOST_STEPS; left > 0; left--) {
      const found = await Promise.all(workers.map((worker) => worker.step()))
      if (!found.includes(true)) return
    }
    throw new Error('there is no end to what is to be done')
  }
  return {
    workflow,
    manager,
    clock,
    store,
    dump,
    settle,
    run: async (data = {}, id = 'p') => {
      await manager.start(workflow, data as never, { id })
      await settle()
      return manager.process(id)
    },
    result: async (id = 'p') => {
      const { closed, failures } = await manager.process(id)
      if (closed === undefined) throw new Error(`it is open: ${JSON.stringify(failures)}`)
      const broken = brokenRules(await manager.history(id))
      if (broken.length > 0) throw new Error(broken.join('\n'))
      return closed.result
    },
  }
}

/** The code with which a process has failed, and its fields. */
export function failureOf(result: ProcessResult): object {
  if (result.type !== 'failed') throw new Error(`it has not failed: ${JSON.stringify(result)}`)
  return { code: result.error?.code, ...result.error?.fields }
}
