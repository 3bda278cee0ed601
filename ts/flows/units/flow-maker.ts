import { assertName, assertThat } from '../../checks/index.js'
import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { Fields } from '../../fields/index.js'
import { assertFields } from '../../fields/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import type { AnyFlow, AnyTask, FlowOptions } from '../definitions/index.js'
import { declaredFlow } from '../definitions/index.js'
import type { PlacedTask } from './chain-tasks.js'
import { chainTasks } from './chain-tasks.js'
import { BoundElements, taskOf } from './element-tasks.js'
import type { ExpansionLimits } from './expand-process.js'
import { expandProcess } from './expand-process.js'
import type { FlowElement } from './flow-element.js'
import type { UnitFlowOptions } from './flow-from-unit.js'
import { readProcesses } from './read-processes.js'

/** The tasks of one version of a process. */
export interface MadeTasks {
  readonly input: Fields
  /** The flow of these tasks. @throws `bad-flow`, `bad-argument` */
  under(options: Pick<FlowOptions, 'earlier'>): AnyFlow
}

/** Makes flows of the versions of a process, with the same tasks. */
export class FlowMaker {
  readonly #store: CacheStore
  readonly #cacheKey: string
  readonly #processId: string
  readonly #name: string
  readonly #bound: BoundElements
  readonly #options: UnitFlowOptions
  readonly #limits: Required<ExpansionLimits>

  /** @throws `bad-argument` */
  constructor(store: CacheStore, cacheKey: string, processId: string, options: UnitFlowOptions) {
    const { name = processId, tasks, input, result = {}, expansion = {} } = options
    assertName(name, 'name of the flow, which is the id of the process where there is none')
    if (input !== undefined) assertFields(input, 'input')
    assertFields(result, 'result')
    const { depth = 100, elements = 200_000 } = expansion
    for (const [key, limit] of Object.entries({ depth, elements })) {
      assertThat(`expansion.${key}`, 'a whole number from 1', Number.isSafeInteger(limit) && limit >= 1)
    }
    this.#store = store
    this.#cacheKey = cacheKey
    this.#processId = processId
    this.#name = name
    this.#bound = new BoundElements(tasks)
    this.#options = options
    this.#limits = { depth, elements }
  }

  /** @throws (by rejecting) what `flowFromUnit` throws of the version that it is made from */
  async make(version: string): Promise<MadeTasks> {
    const { signal, input, result = {} } = this.#options
    const source = { store: this.#store, cacheKey: this.#cacheKey, version, signal }
    const processes = await readProcesses(source, this.#processId, this.#limits.depth)
    const { elements, objects } = expandProcess(processes, this.#processId, this.#bound, this.#limits)
    const placed: PlacedTask[] = []
    for (const { element, binding } of elements) {
      const task = taskOf(binding, element)
      if (task !== undefined) placed.push({ element, task, bound: binding.bound })
    }
    const places = new Map(placed.map(({ element }) => [element.path, element]))
    const tasks = withPlaces(places, () => chainTasks(placed, { name: this.#name, input, result }))
    return {
      input: input ?? tasks[0]?.inputs ?? {},
      under: (options) => withPlaces(places, () => this.#flow(tasks, options, { objects, source: version })),
    }
  }

  #flow(
    tasks: readonly AnyTask[],
    { earlier }: Pick<FlowOptions, 'earlier'>,
    origin: Parameters<typeof declaredFlow>[3],
  ): AnyFlow {
    const { version, limits, migrate } = this.#options
    const options = {
      ...(version !== undefined && { version }),
      ...(limits !== undefined && { limits }),
      ...(migrate !== undefined && { migrate }),
      ...(earlier !== undefined && { earlier }),
    }
    return declaredFlow(this.#name, tasks, options, origin)
  }
}

/** Says of a flow that cannot be where its task was drawn. */
function withPlaces<T>(places: ReadonlyMap<string, FlowElement>, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!isUnitflowError(error, 'bad-flow')) throw error
    const element = places.get(error.fields.task ?? '')
    if (element === undefined) throw error
    const { process, id } = element
    const message = `${error.message} (the element ${JSON.stringify(id)} of ${JSON.stringify(process)})`
    throw new UnitflowError('bad-flow', message, { ...error.fields, process, element: id })
  }
}
