import { assertThat, isName } from '../../checks/index.js'
import type { Schema, SchemaResult } from '../../schema/index.js'
import { of } from '../../schema/index.js'
import { holdVersion } from '../../units/hold-version.js'
import type { AnyProcessView, HistoryOf, PlainWorkflow } from '../definitions/index.js'
import { defineActivity, failProcess } from '../definitions/index.js'
import { workflowOf } from '../definitions/workflow-of.js'
import type { Manager } from '../manager/index.js'
import { checkUnits } from './check-units.js'
import { ElementBindings } from './element-bindings.js'
import type { Replay } from './run-elements.js'
import { activeElements, calledIn, completedElements } from './run-elements.js'
import { isData, NO_DATA } from './unit-data.js'
import { UnitRun } from './unit-run.js'
import { UnitRuns } from './unit-runs.js'
import type { LoadedUnit } from './unit-source.js'
import { UnitSource } from './unit-source.js'
import { notHeld, unitStart } from './unit-start.js'
import type {
  HumanResult,
  UnitCheck,
  UnitData,
  UnitLimits,
  UnitStart,
  UnitTask,
  UnitWorkflow,
  UnitWorkflowOptions,
} from './unit-workflow.js'

const LIMITS: Required<UnitLimits> = { depth: 100, visits: 10_000, instances: 10_000 }

/**
 * Makes a process of a cached workflow a decider (U36): its elements are bound to activities and functions, and workers run
 * it as any other workflow, a process that it calls as a child of its own. A run stays on the version that was cached when
 * it was started (U38).
 *
 * @example
 * const orders = await defineUnitWorkflow({ name: 'orders', store, cacheKey: 'orders', processId: 'Order',
 *   activities: { 'http/PostRequest': post, Prepare: prepare }, evaluate: comparisons })
 * orders.unbound // elements that still need a function
 * const id = await createManager({ backend, workflows: [orders] }).start(orders, { total: 120 })
 * @throws `bad-argument`; and as `readElementUnit` does, unless `check` is false
 */
export async function defineUnitWorkflow<const Name extends string, Given = UnitData>(
  options: UnitWorkflowOptions<Name, Given>,
): Promise<UnitWorkflow<Name, Given>> {
  const { name, store, cacheKey, processId, activities = {}, evaluate, onUnit, input, ...settings } = options
  assertThat(
    `workflow '${name}': evaluate`,
    'a function, such as comparisons',
    typeof evaluate === 'function',
  )
  const human = defineActivity(`${name}/human`, {
    completion: 'manual',
    ...(settings.category !== undefined && { category: settings.category }),
    input: of<UnitTask>(),
    result: of<HumanResult>(),
  })
  const bindings = new ElementBindings(activities, human)
  const limits = { ...LIMITS, ...options.limits }
  const source = new UnitSource(store, cacheKey, onUnit)
  /** What was made here to start a process: nobody else's data is taken for that. */
  const starts = new WeakSet<object>()

  const runs = new UnitRuns()
  /** By what is to be decided on: until it is, the source may have let go of the unit for others. */
  const prepared = new WeakMap<AnyProcessView, LoadedUnit>()

  const runOf = (
    { id, parent }: Pick<AnyProcessView, 'id' | 'parent'>,
    start: UnitStart,
    unit: LoadedUnit,
  ): UnitRun => {
    const { depth, version } = start
    return new UnitRun(id, start, unit.plan, {
      evaluate,
      bindings,
      limits,
      depth,
      messages: unit.messages,
      ...(parent !== undefined && { parent: parent.process }),
      plan: (embedded) => unit.plans.get(embedded),
      startChild: (called, data, caller) => {
        const child = { processId: called, version, data, depth: depth + 1, caller }
        starts.add(child)
        return {
          type: 'start-child-process',
          workflow: name,
          input: child,
          tags: isName(called) ? [called] : [],
          childPolicy: 'terminate',
        }
      },
    })
  }
  const check = (): Promise<UnitCheck> => checkUnits({ store, cacheKey, processId, bindings, evaluate })
  const workflow = workflowOf(
    {
      ...settings,
      name,
      input: startSchema(),
      activities: bindings.activities(),
    },
    (process) => {
      const start = unitStart(process.id, process.input)
      const absent = source.absent(start)
      if (absent !== undefined) return failProcess(notHeld(absent, start.caller))
      return runs.decide(process, () => {
        const unit = prepared.get(process) ?? source.kept(start)
        const expected = 'its unit, which a worker reads before it decides'
        assertThat(`process '${process.id}'`, expected, unit !== undefined)
        return runOf(process, start, unit)
      })
    },
  )
  const checked = options.check === false ? undefined : await check()
  const made: PlainWorkflow<Name> = {
    ...workflow,
    prepare: (process) => {
      const start = unitStart(process.id, process.input)
      const kept = source.kept(start)
      if (kept !== undefined) prepared.set(process, kept)
      if (kept !== undefined || source.absent(start) !== undefined) return undefined
      return source.load(start).then(
        (unit) => void prepared.set(process, unit),
        (error: unknown) => {
          // What is missing may come back; a process that the version does not hold never does, and that is decided.
          if (source.absent(start) === undefined) throw error
        },
      )
    },
    active: (history, id) => activeElements(replayBy(history), id),
  }
  return Object.freeze({
    ...made,
    cacheKey,
    processId,
    human,
    unbound: checked?.unbound ?? [],
    problems: checked?.problems ?? [],
    check,
    completed: (manager: Pick<Manager, 'history'>, id: string) =>
      completedElements(
        replayBy((process) => manager.history(process)),
        id,
      ),
  })

  /** Goes through what the history of a process says, in the unit of its version. */
  function replayBy(history: HistoryOf): Replay {
    return async (id) => {
      const events = await history(id)
      const [started] = events
      // Deleted, when its time was over: nothing is known of it any more.
      if (started?.type !== 'process-started') return undefined
      const start = unitStart(id, started.input)
      try {
        const run = runOf({ id, parent: started.parent }, start, await source.load(start))
        run.add(events)
        return { run, called: calledIn(events) }
      } catch (error) {
        // The version does not hold it: it has come nowhere.
        if (source.absent(start) !== undefined) return undefined
        throw error
      }
    }
  }

  /** What is given becomes the start of a process, on the version that is cached now. */
  function startSchema(): Schema {
    return {
      '~standard': {
        version: 1,
        vendor: 'unitflow/units',
        validate: async (given) => {
          if (typeof given === 'object' && given !== null && starts.has(given)) return { value: given }
          const made: SchemaResult<unknown> =
            input === undefined ? { value: given ?? NO_DATA } : await input['~standard'].validate(given)
          if (made.issues !== undefined) return made
          const data = made.value
          if (!isData(data)) return { issues: [{ message: 'expected an object of variables' }] }
          const { version } = await holdVersion(store, cacheKey)
          return { value: { processId, version, data, depth: 1 } }
        },
      },
    }
  }
}
