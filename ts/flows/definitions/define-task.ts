import type { Duration } from '../../clock/index.js'
import { milliseconds } from '../../clock/index.js'
import { assertName, assertThat } from '../../checks/index.js'
import type { Fields, Given, Made, NoFields } from '../../fields/index.js'
import { assertFields } from '../../fields/index.js'
import type { RetryPolicy } from '../../retry/index.js'
import { plainRetryPolicy } from '../../retry/index.js'
import type { AnyTask, Task, TaskContext } from './task.js'

/** What a task is made of. */
export interface TaskDefinition<
  Name extends string,
  Inputs extends Fields,
  Outputs extends Fields,
  Replaces extends string,
> {
  /** It stands in histories for ever. */
  readonly name: Name
  /**
   * What it needs. What the first task of a flow needs is what the flow is started with.
   *
   * @default {}
   */
  readonly inputs?: Inputs
  /**
   * What it gives.
   *
   * @default {}
   */
  readonly outputs?: Outputs
  /** Outputs that take the place of earlier values of the same name: without this, a name is given once (F2, F5, F6). */
  readonly replaces?: readonly Replaces[]
  /**
   * A part of the fingerprint: another version is another definition.
   *
   * @default '1'
   */
  readonly version?: string
  /** When it is tried again. @default the runner's */
  readonly retry?: RetryPolicy
  /** How long an attempt may take; `Infinity` for as long as it takes. @default `retry.timeout`, or the runner's */
  readonly timeout?: Duration
  /** How long it may go without `heartbeat()` or `progress()` before it has timed out. @default as long as it takes */
  readonly heartbeat?: Duration
  run(inputs: Made<Inputs>, task: TaskContext): Returned<Outputs> | Promise<Returned<Outputs>>
}

/** One that gives nothing may return nothing: what it returns is looked at when it has. */
type Returned<Outputs extends Fields> = [keyof Outputs] extends [never] ? unknown : Given<Outputs>

/**
 * Declares a task (F1): a function with declared inputs and outputs. What it returns is checked against its outputs: each
 * must be there, and nothing else may be (F7).
 *
 * @example
 * const sum = defineTask({ name: 'sum', inputs: { rows: of<Row[]>() }, outputs: { total: z.number() },
 *   run: ({ rows }) => ({ total: rows.length }) })
 * @throws `bad-argument`
 */
export function defineTask<
  const Name extends string,
  Inputs extends Fields = NoFields,
  Outputs extends Fields = NoFields,
  const Replaces extends keyof Outputs & string = never,
>(
  definition: TaskDefinition<Name, Inputs, Outputs, Replaces>,
): Task<Name, NoInfer<Inputs>, NoInfer<Outputs>, NoInfer<Replaces>>
export function defineTask(definition: AnyDefinition): AnyTask {
  assertThat(
    'defineTask',
    'an object { name, inputs, outputs, run }',
    typeof definition === 'object' && (definition as unknown) !== null,
  )
  const { name, inputs = {}, outputs = {}, replaces = [], version = '1', retry } = definition
  assertName(name, 'name of the task')
  const of = `task '${name}'`
  assertName(version, `${of}: version`)
  assertThat(`${of}: run`, 'a function', typeof definition.run === 'function')
  assertFields(inputs, `${of}: inputs`)
  assertFields(outputs, `${of}: outputs`)
  assertThat(`${of}: replaces`, 'a list of its outputs', isList(replaces))
  for (const output of replaces) {
    assertThat(`${of}: replaces`, 'names of its outputs', Object.hasOwn(outputs, output))
  }
  const timeout = definition.timeout ?? retry?.timeout
  return Object.freeze({
    type: 'task',
    name,
    version,
    inputs: Object.freeze({ ...inputs }),
    outputs: Object.freeze({ ...outputs }),
    replaces: Object.freeze([...replaces]),
    ...(timeout !== undefined && { timeout: limit(timeout, `${of}: timeout`) }),
    ...(definition.heartbeat !== undefined && {
      heartbeat: limit(definition.heartbeat, `${of}: heartbeat`),
    }),
    ...(retry !== undefined && { retry: Object.freeze(plainRetryPolicy(retry)) }),
    ...(typeof retry?.retryable === 'function' && { retryable: retry.retryable }),
    run: (given: unknown, task: TaskContext) => definition.run(given, task),
  })
}

interface AnyDefinition {
  readonly name: string
  readonly inputs?: Fields
  readonly outputs?: Fields
  readonly replaces?: readonly string[]
  readonly version?: string
  readonly retry?: RetryPolicy
  readonly timeout?: Duration
  readonly heartbeat?: Duration
  run(inputs: unknown, task: TaskContext): unknown
}

function isList(value: unknown): boolean {
  return Array.isArray(value)
}

/** How long something may take, in ms; `Infinity` for as long as it takes. */
export function limit(duration: Duration, argument: string): number {
  return duration === Infinity ? Infinity : milliseconds(duration, argument)
}
