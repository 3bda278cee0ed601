import type { ErrorData } from '../../errors/index.js'
import { errorFromData } from '../../errors/index.js'

/**
 * Why a step runs: nothing is known of it; one of its inputs is another; the step is (its model, its version, its wiring); its
 * result is too old; it was asked for; its policy, or the run's, is to run; its outputs are gone, and nobody has kept them.
 */
export type RunReason =
  | 'never-ran'
  | 'inputs-changed'
  | 'step-changed'
  | 'expired'
  | 'forced'
  | 'policy'
  | 'not-reusing'
  | 'result-gone'

/**
 * Why a step is skipped: its inputs are those that it ran with last; or they are others, and it has been computed before what
 * it gives for them, here or elsewhere.
 */
export type SkipReason = 'inputs-unchanged' | 'computed-before'

/** An input that is another than last time. */
export interface InputChange {
  readonly state: string
  /** The digest of the value then. */
  readonly before: string
  /**
   * The digest of the value now: its fingerprint, or `=` and the value itself, as canonical JSON, where that is no longer
   * than a fingerprint.
   */
  readonly after: string
}

/** A step that has run. */
export interface RanStep {
  readonly type: 'ran'
  readonly step: string
  readonly because: RunReason
  /** With `inputs-changed`: which of them. */
  readonly changes?: readonly InputChange[]
  /** State names whose value is another now: where there are none, who needs them need not run (early cut-off). */
  readonly changed: readonly string[]
  readonly attempts: number
  readonly milliseconds: number
}

/** A step whose outputs are known. */
export interface SkippedStep {
  readonly type: 'skipped'
  readonly step: string
  readonly because: SkipReason
  /** State names that had another value, or none, and were given theirs; missing where there are none. */
  readonly restored?: readonly string[]
}

/** A step that has come to nothing: the state is as it was. */
export interface FailedStep {
  readonly type: 'failed' | 'timed-out' | 'canceled'
  readonly step: string
  readonly because: RunReason
  readonly changes?: readonly InputChange[]
  readonly error: ErrorData
  /** 0 where an input has no value. */
  readonly attempts: number
  readonly milliseconds: number
}

/** A step that was not begun: what it needs was not given, or the run was called off. */
export interface BlockedStep {
  readonly type: 'blocked'
  readonly step: string
  /** The steps that have not given what it needs; none where the run was called off before. */
  readonly by: readonly string[]
}

/** What became of a step in a run. */
export type StepReport = RanStep | SkippedStep | FailedStep | BlockedStep

/** What became of a run: plain data. */
export type StepRunReport<Outputs = Readonly<Record<string, unknown>>> = RunSummary &
  (
    | { readonly status: 'completed'; readonly outputs: Outputs }
    | {
        readonly status: 'failed' | 'timed-out' | 'canceled'
        /** Of the first step, in the order of the workflow, that came to nothing. */
        readonly error: ErrorData
        /** Those that are there. */
        readonly outputs: Partial<Outputs>
      }
  )

/** What is said of every run. Lists are in the order of the workflow, whatever was done first. */
export interface RunSummary {
  readonly workflow: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly milliseconds: number
  /** Steps that have run. */
  readonly ran: readonly string[]
  readonly skipped: readonly SkippedStep[]
  /** Steps that came to nothing, or were not begun. */
  readonly failed: readonly string[]
  readonly steps: readonly StepReport[]
  /** All values before the run, where that was asked for. */
  readonly priorState?: Readonly<Record<string, unknown>>
  /** All values after it. */
  readonly newState?: Readonly<Record<string, unknown>>
}

/**
 * What a run has given.
 *
 * @throws the error of one that has not completed
 */
export function orThrow<Outputs>(report: StepRunReport<Outputs>): Outputs {
  if (report.status === 'completed') return report.outputs
  throw errorFromData(report.error)
}
