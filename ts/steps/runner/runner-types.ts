import type { Clock, Duration } from '../../clock/index.js'
import type { ErrorData } from '../../errors/index.js'
import type { RetryPolicy } from '../../retry/index.js'
import type { ResultCache } from '../cache/index.js'
import type { AnyStepWorkflow, StepName, WorkflowNeeds, WorkflowResult } from '../definitions/index.js'
import type { State } from '../state/index.js'
import type { StepPlan } from './plan-run.js'
import type { Reference, StepRegistry } from './references.js'
import type { RunSummary, StepRunReport } from './run-report.js'
import type { StepListener } from './step-event.js'

/** What is reused, and what is kept for later (S11, S16). */
export interface ReuseOptions {
  /**
   * Whether steps are skipped whose result is known.
   *
   * @default true
   */
  readonly reuse?: boolean
  /**
   * Whether it is remembered what was computed. Outputs are in the state, whatever is said here.
   *
   * @default true
   */
  readonly keep?: boolean
}

/** What a runner is made of. */
export interface StepRunnerOptions<
  W extends AnyStepWorkflow,
  S extends Reference<State>,
> extends ReuseOptions {
  readonly workflow: Reference<W>
  readonly state: S & StateFor<W, S>
  /** What names stand for, where the workflow or the state is one. @default {} */
  readonly registry?: StepRegistry
  /** Where results are kept. @default beside the state: in memory, or in its records */
  readonly cache?: ResultCache
  /**
   * How many steps run at once, from 1.
   *
   * @default 8
   */
  readonly concurrency?: number
  /** When a model that does not say is tried again. @default once, and not again */
  readonly retry?: RetryPolicy
  /**
   * How long an attempt of a model may take that does not say.
   *
   * @default Infinity
   */
  readonly timeout?: Duration
  /**
   * Whether the report of the last run is kept in the state, for `lastReport` and `unitflow steps report`. In records it is
   * a commit more for each run.
   *
   * @default false
   */
  readonly reports?: boolean
  /** Told what happens in every run. */
  readonly onEvent?: StepListener
  /** @default the system's */
  readonly clock?: Clock
  /** A number from 0 up to 1, for waits. @default Math.random */
  readonly random?: () => number
}

/** What is wrong with state that is known not to have what a workflow reads, or to have it of another type. */
export type StateFor<W extends AnyStepWorkflow, S> = string extends keyof KnownOf<S>
  ? unknown
  : string extends keyof WorkflowNeeds<W>
    ? unknown
    : [Absent<WorkflowNeeds<W>, KnownOf<S>>] extends [never]
      ? [Wrong<WorkflowNeeds<W>, KnownOf<S>>] extends [never]
        ? unknown
        : { readonly 'these states are of another type': Wrong<WorkflowNeeds<W>, KnownOf<S>> }
      : { readonly 'these states have no value': Absent<WorkflowNeeds<W>, KnownOf<S>> }

type KnownOf<S> =
  S extends State<infer Known>
    ? Known
    : S extends () => infer Given
      ? Awaited<Given> extends State<infer Known>
        ? Known
        : Readonly<Record<string, unknown>>
      : Readonly<Record<string, unknown>>

type Absent<Needs, Known> = Exclude<keyof Needs, keyof Known>
type Wrong<Needs, Known> = {
  [K in keyof Needs & keyof Known]: Known[K] extends Needs[K] ? never : K
}[keyof Needs & keyof Known]

/** How a plan is made. */
export interface PlanOptions<Name extends string = string> extends ReuseOptions {
  /** Steps that run, whatever is known of them. @default [] */
  readonly force?: readonly Name[]
  /** This step runs, and all that need what it gives, by however many steps. */
  readonly from?: Name
}

/** How a run is made. */
export interface RunOptions<Name extends string = string> extends PlanOptions<Name> {
  /** Calls the run off: no more steps are begun, those that run are told. What was given until then stays. */
  readonly signal?: AbortSignal
  readonly concurrency?: number
  /** Whether the report has all values before and after the run. @default false */
  readonly snapshots?: boolean
  /** Told what happens in this run. */
  readonly onEvent?: StepListener
}

/** What a step was last computed from, and what it gave (S15). */
export interface LastComputed {
  readonly model: string
  readonly version: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Fingerprints of the inputs that count, by state name. */
  readonly inputs: Readonly<Record<string, string>>
  /** By state name. */
  readonly outputs: Readonly<Record<string, unknown>>
}

/** A report as it is kept: without outputs and snapshots. Digests of short values, in `changes`, are these values. */
export type KeptReport = RunSummary & Pick<StepRunReport, 'status'> & { readonly error?: ErrorData }

/** Runs a step workflow over state. */
export interface StepRunner<W extends AnyStepWorkflow = AnyStepWorkflow> {
  /**
   * What a run would do now, and why (S31). Nothing is run.
   *
   * @throws (by rejecting) `unknown-step`, `unknown-reference`, what the state and the cache throw
   */
  plan(options?: PlanOptions<StepName<W>>): Promise<StepPlan>
  /**
   * Runs what has to be run, each step as soon as what it needs is there. What a step comes to is in the report; what the
   * state or the cache cannot do is thrown.
   *
   * @throws (by rejecting) `unknown-step`, `unknown-reference`, `state-keeps-changing`, what the state and the cache throw
   */
  run(options?: RunOptions<StepName<W>>): Promise<StepRunReport<WorkflowResult<W>>>
  /**
   * Runs once more the workflow and the state of the last run, also of one that has thrown (S25, S26). `reuse` and `keep`
   * hold for all runs from then on.
   *
   * @throws (by rejecting) `never-run`, what `run` throws
   */
  rerun(options?: RunOptions<StepName<W>>): Promise<StepRunReport<WorkflowResult<W>>>
  /**
   * What a step was last computed from, and what it gave; nothing where it was not, or that is gone.
   *
   * @throws (by rejecting) `unknown-step`, what `plan` throws
   */
  last(step: StepName<W>): Promise<LastComputed | undefined>
  /** The report of the last run that was kept (`reports`): without values. @throws (by rejecting) what `plan` throws */
  lastReport(): Promise<KeptReport | undefined>
  /** The workflow as it is now, where it was given as a function or a name: to be drawn. @throws (by rejecting) what `plan` throws */
  workflow(): Promise<AnyStepWorkflow>
}
