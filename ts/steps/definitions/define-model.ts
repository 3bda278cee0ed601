import { assertName, assertThat } from '../../checks/index.js'
import type { Duration } from '../../clock/index.js'
import { milliseconds } from '../../clock/index.js'
import type { Fields, Given, Made, NoFields } from '../../fields/index.js'
import { assertFields } from '../../fields/index.js'
import type { RetryPolicy } from '../../retry/index.js'
import { plainRetryPolicy } from '../../retry/index.js'
import type { AnyModel, Model, StepContext } from './model.js'

/** What a model is made of. */
export interface ModelDefinition<Name extends string, Inputs extends Fields, Outputs extends Fields> {
  /** With its version it says what a cached result was computed by. */
  readonly name: Name
  /**
   * To be changed when the function comes to something else for the same inputs: then nothing that it has computed before is
   * taken for its result (S19).
   *
   * @default 1
   */
  readonly version?: number | string
  /** @default {} */
  readonly inputs?: Inputs
  /** @default {} */
  readonly outputs?: Outputs
  /** When it is tried again. @default the runner's */
  readonly retry?: RetryPolicy
  /** How long an attempt may take; `Infinity` for as long as it takes. @default `retry.timeout`, or the runner's */
  readonly timeout?: Duration
  run(inputs: Made<Inputs>, step: StepContext): Returned<Outputs> | Promise<Returned<Outputs>>
}

/** One that gives nothing may return nothing: what it returns is looked at when it has. */
type Returned<Outputs extends Fields> = [keyof Outputs] extends [never] ? unknown : Given<Outputs>

/**
 * Declares a model: a function with declared inputs and outputs, each with a schema or `of<T>()` (S1, S4).
 *
 * @example
 * const Mean = defineModel({ name: 'Mean', inputs: { data: of<number[]>() }, outputs: { mean: z.number() },
 *   run: ({ data }) => ({ mean: data.reduce((sum, one) => sum + one, 0) / data.length }) })
 * @throws `bad-argument`
 */
export function defineModel<
  const Name extends string,
  Inputs extends Fields = NoFields,
  Outputs extends Fields = NoFields,
>(definition: ModelDefinition<Name, Inputs, Outputs>): Model<Name, NoInfer<Inputs>, NoInfer<Outputs>>
export function defineModel(definition: AnyDefinition): AnyModel {
  const isRecord = typeof definition === 'object' && (definition as unknown) !== null
  assertThat('defineModel', 'an object { name, inputs, outputs, run }', isRecord)
  const { name, version = 1, inputs = {}, outputs = {}, retry } = definition
  assertName(name, 'name of the model')
  const of = `model '${name}'`
  assertName(String(version), `${of}: version`)
  assertThat(`${of}: run`, 'a function', typeof definition.run === 'function')
  assertFields(inputs, `${of}: inputs`)
  assertFields(outputs, `${of}: outputs`)
  const timeout = definition.timeout ?? retry?.timeout
  return Object.freeze({
    type: 'model',
    name,
    version: String(version),
    inputs: Object.freeze({ ...inputs }),
    outputs: Object.freeze({ ...outputs }),
    ...(timeout !== undefined && {
      timeout: timeout === Infinity ? Infinity : milliseconds(timeout, `${of}: timeout`),
    }),
    ...(retry !== undefined && { retry: Object.freeze(plainRetryPolicy(retry)) }),
    ...(typeof retry?.retryable === 'function' && { retryable: retry.retryable }),
    run: (given: unknown, step: StepContext) => definition.run(given, step),
  })
}

interface AnyDefinition {
  readonly name: string
  readonly version?: number | string
  readonly inputs?: Fields
  readonly outputs?: Fields
  readonly retry?: RetryPolicy
  readonly timeout?: Duration
  run(inputs: unknown, step: StepContext): unknown
}
