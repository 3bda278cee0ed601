import type {
  CancelActivity,
  CancelProcess,
  CancelTimer,
  CompleteProcess,
  ContinueAsNew,
  FailProcess,
  MadeDecision,
  RecordMarker,
  RequestCancelProcess,
  SignalProcess,
  StartTimer,
} from '../history/index.js'
import type { Activity, AnyActivity } from './activity.js'
import type { DeciderTypes } from './process-view.js'
import type { AnyWorkflow, Workflow } from './workflow.js'

type Made<T extends MadeDecision['type']> = Extract<MadeDecision, { readonly type: T }>

/** A decision whose payload has the type that the user declares: `Value` has no room for an interface. */
type With<D, Payload> = Omit<D, keyof Payload> & Payload

/** Has an activity done, and knows which, and with what. */
export type ScheduleDecision<Name extends string, Given> = With<
  Made<'schedule-activity'>,
  { readonly activity: Name; readonly input: Given }
>

/** Starts a child, and knows of which workflow, and with what. */
export type StartChildDecision<Name extends string, Given> = With<
  Made<'start-child-process'>,
  { readonly workflow: Name; readonly input: Given }
>

/** Completes the process, and knows with what. */
export type CompleteDecision<Result> = With<CompleteProcess, { readonly result: Result }>

/** Continues the process as a new one, and knows with what. */
export type ContinueDecision<Given> = With<ContinueAsNew, { readonly input: Given }>

export type StartTimerDecision = With<
  Omit<StartTimer, 'id'>,
  { readonly id?: string; readonly data: unknown }
>
export type MarkerDecision = With<RecordMarker, { readonly details: unknown }>
export type SignalDecision = With<SignalProcess, { readonly data: unknown }>
export type FailDecision = Omit<FailProcess, 'details'> & { readonly details?: unknown }
export type CancelDecision = Omit<CancelProcess, 'details'> & { readonly details?: unknown }

/** Among decisions: what the process is at, for people (D80). The last one of a decision counts. */
export interface StatusText {
  readonly type: 'status'
  readonly text: string
}

type ScheduleOf<A extends AnyActivity> =
  A extends Activity<infer Name, infer Given, unknown, unknown, never> ? ScheduleDecision<Name, Given> : never

type StartChildOf<W extends AnyWorkflow> =
  W extends Workflow<infer Name, infer Given, unknown, infer _Signals, unknown, never>
    ? StartChildDecision<Name, Given>
    : never

/** The activities that take the input of the process as it is. */
type Bare<A extends AnyActivity, Input> =
  A extends Activity<string, infer Given, unknown, unknown, never> ? (Input extends Given ? A : never) : never

/** One decision, of a decider of these types. */
export type DecisionOf<T extends DeciderTypes> =
  | ScheduleOf<T['activities']>
  | CancelActivity
  | StartChildOf<T['children']>
  | StartChildDecision<T['name'], T['given']>
  | StartTimerDecision
  | CancelTimer
  | MarkerDecision
  | SignalDecision
  | RequestCancelProcess
  | CompleteDecision<T['returned']>
  | FailDecision
  | CancelDecision
  | ContinueDecision<T['given']>
  | StatusText

/** Nothing is decided. */
export type Nothing = undefined | null | false | '' | 0

/** A text is an iterable of texts, and no decisions: it alone has `charAt`. */
type Several<D> = Iterable<Nested<D>> & { readonly charAt?: never }
type Nested<D> = D | Nothing | Several<D>

/**
 * What a decider may give (D30, D59, D66): nothing, a decision, an activity (to schedule it with the input of the process),
 * or any iterable of these, nested as it comes.
 */
export type Decided<T extends DeciderTypes> = Nested<DecisionOf<T> | Bare<T['activities'], T['input']>>

/** What a decider has decided: plain decisions in order, and what the process is at, where it says so. */
export interface DecisionBatch {
  readonly decisions: readonly MadeDecision[]
  readonly status?: string
}
