import { UnitflowError } from '../../errors/index.js'
import type { Fields } from '../../fields/index.js'
import type { Schema } from '../../schema/index.js'
import { isTypeOnly } from '../../schema/index.js'
import type { AnyTask } from '../definitions/index.js'
import type { ElementTask, FlowElement } from './flow-element.js'

/** A task that does an element. */
export interface PlacedTask {
  readonly element: FlowElement
  readonly task: AnyTask
  /** What the element is bound to: the same of all elements that share it. */
  readonly bound: ElementTask
}

/** What a flow takes and gives as a whole. */
export interface FlowEnds {
  readonly name: string
  readonly input: Fields | undefined
  readonly result: Fields
}

/**
 * The tasks of a flow, named by their elements. One that is bound to several elements gives its outputs anew at each but
 * the first. The first task takes the input of the flow, and is run with what it has asked for.
 *
 * @throws `bad-flow`
 */
export function chainTasks(placed: readonly PlacedTask[], { name, input, result }: FlowEnds): AnyTask[] {
  const givers = new Map<string, Set<ElementTask>>()
  const tasks = placed.map(({ element, task, bound }): AnyTask => {
    const outputs = Object.keys(task.outputs)
    const again = outputs.filter((output) => givers.get(output)?.has(bound) === true)
    for (const output of outputs) {
      const those = givers.get(output)
      if (those === undefined) givers.set(output, new Set([bound]))
      else those.add(bound)
    }
    return { ...task, name: element.path, replaces: [...new Set([...task.replaces, ...again])] }
  })
  const [first] = tasks
  if (first !== undefined && input !== undefined) tasks[0] = withInput(name, first, input)
  assureResult(name, tasks, result)
  return tasks.map((task) => Object.freeze(task))
}

function withInput(flow: string, first: AnyTask, input: Fields): AnyTask {
  const names = Object.keys(first.inputs)
  const missing = names.find((one) => !Object.hasOwn(input, one))
  if (missing !== undefined) {
    const problem = `needs '${missing}', which the input of the flow does not have (F4)`
    throw badFlow(flow, problem, first.name)
  }
  return {
    ...first,
    inputs: input,
    run: (given, context) => {
      const values = new Map(Object.entries(Object(given) as object))
      return first.run(Object.fromEntries(names.map((one) => [one, values.get(one)])), context)
    },
  }
}

/** What the flow gives is checked where it is given last. */
function assureResult(flow: string, tasks: AnyTask[], result: Fields): void {
  for (const [name, schema] of Object.entries(result)) {
    const at = tasks.findLastIndex(({ outputs }) => Object.hasOwn(outputs, name))
    const task = tasks[Math.max(at, 0)]
    const field = at < 0 ? 'inputs' : 'outputs'
    const own = task !== undefined && Object.hasOwn(task[field], name) ? task[field][name] : undefined
    if (task === undefined || own === undefined) {
      throw badFlow(flow, `its result has '${name}', which no task gives`, undefined)
    }
    tasks[Math.max(at, 0)] = { ...task, [field]: { ...task[field], [name]: both(own, schema) } }
  }
}

/** One schema after the other. */
function both(first: Schema, then: Schema): Schema {
  if (isTypeOnly(then)) return first
  if (isTypeOnly(first)) return then
  return {
    '~standard': {
      version: 1,
      vendor: then['~standard'].vendor,
      validate: async (value) => {
        const made = await first['~standard'].validate(value)
        return made.issues === undefined ? then['~standard'].validate(made.value) : made
      },
    },
  }
}

function badFlow(flow: string, problem: string, task: string | undefined): UnitflowError<'bad-flow'> {
  const where = task === undefined ? '' : ` task '${task}'`
  const message = `flow '${flow}':${where} ${problem}`
  return new UnitflowError('bad-flow', message, { flow, ...(task !== undefined && { task }), problem })
}
