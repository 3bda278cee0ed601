import type { Value } from '../../values/index.js'
import type { MadeDecision } from '../history/index.js'
import type { ElementBindings } from './element-bindings.js'
import type { PlanNode, ProcessPlan } from './process-plan.js'
import type { Evaluate } from '../../comparisons/index.js'
import type { DescribedEvent, DescribedLoop } from '../../units/reading.js'
import type { UnitData, UnitLimits } from './unit-workflow.js'
import type { ErrorData } from '../../errors/index.js'

/** What a run goes by, beside what happens to it. */
export interface RunRules {
  readonly evaluate: Evaluate
  readonly bindings: ElementBindings
  readonly limits: Required<UnitLimits>
  /** How many processes have called one another to get here, this one included. */
  readonly depth: number
  /** The process that has called this one. */
  readonly parent?: string
  /** Names of the messages that something in the unit waits for. */
  readonly messages: ReadonlySet<string>
  /** The plan of the process that runs, or of a subprocess in it. */
  plan(processId: string): ProcessPlan | undefined
  /** The decision that calls a process with these variables. */
  startChild(processId: string, data: UnitData, caller: CallingElement): MadeDecision
}

/** A process or an embedded subprocess that runs: what is in it lives and dies with it. */
export interface Scope {
  readonly plan: ProcessPlan
  /** What it runs for; nothing of the process itself. */
  readonly host?: Execution
  /** What is under way in it: tokens, executions, and what waits at joins. */
  live: number
  readonly executions: Set<Execution>
  readonly joins: Map<number, Join>
  /** Its event subprocesses wait for these. */
  readonly arms: Set<Arm>
  /** The data objects that it holds; those of scopes around it are seen too. */
  readonly objects: Map<string, Value>
  /** What its tokens have come to so far. */
  result?: UnitData
  isOver: boolean
}

/** A token on its way to a node. */
export interface Token {
  readonly scope: Scope
  readonly to: number
  /** The node that it comes from. */
  readonly from?: number
  readonly data: UnitData
  /** What stands there has happened already: it waits for nothing. */
  readonly fired?: true
  /** Of an event subprocess: the place of its start event that has happened. */
  readonly start?: number
  /** It begins a turn of a loop. */
  readonly turn?: { readonly loop: Loop; readonly turn: number }
}

/** Tokens that wait for others at a gateway, oldest first, and the places that they came from. */
export interface Join {
  readonly from: Set<number>
  readonly data: UnitData[]
}

/** An element that has begun and not ended. */
export interface Execution {
  readonly scope: Scope
  readonly node: PlanNode
  /** The variables that it began with. */
  readonly data: UnitData
  /** Events that end it, or begin something beside it. */
  readonly arms: Set<Arm>
  /** It is one turn of this loop. */
  readonly loop?: Loop
  /** Its place among the turns of the loop, from 0. */
  readonly turn?: number
  /** Of an event subprocess: the place of its start event that has happened. */
  readonly start?: number
  /** The activity that does it, and the variables that it was handed. */
  activity?: { readonly id: string; readonly data: UnitData }
  /** The process that it has called. */
  child?: CalledProcess
  /** The `seq` of the decision that had called a process, which has come to its end. */
  called?: number
  /** The subprocess that runs for it. */
  inner?: Scope
  /** Its turns. */
  turns?: Loop
  isOver: boolean
}

/** An element, where it stands. */
export type Place = Pick<Execution, 'scope' | 'node'>

/** A process that was called. */
export interface CalledProcess {
  readonly processId: string
  /** The variables with which it was called. */
  readonly data: UnitData
  /** The `seq` of the decision that has started it, and its id; missing until the decision is in the history. */
  scheduled?: number
  process?: string
}

/** The turns of a loop. */
export interface Loop {
  readonly host: Execution
  readonly described: DescribedLoop
  /** What the turns are handed; nothing where the loop goes on as long as its condition holds. */
  readonly items?: readonly LoopItem[]
  /** How many have begun, and how many of these have ended. */
  begun: number
  ended: number
  readonly open: Set<Execution>
  /** The variables, as its turns have changed them. */
  data: UnitData
}

/** One item of a collection, and the key under which it stands where that is an object. */
export interface LoopItem {
  readonly value: Value
  readonly key?: string
}

/** An event that is waited for. */
export interface Arm {
  /** What it does when it comes: ends an event, chooses the way of a gateway, ends or goes beside an activity, begins a handler. */
  readonly role: 'catch' | 'gateway' | 'boundary' | 'handler'
  /** The event: a catching one, a boundary event, the start of an event subprocess. */
  readonly node: PlanNode
  /** What its node stands for: one, or several of which one is enough. */
  readonly events: readonly DescribedEvent[]
  readonly scope: Scope
  /** What waits, or what it stands on the edge of; missing where it is the start of an event subprocess. */
  readonly execution?: Execution
  /** The event subprocess that it begins. */
  readonly handler?: PlanNode
  /** The variables that what follows it has. */
  readonly data: UnitData
  /** Those that run for it, by their ids. */
  readonly timers: Map<string, ArmTimer>
}

/** A timer that an event is waited for with. */
export interface ArmTimer {
  readonly event: DescribedEvent
  /** Of a cycle: how long (ms) until it fires again. */
  readonly every?: number
  /** How often it is yet to fire. */
  readonly times: number
}

/** An element that was completed. */
export interface CompletedElement {
  readonly plan: ProcessPlan
  readonly node: PlanNode
  /** Whether it is one turn of a loop. */
  readonly isTurn: boolean
  /** The `seq` of the decision that had called a process for it. */
  readonly called?: number
}

/** What a run has come to. */
export type RunOutcome =
  | { readonly type: 'completed'; readonly result: UnitData }
  | { readonly type: 'failed'; readonly reason: string; readonly error: ErrorData; readonly details?: Value }
  | { readonly type: 'canceled'; readonly reason?: string }

/** What a function gave, or how it failed. */
export type FunctionOutcome =
  { readonly given: Value } | { readonly reason: string; readonly codes: readonly string[] }

/** What a function was for, as the history has it: the element, and its process where that is embedded in the one that runs. */
export interface KeptPlace {
  readonly element: string
  readonly process?: string
}

/** What a function gave, as the history keeps it. */
export type KeptOutcome = FunctionOutcome & KeptPlace

/** The element that calls a process, for people. */
export type CallingElement = Readonly<Record<'process' | 'element', string>> & { readonly name?: string }

/** A decision of this run, and what it is for. */
export interface Command {
  readonly decision: MadeDecision
  readonly execution?: Execution
}
