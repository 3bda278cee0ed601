import type { ResultCache } from '../cache/index.js'
import type { HeldValue } from '../values/index.js'
import type { State } from './state.js'

/** What a step was last computed from, and what it gave. */
export interface LastResult {
  /** The step's fingerprint. */
  readonly step: string
  /** Digests of the inputs that count, in the order of their fields. */
  readonly inputs: readonly string[]
  /** Digests of its outputs, in the order of their names. */
  readonly outputs: readonly string[]
  /** Milliseconds since 1970. */
  readonly at: number
}

/** State as it is at one time, without its values. */
export interface StateView {
  digest(name: string): string | undefined
  last(step: string): LastResult | undefined
}

/** What a step has given: all of it is kept, or none (S18, S20, S21). */
export interface StepPost {
  readonly step: string
  /** State names of the inputs that count, as their digests stand in `last`. */
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly outputs: readonly HeldValue[]
  readonly last: LastResult
  /** Whether it is remembered what the step was computed from. */
  readonly keep: boolean
  /** Where the result is kept, for others and later, by `last`; missing where it is not, or is there already. */
  readonly cache: ResultCache | undefined
}

/** What runs steps needs of state: some work at once, and some cannot. */
export interface StateMedium {
  readonly isMutable: boolean
  /** Where results are kept, if nothing else is said. */
  readonly cache: ResultCache
  /** @throws (or rejects with) `newer-schema`, what the medium throws */
  look(workflow: string): StateView | Promise<StateView>
  /**
   * The values of some names; nothing where one of them is not any more what its digest says.
   *
   * @throws (or rejects with) what the medium throws
   */
  values(
    names: readonly string[],
    digests: readonly string[],
  ): readonly HeldValue[] | undefined | Promise<readonly HeldValue[] | undefined>
  /** Whether a value can be kept. @throws `value-too-large` */
  assertFits(name: string, held: HeldValue): void
  /**
   * Keeps what a step has given: posts in the order in which they come, and at the latest when `commit` is called.
   *
   * @returns whether it is kept: not where an input has changed since, or where immutable state has another value
   * @throws (or rejects with) `value-too-large`, what the medium throws
   */
  post(workflow: string, post: StepPost): boolean | Promise<boolean>
  /** No more is posted for a while. */
  commit(): void
  /** Keeps the report of a run, in the place of the one before. */
  report(workflow: string, report: string): void | Promise<void>
  /** The text of the last report. */
  lastReport(workflow: string): string | undefined | Promise<string | undefined>
}

/** Where state has its medium: another copy of this package finds it, too. */
export const MEDIUM: unique symbol = Symbol.for('unitflow.steps.medium.1') as never

/** State that steps can be run on. */
export interface RunnableState extends State {
  readonly [MEDIUM]: StateMedium
}

export function isRunnable(state: unknown): state is RunnableState {
  return typeof state === 'object' && state !== null && MEDIUM in state
}
