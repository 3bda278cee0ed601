import type { ResultCache } from '../cache/index.js'
import type { AnyStepWorkflow } from '../definitions/index.js'
import type { State } from '../state/index.js'
import type { Reference, Resolved } from './references.js'

/** What a runner is, for who saves it. */
export interface RunnerParts {
  readonly workflow: Reference<AnyStepWorkflow>
  readonly state: Reference<State>
  readonly cache: ResultCache | undefined
  readonly reuse: boolean
  readonly keep: boolean
  /** The workflow and the state of the last run. */
  readonly ran: Resolved | undefined
  /** The same; those of a run that there would be now, where there was none. */
  resolve(): Promise<Resolved>
  setRan(ran: Resolved): void
}

/** Where a runner has them: another copy of this package finds them, too. */
export const PARTS: unique symbol = Symbol.for('unitflow.steps.runner.1') as never

/** The parts of a runner, as createRunner makes it; nothing for anything else. */
export function partsOf(runner: unknown): RunnerParts | undefined {
  if (typeof runner !== 'object' || runner === null || !(PARTS in runner)) return undefined
  return runner[PARTS] as RunnerParts
}
