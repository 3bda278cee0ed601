import type { ActivityReturned, AnyActivity } from '../../../../ts/deciders/definitions/index.js'
import { createProcessHarness } from '../../../../ts/deciders/testing-kit/index.js'
import type { ProcessHarness } from '../../../../ts/deciders/testing-kit/index.js'
import type {
  UnitData,
  UnitTask,
  UnitWorkflow,
  UnitWorkflowOptions,
} from '../../../../ts/deciders/units/index.js'
import { comparisons, defineUnitWorkflow } from '../../../../ts/deciders/units/index.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow } from '../../../../ts/units/index.js'
import type { Process, SpecsOptions } from '../../../fixtures/units/drawn-processes.mjs'
import { specsOf } from '../../../fixtures/units/drawn-processes.mjs'

/** How a drawn process is written, bound and limited. */
export interface BenchOptions
  extends SpecsOptions, Partial<Omit<UnitWorkflowOptions<'w'>, 'name' | 'processId' | 'cacheKey'>> {}

/** A drawn process that was cached, defined, and stands ready to be run in virtual time. */
export interface UnitBench {
  readonly store: CacheStore
  readonly workflow: UnitWorkflow<'w'>
  readonly harness: ProcessHarness
  /** Starts it under the id `p`, and goes on as far as it can. */
  start(data?: UnitData): Promise<void>
  /** What it came to, which must be its completion. */
  data(): Promise<unknown>
  /** Why it failed, which it must have. */
  error(): Promise<unknown>
  /** The elements that it has completed, sorted: `element`, `element*` for a turn of a loop. */
  completed(): Promise<readonly string[]>
  /** The tasks that wait for people. */
  asked(): Promise<readonly UnitTask[]>
  answer(element: string, result?: UnitData): Promise<void>
  /** Ends the one that is open of an activity. */
  complete<A extends AnyActivity>(activity: A, result: ActivityReturned<A>): Promise<void>
  active(): Promise<readonly unknown[]>
}

/** Caches a drawn process under `w`, and makes a harness for it. */
export async function benchOf(top: Process, options: BenchOptions = {}): Promise<UnitBench> {
  const { called, dialect, alter, rename, store = createMemoryStore(), ...rest } = options
  const written: SpecsOptions = {
    ...(called !== undefined && { called }),
    ...(dialect !== undefined && { dialect }),
    ...(alter !== undefined && { alter }),
    ...(rename !== undefined && { rename }),
  }
  await cacheElementUnitsForWorkflow(store, 'w', specsOf(top, written))
  const workflow = await defineUnitWorkflow({
    name: 'w',
    store,
    cacheKey: 'w',
    processId: top.id,
    evaluate: comparisons,
    ...rest,
  })
  return benchFor(workflow, store)
}

export function benchFor(workflow: UnitWorkflow<'w'>, store: CacheStore): UnitBench {
  const harness = createProcessHarness({ workflows: [workflow] })
  const asked = async (): Promise<readonly UnitTask[]> =>
    (await harness.waiting()).map(({ input }) => input as unknown as UnitTask)
  return {
    store,
    workflow,
    harness,
    asked,
    start: async (data = {}) => {
      await harness.start(workflow, data, { id: 'p' })
      await harness.settle()
    },
    data: async () => {
      const outcome = await harness.result('p')
      if (outcome.status !== 'completed') throw new Error(`it is ${JSON.stringify(outcome)}`)
      return outcome.result
    },
    error: async () => {
      const outcome = await harness.result('p')
      if (outcome.status !== 'failed') throw new Error(`it is ${JSON.stringify(outcome)}`)
      return outcome.error
    },
    completed: async () => {
      await harness.settle()
      const elements = await workflow.completed(harness.manager, 'p')
      return elements.map(({ element, turn }) => (turn ? `${element}*` : element)).sort()
    },
    answer: async (element, result = {}) => {
      const found = (await harness.waiting()).find(
        ({ input }) => (input as unknown as UnitTask).element === element,
      )
      if (found === undefined) throw new Error(`nobody is asked for ${element}`)
      await harness.complete(workflow.human, result, { process: found.process, id: found.id })
      await harness.settle()
    },
    complete: async (activity, result) => {
      await harness.complete(activity, result)
      await harness.settle()
    },
    active: async () => {
      await harness.settle()
      return await harness.manager.active('p')
    },
  }
}
