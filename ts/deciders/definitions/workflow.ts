import type { Schema, SchemaInput } from '../../schema/index.js'
import type { ChildPolicy, HistoryEvent } from '../history/index.js'
import type { AnyActivity } from './activity.js'
import type { AnyProcessView } from './process-view.js'

/** The signals of a workflow: the schema of the data of each. */
export type SignalSchemas = Readonly<Record<string, Schema>>

declare const none: unique symbol

/** It takes no signal. */
export type NoSignals = { readonly [none]?: never }

/** A workflow as far as it is there at run time. */
export interface PlainWorkflow<Name extends string = string> {
  readonly type: 'workflow'
  readonly name: Name
  readonly version: string
  /** The queue of its decisions. */
  readonly category: string
  /** How long a process may take. */
  readonly timeout: number
  /** How long a decision may take. */
  readonly decisionTimeout: number
  /** What becomes of a process when its parent closes, where the decision that starts it does not say (D50). */
  readonly childPolicy: ChildPolicy
  /** How long a process is kept after it has closed; missing for ever. */
  readonly retention?: number
  readonly input: Schema
  readonly result?: Schema
  readonly signals: SignalSchemas
  readonly activities: readonly AnyActivity[]
  /** The workflows that its processes start as children, beside itself. */
  readonly children: readonly AnyWorkflow[]
  /** Of its name and version, and of the activities, children and signals that histories may speak of. */
  readonly fingerprint: string
  decide(process: AnyProcessView): unknown
  /** Brings what deciding needs, where that is not at hand; a worker waits for it before each decision. */
  prepare?(process: AnyProcessView): Promise<void> | undefined
  /** The elements that a process is at, where a workflow is made of such. */
  active?(history: HistoryOf, process: string): Promise<readonly ActiveElement[]>
}

/** All events of a process. @throws (by rejecting) `no-such-process` */
export type HistoryOf = (process: string) => Promise<readonly HistoryEvent[]>

/** An element of the process, or of one that it has called: as `readElementUnit` of `unitflow` takes it. */
export type ActiveElement = string | { readonly processId: string; readonly elementId: string }

declare const types: unique symbol

/**
 * A kind of process, as {@link defineWorkflow} and {@link defineRuleSet} declare it: frozen, defaults filled in, times in
 * ms.
 *
 * `Given` is what a process is started with, and `Input` what the schema makes of that and deciders see; `Returned` is what
 * a process is completed with, and `Result` what its schema makes of that.
 */
export interface Workflow<
  Name extends string = string,
  Given = unknown,
  Result = unknown,
  Signals extends SignalSchemas = NoSignals,
  Input = Given,
  Returned = Result,
> extends PlainWorkflow<Name> {
  /** Never there; it tells the compiler. */
  readonly [types]?: {
    readonly given: (given: Given) => void
    readonly input: Input
    readonly returned: (returned: Returned) => void
    readonly result: Result
    readonly signals: Signals
  }
}

/** Any workflow, whatever its types. */
export type AnyWorkflow = Workflow<string, never, unknown, SignalSchemas, unknown, never>

/** What a process of it is started with. */
export type WorkflowGiven<W extends AnyWorkflow> =
  W extends Workflow<string, infer Given, unknown, SignalSchemas, unknown, never> ? Given : never

/** What its decider sees of that, and what histories hold. */
export type WorkflowInput<W extends AnyWorkflow> =
  W extends Workflow<string, never, unknown, SignalSchemas, infer Input, never> ? Input : never

/** What a process of it comes to when it completes. */
export type WorkflowResult<W extends AnyWorkflow> =
  W extends Workflow<string, never, infer Result, SignalSchemas, unknown, never> ? Result : never

type SignalsOf<W extends AnyWorkflow> =
  W extends Workflow<string, never, unknown, infer Signals, unknown, never> ? Signals : never

/** The signals that it takes. */
export type SignalName<W extends AnyWorkflow> = keyof SignalsOf<W> & string

/** What a signal to it carries. */
export type SignalData<W extends AnyWorkflow, K extends SignalName<W>> = SchemaInput<SignalsOf<W>[K]>
