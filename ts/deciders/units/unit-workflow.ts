import type { Evaluate } from '../../comparisons/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import type { ElementType } from '../../units/reading.js'
import type { Value } from '../../values/index.js'
import type { Schema } from '../../schema/index.js'
import type { Activity, SignalSchemas, Workflow, WorkflowSettings } from '../definitions/index.js'
import type { Manager } from '../manager/index.js'

/** What a process is about: its variables by name. */
export type UnitData = Readonly<Record<string, Value>>

/**
 * What is handed to what an element is bound to: the element, and the variables as they are there. Plain JSON; of an
 * activity it is the input, so it is what `manager.waiting` lists, and what a form needs.
 */
export interface UnitTask<Data = UnitData> {
  /** The id of the process that holds the element; an embedded subprocess is one of its own. */
  readonly process: string
  readonly element: string
  /** As drawn. */
  readonly name?: string
  readonly type: ElementType
  readonly lane?: string
  readonly documentation?: string
  readonly data: Data
  /** Of a service task: what it asks for. */
  readonly operation?: string
  /** Of a service task: evaluated, by name. */
  readonly parameters?: UnitData
  /** Of a user task: the variable that it fills. */
  readonly variable?: string
  /** As the spec has it: what a function may do instead, or read. */
  readonly script?: string
  /** Of a user task: its form, as the spec has it. */
  readonly form?: UnitData
  /** The modeller's own additions, as the spec has them. */
  readonly extensions?: UnitData
}

/** The variables that something sets; one that is `undefined` is removed, the others stay as they are. */
export type Changes = Readonly<Record<string, unknown>> | undefined

/**
 * A function for an element that runs where it is decided: without a queue, a worker, a transaction of its own. It is done
 * once, and what it has given is kept in the history. It awaits nothing and reads no clock; what does is an activity.
 */
export type UnitFunction = (task: UnitTask<never>) => unknown

/** An activity that takes a {@link UnitTask}, with data of any type. */
export type UnitActivity = Activity<string, UnitTask<never>, unknown, unknown, never>

/** What a person does, and gives back. */
export type HumanActivity = Activity<string, UnitTask, HumanResult, UnitTask, HumanResult>

/** The variables that a person sets; of a user task that names a variable, what that is set to. */
export type HumanResult = Readonly<Record<string, unknown>> | undefined

/** What elements are bound to: by `process/element`, by element id, or by the operation of service tasks. */
export type UnitBindings = Readonly<Record<string, UnitActivity | UnitFunction>>

/** How much a run may do. Each is checked where it is reached, and the process fails with `run-limit`. */
export interface UnitLimits {
  /** Processes that call one another, the first one included. @default 100 */
  readonly depth?: number
  /** How often an element is gone through while nothing comes from outside: a loop without end. @default 10000 */
  readonly visits?: number
  /** Instances of one multi-instance task. @default 10000 */
  readonly instances?: number
}

/** A process of a workflow as a decider. */
export interface UnitWorkflowOptions<Name extends string, Given = UnitData> extends WorkflowSettings {
  readonly name: Name
  /** Where the units are. */
  readonly store: CacheStore
  readonly cacheKey: string
  /** The process that is started. */
  readonly processId: string
  readonly activities?: UnitBindings
  /** What a process is started with, a schema or `of<T>()`: an object of variables. @default any variables */
  readonly input?: Schema<Given, object>
  /** Evaluates conditions and other expressions: `comparisons`, or one of your own. It is pure. */
  readonly evaluate: Evaluate
  /**
   * Whether {@link UnitWorkflow.check} is done at once, which reads every process that can be reached. A host that only goes
   * on with what was checked before leaves it out, and reads nothing yet.
   *
   * @default true
   */
  readonly check?: boolean
  readonly limits?: UnitLimits
  /** Told of each unit that is read. */
  readonly onUnit?: (unit: UnitRead) => void
}

/** A unit that was read from the store. */
export interface UnitRead {
  readonly processId: string
  readonly version: string
  /** The process, and what is embedded in it. */
  readonly included: readonly string[]
  /** Of their specs, UTF-8, minified. */
  readonly bytes: number
}

/** An element of a process. */
export interface UnitElement {
  readonly process: string
  readonly element: string
  /** As drawn. */
  readonly name?: string
}

/** An element that needs a function, and has none. */
export interface UnboundElement extends UnitElement {
  readonly type: ElementType
  readonly operation?: string
  readonly script?: string
}

/** Something that a process uses and a run cannot do. */
export interface UnitProblem extends UnitElement {
  /** What it is, for people. */
  readonly problem: string
  readonly expression?: string
}

/** What a workflow uses, as far as it can be reached. */
export interface UnitCheck {
  /** Hex SHA-256 of the version that was looked at. */
  readonly version: string
  /** The processes that were looked at, embedded ones included. */
  readonly processes: number
  readonly unbound: readonly UnboundElement[]
  readonly problems: readonly UnitProblem[]
}

/** What a run of a unit is started with, as its history has it. */
export interface UnitStart {
  readonly processId: string
  /** Hex SHA-256 of the workflow's version: the run stays on it. */
  readonly version: string
  readonly data: UnitData
  /** How many processes have called one another to get here, from 1. */
  readonly depth: number
  /** The element that has called it. */
  readonly caller?: UnitElement
}

/** An element that was completed, over all processes of a run. */
export interface CompletedUnitElement extends UnitElement {
  /** It is one turn of a loop; the loop itself comes after its turns. */
  readonly turn?: true
}

/**
 * A process of a workflow, which runs as a decider. It takes any signal: messages and signals of BPMN are known by their
 * names.
 */
export interface UnitWorkflow<Name extends string = string, Given = UnitData> extends Workflow<
  Name,
  Given,
  UnitData,
  SignalSchemas,
  UnitStart,
  UnitData
> {
  readonly cacheKey: string
  readonly processId: string
  /** Elements that still need a function, of all that can be reached; empty where it was not checked. */
  readonly unbound: readonly UnboundElement[]
  /** The same for what a run cannot do. */
  readonly problems: readonly UnitProblem[]
  /** Human tasks that are bound to nothing wait as this activity, which somebody outside completes with {@link Changes}. */
  readonly human: HumanActivity
  /**
   * Looks at every process that can be reached, as it is cached now: what needs a function, and what a run cannot do.
   *
   * @throws as `readElementUnit`
   */
  check(): Promise<UnitCheck>
  /**
   * The elements that a run has completed, in order, over all processes that it has called (U37): those of a called process
   * come before the call.
   *
   * @throws (by rejecting) `no-such-process`
   */
  completed(manager: Pick<Manager, 'history'>, id: string): Promise<readonly CompletedUnitElement[]>
}
