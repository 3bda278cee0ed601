import type { ErrorData } from '../../errors/index.js'
import type { Fields } from '../../fields/index.js'
import type { PlainRetryPolicy } from '../../retry/index.js'

/** What a model is handed beside its inputs. */
export interface StepContext {
  /** The step that it runs for. */
  readonly step: string
  /** Counted from 1. */
  readonly attempt: number
  /**
   * For calls to elsewhere that are not to be done twice: the same in every attempt, and in every run of the step over the
   * same inputs.
   */
  readonly idempotencyKey: string
  /** Aborted when the step is to end: the run was, or it takes too long. */
  readonly signal: AbortSignal
  /**
   * Says how far it is, for whoever watches the run. Returns at once, may be handed on as it is.
   *
   * @param percent 0 to 100
   */
  readonly progress: (percent: number, message?: string) => void
}

declare const types: unique symbol

/**
 * A function with declared inputs and outputs, as {@link defineModel} declares it: frozen, defaults filled in, times in ms.
 * Steps wire it to state; any number of them may share it, so it keeps nothing between two runs.
 */
export interface Model<
  Name extends string = string,
  Inputs extends Fields = Fields,
  Outputs extends Fields = Fields,
> {
  readonly type: 'model'
  readonly name: Name
  /** A part of its fingerprint: with another one, what was computed before is computed anew (S19). */
  readonly version: string
  readonly inputs: Inputs
  readonly outputs: Outputs
  /** How long (ms) an attempt may take; missing where the runner's goes. */
  readonly timeout?: number
  /** Missing where the runner's goes. */
  readonly retry?: PlainRetryPolicy
  /** Whether an error is worth another attempt, where the policy leaves that to a function. */
  readonly retryable?: (error: ErrorData) => boolean
  run(inputs: unknown, step: StepContext): unknown
  /** Never there; it tells the compiler. */
  readonly [types]?: { readonly inputs: Inputs; readonly outputs: Outputs }
}

/** Any model, whatever its types. */
export type AnyModel = Model

export type InputsOf<M extends AnyModel> = M extends Model<string, infer Inputs> ? Inputs : never
export type OutputsOf<M extends AnyModel> = M extends Model<string, Fields, infer Outputs> ? Outputs : never
