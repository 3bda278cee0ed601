import { assertDistinct, assertName, assertThat } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import { fingerprint } from '../../fingerprint/index.js'
import type { AnyFlow, Flow, FlowLimits, FlowOptions, InputsOf, Next, OutputsOf, ReplacesOf } from './flow.js'
import { areDefinitionsOf, earlierOf } from './earlier-definitions.js'
import type { AnyTask } from './task.js'

/** Tasks where all is in order; in the place of one where it is not, what is wrong. */
export type Checked<Tasks extends readonly AnyTask[]> = Tasks extends readonly [
  infer First extends AnyTask,
  ...(readonly AnyTask[]),
]
  ? CheckedFrom<InputsOf<First>, Tasks>
  : Tasks

type CheckedFrom<Context, Tasks extends readonly AnyTask[]> = Tasks extends readonly [
  infer First extends AnyTask,
  ...infer Rest extends readonly AnyTask[],
]
  ? readonly [CheckedTask<Context, First>, ...CheckedFrom<Next<Context, First>, Rest>]
  : Tasks

type CheckedTask<Context, T extends AnyTask> = string extends keyof InputsOf<T> | keyof OutputsOf<T>
  ? // Its names are known at run time alone, and checked then.
    T
  : [Missing<Context, T>] extends [never]
    ? [Repeated<Context, T>] extends [never]
      ? [Unknown<Context, T>] extends [never]
        ? T
        : { readonly 'it replaces what nobody has given': Unknown<Context, T> }
      : {
          readonly 'it gives again what is there already, and does not say so in replaces': Repeated<
            Context,
            T
          >
        }
    : { readonly 'it needs what no task before it gives, or not of this type': Missing<Context, T> }

type Missing<Context, T extends AnyTask> = {
  [K in keyof InputsOf<T>]: K extends keyof Context ? (Context[K] extends InputsOf<T>[K] ? never : K) : K
}[keyof InputsOf<T>]

type Repeated<Context, T extends AnyTask> = Exclude<keyof Context & keyof OutputsOf<T>, ReplacesOf<T>>

type Unknown<Context, T extends AnyTask> = Exclude<ReplacesOf<T>, keyof Context>

/**
 * Declares a flow: tasks, one after the other (F3). The inputs of the first are what it is started with; each later input
 * must be one of those, or given by a task before, with the same type (F4); a value is given once, unless a task says that
 * it replaces it (F5, F6). What is wrong does not compile, and does not define.
 *
 * @example
 * const nightly = defineFlow('nightly', [download, summarise])
 * @throws `bad-argument`, `bad-flow`
 */
export function defineFlow<const Name extends string, const Tasks extends readonly AnyTask[]>(
  name: Name,
  tasks: Tasks & Checked<Tasks>,
  options?: FlowOptions,
): Flow<Name, Tasks>
export function defineFlow(name: string, tasks: readonly AnyTask[], options: FlowOptions = {}): AnyFlow {
  return declaredFlow(name, tasks, options)
}

/** What a flow was made from that nobody has written down in code. */
export interface FlowOrigin {
  /** A part of the fingerprint. */
  readonly objects: readonly string[]
  readonly source: string
}

/** The same for tasks that are known at run time alone. @throws `bad-argument`, `bad-flow` */
export function declaredFlow(
  name: string,
  tasks: readonly AnyTask[],
  options: FlowOptions,
  origin?: FlowOrigin,
): AnyFlow {
  assertName(name, 'name of the flow')
  const of = `flow '${name}'`
  const { version = '1', limits = {}, migrate, earlier = [] } = options
  assertName(version, `${of}: version`)
  assertThat(`${of}: migrate`, 'a function', migrate === undefined || typeof migrate === 'function')
  assertThat(`${of}: tasks`, 'a list of tasks, as defineTask makes them', isTasks(tasks))
  if (tasks.length === 0) throw badFlow(name, undefined, 'a flow has one task at least (F10)')
  assertDistinct(tasks, `${of}: tasks`)
  assertThat(`${of}: earlier`, 'a list of flows of the same name', areDefinitionsOf(name, earlier))
  assertChain(name, tasks)
  const made = { type: 'flow', name, version, tasks: tasks.map(described) }
  const objects = origin && { objects: origin.objects }
  const flow = {
    type: 'flow',
    name,
    version,
    tasks: Object.freeze([...tasks]),
    fingerprint: fingerprint({ ...made, ...objects }).slice(0, DIGITS),
    limits: checkedLimits(limits, of),
    ...(migrate !== undefined && { migrate }),
    ...(origin !== undefined && { source: origin.source }),
  } as const
  const others = earlierOf(flow, earlier)
  return Object.freeze({ ...flow, ...(others.length > 0 && { earlier: others }) })
}

/** Of a fingerprint: it stands in every record of an execution, and tells apart the definitions of one flow. */
const DIGITS = 16

function isTasks(tasks: unknown): boolean {
  return (
    Array.isArray(tasks) &&
    tasks.every(
      (task: unknown) => typeof task === 'object' && task !== null && 'type' in task && task.type === 'task',
    )
  )
}

/** What executions depend on. Time-outs and retries are left out: they are tuned while flows run. */
function described({ name, version, inputs, outputs, replaces }: AnyTask): object {
  return {
    name,
    version,
    inputs: Object.keys(inputs),
    outputs: Object.keys(outputs),
    replaces: [...replaces],
  }
}

/** @throws `bad-flow` */
function assertChain(flow: string, tasks: readonly AnyTask[]): void {
  const known = new Set(Object.keys(tasks[0]?.inputs ?? {}))
  for (const { name, inputs, outputs, replaces } of tasks) {
    for (const input of Object.keys(inputs)) {
      if (!known.has(input)) throw badFlow(flow, name, `needs '${input}', which no task before it gives (F4)`)
    }
    for (const output of replaces) {
      if (!known.has(output)) throw badFlow(flow, name, `replaces '${output}', which nobody has given`)
    }
    for (const output of Object.keys(outputs)) {
      if (known.has(output) && !replaces.includes(output)) {
        const problem = `gives '${output}', which is there already: say so in 'replaces', or name it otherwise (F5, F6)`
        throw badFlow(flow, name, problem)
      }
    }
    for (const output of Object.keys(outputs)) known.add(output)
  }
}

function badFlow(flow: string, task: string | undefined, problem: string): UnitflowError<'bad-flow'> {
  const where = task === undefined ? '' : ` task '${task}'`
  const message = `flow '${flow}':${where} ${problem}`
  return new UnitflowError('bad-flow', message, { flow, ...(task !== undefined && { task }), problem })
}

function checkedLimits(limits: FlowLimits, of: string): FlowLimits {
  const { atOnce = 1, atOncePerKey = 1 } = limits
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 1
  assertThat(`${of}: limits.atOnce`, 'a whole number from 1', isCount(atOnce))
  assertThat(`${of}: limits.atOncePerKey`, 'a whole number from 1', isCount(atOncePerKey))
  return Object.freeze({ ...limits })
}
