import type { Fields, Flat, Given, Made } from '../../fields/index.js'
import type { Value } from '../../values/index.js'
import type { AnyTask, Task } from './task.js'

/** Of how many executions the tasks run at once, over all runners of a store. */
export interface FlowLimits {
  /** Of this flow. */
  readonly atOnce?: number
  /** Of this flow, and one key: see `key` of `schedule`. Keys take turns. */
  readonly atOncePerKey?: number
}

/** An execution that was started under another definition of its flow, as `migrate` sees it. */
export interface OldExecution {
  readonly id: string
  /** The fingerprint that it was started under. */
  readonly fingerprint: string
  /** The names of the tasks of then, in their order. */
  readonly tasks: readonly string[]
  /** The name of the task that is to run next. */
  readonly next: string
  /** The start inputs, and what tasks have given so far. */
  readonly context: Readonly<Record<string, Value>>
}

/** How an execution goes on under the definition of now. */
export interface Migrated {
  /** The task that is to run next. @default the one of the same name */
  readonly next?: string
  /** All values that there are from now on. @default those that there were */
  readonly context?: Readonly<Record<string, unknown>>
}

/** What a flow is beside its tasks. */
export interface FlowOptions {
  /**
   * A part of the fingerprint: another version is another definition.
   *
   * @default '1'
   */
  readonly version?: string
  readonly limits?: FlowLimits
  /**
   * Says how an execution that was started under another definition goes on under this one (F28); `undefined` refuses it.
   * Without it all are refused. It is called when somebody is about to go on with the execution, and may be called again.
   */
  readonly migrate?: (execution: OldExecution) => Migrated | undefined
  /**
   * Earlier definitions of this flow: executions that were started under one of them go on under it, as long as it is here;
   * new ones are started under this definition alone. Their limits are those of this one.
   */
  readonly earlier?: readonly AnyFlow[]
}

/** A linear flow of tasks, as {@link defineFlow} declares it: frozen. */
export interface Flow<Name extends string = string, Tasks extends readonly AnyTask[] = readonly AnyTask[]> {
  readonly type: 'flow'
  readonly name: Name
  readonly version: string
  readonly tasks: Tasks
  /** Of its name, version, tasks, and the names of their inputs and outputs: what is checked before an execution goes on. */
  readonly fingerprint: string
  readonly limits: FlowLimits
  readonly migrate?: FlowOptions['migrate']
  /** Earlier definitions, each with a fingerprint of its own; none of them has earlier ones itself. */
  readonly earlier?: readonly AnyFlow[]
  /** The version of a workflow that it was made from, which is kept for as long as executions go on under it. */
  readonly source?: string
}

/** Any flow, whatever its types. */
export type AnyFlow = Flow

/** What a flow is scheduled with: the inputs of its first task (F4). */
export type FlowGiven<F extends AnyFlow> = F['tasks'] extends readonly [
  infer First extends AnyTask,
  ...unknown[],
]
  ? First extends Task<string, infer Inputs>
    ? Given<Inputs>
    : never
  : F extends { readonly input: infer Input extends Fields }
    ? Given<Input>
    : Readonly<Record<string, unknown>>

/** All values at the end of a flow: what it was started with, and what its tasks have given. */
export type FlowResult<F extends AnyFlow> = F['tasks'] extends readonly [
  infer First extends AnyTask,
  ...(readonly AnyTask[]),
]
  ? Flat<After<InputsOf<First>, F['tasks']>>
  : F extends { readonly result: infer Result extends Fields }
    ? Readonly<Record<string, unknown>> & Made<Result>
    : Readonly<Record<string, unknown>>

/** The names of its tasks. */
export type TaskName<F extends AnyFlow> = F['tasks'][number]['name']

export type InputsOf<T extends AnyTask> = T extends Task<string, infer Inputs> ? Made<Inputs> : never
export type OutputsOf<T extends AnyTask> =
  T extends Task<string, Fields, infer Outputs> ? Made<Outputs> : never
export type ReplacesOf<T extends AnyTask> =
  T extends Task<string, Fields, Fields, infer Replaces> ? Replaces : never

/** The values after some tasks. */
export type After<Context, Tasks extends readonly AnyTask[]> = Tasks extends readonly [
  infer First extends AnyTask,
  ...infer Rest extends readonly AnyTask[],
]
  ? After<Next<Context, First>, Rest>
  : Context

/** The values after a task. */
export type Next<Context, T extends AnyTask> = Omit<Context, keyof OutputsOf<T>> & OutputsOf<T>

declare const executionOf: unique symbol

/** The id of an execution, a plain string that knows the flow: its result is checked by the compiler. */
export type ExecutionId<F extends AnyFlow = AnyFlow> = string & { readonly [executionOf]: F }

/** An id whose flow the compiler does not know. */
export type BareExecutionId = string & { readonly [executionOf]?: never }
